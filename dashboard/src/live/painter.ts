import { type Decoded, decode } from './decode.ts'
import { type FrameHead, headBytes } from './frame.ts'

/** Where one camera is drawn. `maxWidth` in canvas pixels: a tile needs no more than it shows. */
export interface View {
  id: number
  device: string
  canvas: OffscreenCanvas | HTMLCanvasElement
  maxWidth: number
}

export interface Drawn extends FrameHead {
  device: string
  /** Size of the picture; 0 when it could not be decoded. */
  width: number
  height: number
  bytes: number
}

/**
 * Decodes pictures and draws them on every canvas of their camera, one after the other for each camera, so that a
 * later picture never ends below an earlier one. Runs in a worker where the browser can draw there, else in the page.
 */
export class Painter {
  readonly #views = new Map<number, View>()
  readonly #turns = new Map<string, Promise<void>>()
  readonly #report: (drawn: Drawn) => void

  constructor(report: (drawn: Drawn) => void) {
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

  paint(device: string, head: FrameHead, message: ArrayBuffer): void {
    const turn = (this.#turns.get(device) ?? Promise.resolve()).then(() => this.#draw(device, head, message))
    this.#turns.set(device, turn)
    void turn.then(() => {
      if (this.#turns.get(device) === turn) this.#turns.delete(device)
    })
  }

  async #draw(device: string, head: FrameHead, message: ArrayBuffer): Promise<void> {
    const drawn: Drawn = { ...head, device, width: 0, height: 0, bytes: message.byteLength - headBytes }
    const views = [...this.#views.values()].filter(view => view.device === device)
    if (views.length > 0) {
      try {
        const largest = Math.max(...views.map(view => view.maxWidth))
        const decoded = await decode(new Uint8Array(message, headBytes), largest)
        try {
          drawn.width = decoded.width
          drawn.height = decoded.height
          for (const view of views) put(decoded, view)
        } finally {
          decoded.image.close()
        }
      } catch {
        // A picture cut short on the way: the next one is as good as any. It still counts as drawn, or no more would come.
      }
    }
    this.#report(drawn)
  }
}

function put(decoded: Decoded, { canvas, maxWidth }: View): void {
  const scale = Math.min(1, maxWidth / decoded.width)
  const width = Math.max(1, Math.round(decoded.width * scale))
  const height = Math.max(1, Math.round(decoded.height * scale))
  if (canvas.width !== width) canvas.width = width
  if (canvas.height !== height) canvas.height = height
  const context = canvas.getContext('2d', { alpha: false }) as CanvasRenderingContext2D | null
  context?.drawImage(decoded.image, 0, 0, width, height)
}
