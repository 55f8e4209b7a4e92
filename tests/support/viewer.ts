import { once } from 'node:events'
import { WebSocket } from 'ws'
import type { TestGateway } from './gateway.ts'

/** A viewer of one camera over `/ws/view/:id`. It keeps every picture it receives. */
export class Watcher implements AsyncDisposable {
  readonly ws: WebSocket
  readonly pictures: Buffer[] = []
  readonly #waiting = new Set<() => void>()

  private constructor(ws: WebSocket) {
    this.ws = ws
    ws.on('error', () => {})
    ws.on('message', (bytes: Buffer) => {
      this.pictures.push(bytes)
      for (const check of [...this.#waiting]) check()
    })
  }

  /** Connects a viewer. Default key: the owner's. */
  static async join(gateway: TestGateway, device: string, key = gateway.ownerKey): Promise<Watcher> {
    const ws = new WebSocket(`${gateway.wsUrl}/ws/view/${device}`, { headers: { authorization: `Bearer ${key}` } })
    const watcher = new Watcher(ws)
    await once(ws, 'open')
    return watcher
  }

  /** Waits for this picture. Resolves with its position among the received pictures, counted from 1. */
  sees(picture: Buffer, withinMs = 30_000): Promise<number> {
    return new Promise((resolve, reject) => {
      const check = () => {
        const at = this.pictures.findIndex(seen => seen.equals(picture))
        if (at < 0) return
        clearTimeout(timer)
        this.#waiting.delete(check)
        resolve(at + 1)
      }
      const timer = setTimeout(() => {
        const sizes = this.pictures.map(seen => seen.length)
        reject(new Error(`the picture was not seen within ${withinMs} ms; bytes of those that were: ${sizes}`))
      }, withinMs)
      this.#waiting.add(check)
      check()
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.ws.readyState === WebSocket.CLOSED) return
    this.ws.terminate()
    await once(this.ws, 'close')
  }
}
