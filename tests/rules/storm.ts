import { request } from 'node:http'
import { createConnection, type Socket } from 'node:net'
import { pico } from '../support/handshakes.ts'

/** The loopback address of a board: each has one of its own, from 127.28.0.1 on. */
export const addressOf = (number: number): string => `127.28.${number >> 8}.${number & 255 || 255}`

/** Mints a token from an address of its own, so that the limit per address does not apply. */
export function mintFrom(port: number, from: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request({ port, host: '127.0.0.1', path: '/public/tokens', localAddress: from }, async response => {
      let text = ''
      for await (const chunk of response) text += chunk
      if (response.statusCode === 200) resolve(JSON.parse(text).pico_tokens[0])
      else reject(new Error(`no token: ${response.statusCode} ${text}`))
    })
    call.once('error', reject)
    call.end()
  })
}

/** Like boards in the field, it gives up 1 s after it dialled, and dials again at once. */
const givesUpAfterMs = 1_000

/** A board that keeps dialling until it gets its 101, and then keeps its socket. */
export class StormBoard {
  readonly #port: number
  readonly #from: string
  readonly #token: string
  #socket: Socket | undefined
  dials = 0

  constructor(port: number, from: string, token: string) {
    this.#port = port
    this.#from = from
    this.#token = token
  }

  /** Resolves when the board has its 101. */
  online(): Promise<void> {
    return new Promise(resolve => this.#dial(resolve))
  }

  #dial(done: () => void): void {
    this.dials++
    const socket = createConnection({ port: this.#port, host: '127.0.0.1', localAddress: this.#from })
    this.#socket = socket
    let inside = false
    const again = () => {
      clearTimeout(timer)
      if (this.#socket !== socket || inside) return
      socket.destroy()
      setImmediate(() => this.#socket === socket && this.#dial(done))
    }
    const timer = setTimeout(again, givesUpAfterMs)
    socket.once('connect', () => socket.write(pico({ port: this.#port, token: this.#token })))
    socket.once('data', bytes => {
      if (!bytes.toString('latin1').startsWith('HTTP/1.1 101 ')) return again()
      inside = true
      clearTimeout(timer)
      done()
    })
    socket.on('error', again)
    socket.on('close', again)
  }

  hangUp(): void {
    const socket = this.#socket
    this.#socket = undefined
    socket?.destroy()
  }
}
