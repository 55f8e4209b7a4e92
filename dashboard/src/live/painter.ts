import { type PictureHead, pictureHeadBytes } from '#protocol/picture-head.ts'
import { type Decoded, decode } from './decode.ts'

/** A canvas that shows one camera. Its pictures are decoded to at most `maxWidth` canvas pixels. */
export interface View {
  id: number
  device: string
  canvas: OffscreenCanvas | HTMLCanvasElement
  maxWidth: number
}

export interface Drawn extends PictureHead {
  device: string
  /** Size of the picture; 0 when it could not be decoded. */
  width: number
  height: number
  bytes: number
}

/** A decoded picture that waits for the next frame of the screen. */
interface Ready {
  decoded: Decoded
  drawn: Drawn
}

/**
 * Decodes pictures, one after the other for each camera, and draws them on every canvas of their camera once for each
 * frame of the screen: at 200 pictures a second, drawing each as soon as it was decoded cost Chromium a tenth more.
 * Runs in a worker if the browser can draw in workers, else in the page.
 */
export class Painter {
  readonly #views = new Map<number, View>()
  readonly #turns = new Map<string, Promise<void>>()
  readonly #ready = new Map<string, Ready>()
  readonly #report: (drawn: Drawn[]) => void

  constructor(report: (drawn: Drawn[]) => void) {
    this.#report = report
  }

  show(view: View): void {
    this.#views.set(view.id, view)
  }

  resize(id: number, maxWidth: number): void {
    const view = this.#views.get(id)
    if (view) view.maxWidth = maxWidth
  }

  hide(id: number): void {
    this.#views.delete(id)
  }

  paint(device: string, head: PictureHead, message: ArrayBuffer): void {
    const turn = (this.#turns.get(device) ?? Promise.resolve()).then(() => this.#prepare(device, head, message))
    this.#turns.set(device, turn)
    void turn.then(() => {
      if (this.#turns.get(device) === turn) this.#turns.delete(device)
    })
  }

  async #prepare(device: string, head: PictureHead, message: ArrayBuffer): Promise<void> {
    const drawn: Drawn = { ...head, device, width: 0, height: 0, bytes: message.byteLength - pictureHeadBytes }
    const widths = this.#viewsOf(device).map(view => view.maxWidth)
    try {
      if (widths.length === 0) return this.#report([drawn])
      const decoded = await decode(new Uint8Array(message, pictureHeadBytes), Math.max(...widths))
      const { width, height } = decoded
      const missed = this.#ready.get(device)
      missed?.decoded.image.close()
      if (this.#ready.size === 0) onNextFrame(() => this.#drawAll())
      this.#ready.set(device, { decoded, drawn: { ...drawn, width, height } })
      if (missed) this.#report([missed.drawn])
    } catch {
      // Bytes that are no picture are reported as drawn too: without that credit the gateway would send no more.
      this.#report([drawn])
    }
  }

  #drawAll(): void {
    const ready = [...this.#ready]
    this.#ready.clear()
    for (const [device, { decoded }] of ready) {
      for (const view of this.#viewsOf(device)) put(decoded, view)
      decoded.image.close()
    }
    this.#report(ready.map(([, { drawn }]) => drawn))
  }

  #viewsOf(device: string): View[] {
    return [...this.#views.values()].filter(view => view.device === device)
  }
}

/** Not every browser has requestAnimationFrame in workers. */
const onNextFrame = (act: () => void): unknown =>
  typeof requestAnimationFrame === 'function' ? requestAnimationFrame(act) : setTimeout(act, 16)

function put(decoded: Decoded, { canvas, maxWidth }: View): void {
  const scale = Math.min(1, maxWidth / decoded.width)
  const width = Math.max(1, Math.round(decoded.width * scale))
  const height = Math.max(1, Math.round(decoded.height * scale))
  if (canvas.width !== width) canvas.width = width
  if (canvas.height !== height) canvas.height = height
  const context = canvas.getContext('2d', { alpha: false }) as CanvasRenderingContext2D | null
  context?.drawImage(decoded.image, 0, 0, width, height)
}
