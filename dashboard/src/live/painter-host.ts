import type { PictureHead } from '#protocol/picture-head.ts'
import { type Drawn, Painter } from './painter.ts'
import type { Order } from './painter.worker.ts'

/** Runs the painter in a worker if the browser can draw in workers, else in the page. */
export class PainterHost {
  readonly #post: (order: Order, transfer?: Transferable[]) => void
  readonly #offscreen =
    typeof OffscreenCanvas === 'function' && 'transferControlToOffscreen' in HTMLCanvasElement.prototype
  #nextId = 1

  constructor(report: (drawn: Drawn[]) => void) {
    if (this.#offscreen) {
      const worker = new Worker(new URL('./painter.worker.ts', import.meta.url), { type: 'module' })
      worker.onmessage = ({ data }: MessageEvent<Drawn[]>) => report(data)
      this.#post = (order, transfer = []) => worker.postMessage(order, transfer)
      return
    }
    const painter = new Painter(report)
    this.#post = order => {
      if (order.type === 'show') painter.show(order.view)
      else if (order.type === 'resize') painter.resize(order.id, order.maxWidth)
      else if (order.type === 'hide') painter.hide(order.id)
      else painter.paint(order.device, order.head, order.message)
    }
  }

  /** The canvas must be unused, because control of it is transferred. Returns the id for `resize` and `hide`. */
  show(device: string, canvas: HTMLCanvasElement, maxWidth: number): number {
    const id = this.#nextId++
    if (this.#offscreen) {
      const own = canvas.transferControlToOffscreen()
      this.#post({ type: 'show', view: { id, device, canvas: own, maxWidth } }, [own])
    } else {
      this.#post({ type: 'show', view: { id, device, canvas, maxWidth } })
    }
    return id
  }

  resize(id: number, maxWidth: number): void {
    this.#post({ type: 'resize', id, maxWidth })
  }

  hide(id: number): void {
    this.#post({ type: 'hide', id })
  }

  paint(device: string, head: PictureHead, message: ArrayBuffer): void {
    this.#post({ type: 'paint', device, head, message }, [message])
  }
}
