import type { Socket } from 'node:net'
import { open, TimedOut } from './open-socket.ts'
import { ConnectionRefused } from './refused.ts'
import type { Target } from './target.ts'

/** How one board's library connects. */
export interface ConnectRequest {
  /** The request, line by line, without line ends and without the empty line. */
  readonly request: readonly string[]
  /** MicroPython writes each line on its own, in a TCP segment of its own; Arduino writes one string. */
  readonly lineByLine: boolean
  /** The longest time from the first packet to the 101, in ms. */
  readonly deadlineMs: number
  /** Bytes that the library sends after a refusal, before it disconnects. */
  readonly parting?: Buffer
}

/** An open socket after its 101, with the bytes that came behind it. */
export interface Connected {
  readonly socket: Socket
  readonly rest: Buffer
}

const mostAnswerBytes = 64 * 1024
/** Time to wait for the text of a refusal. */
const bodyWaitMs = 1000

/**
 * Connects as a board does.
 * @throws ConnectionRefused for any answer but a proper 101, Error for none within the deadline
 */
export async function connect(target: Target, call: ConnectRequest, signal: AbortSignal): Promise<Connected> {
  signal.throwIfAborted()
  const socket = await opened(target, call, signal)
  const answer = new Answer(socket, signal)
  try {
    write(socket, call)
    const head = await answer.head(call.deadlineMs)
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0)
    if (status === 101) {
      assertUpgraded(head)
      return { socket, rest: answer.release() }
    }
    const length = /^content-length: *(\d+)/im.exec(head)?.[1]
    const body = await answer.body(length === undefined ? undefined : Number(length))
    if (call.parting) socket.end(call.parting)
    throw new ConnectionRefused(status, body, /^retry-after: *(\d+)/im.exec(head)?.[1])
  } catch (error) {
    answer.release()
    socket.on('error', () => {})
    socket.destroySoon()
    throw error
  }
}

/** @throws Error with a message for a board's events and logs, which show no error codes. */
async function opened(target: Target, { deadlineMs }: ConnectRequest, signal: AbortSignal): Promise<Socket> {
  const route = { target, address: target.host, tls: { ALPNProtocols: ['http/1.1'] } }
  try {
    return await open(route, { signal, timeoutMs: deadlineMs })
  } catch (error) {
    if (signal.aborted) throw new Error('Switched off')
    throw error instanceof TimedOut ? noAnswerWithin(deadlineMs) : error
  }
}

const noAnswerWithin = (ms: number): Error => new Error(`No answer to the handshake within ${ms} ms`)

function write(socket: Socket, { request, lineByLine }: ConnectRequest): void {
  if (!lineByLine) {
    socket.write(`${request.join('\r\n')}\r\n\r\n`)
    return
  }
  for (const line of request) socket.write(`${line}\r\n`)
  socket.write('\r\n')
}

/** ArduinoWebsockets compares whole header values: it does not accept `Connection: keep-alive, Upgrade`. */
function assertUpgraded(head: string): void {
  const exact = (name: string) => {
    const line = head.split(/[\r\n]+/, 100).find(line => line.toLowerCase().startsWith(`${name}:`))
    return line
      ?.slice(name.length + 1)
      .trim()
      .toLowerCase()
  }
  if (exact('connection') === 'upgrade' && exact('upgrade') === 'websocket' && exact('sec-websocket-accept')) return
  throw new ConnectionRefused(
    101,
    '{"message":"The 101 is not exactly Connection: Upgrade, Upgrade: websocket and an accept key"}',
  )
}

/** The answer to a handshake, read from a socket that is no WebSocket yet. */
class Answer {
  readonly #socket: Socket
  readonly #signal: AbortSignal
  #bytes = Buffer.alloc(0)
  #failure: Error | undefined
  #changed = () => {}

  constructor(socket: Socket, signal: AbortSignal) {
    this.#socket = socket
    this.#signal = signal
    socket.on('data', this.#onData)
    socket.on('error', this.#onError)
    socket.on('close', this.#onClose)
    signal.addEventListener('abort', this.#onAbort)
  }

  /** Returns the status line and headers; the bytes behind them stay buffered. */
  async head(patienceMs: number): Promise<string> {
    await this.#when(() => this.#bytes.includes('\r\n\r\n'), patienceMs)
    const end = this.#bytes.indexOf('\r\n\r\n') + 4
    const head = this.#bytes.toString('latin1', 0, end)
    this.#bytes = this.#bytes.subarray(end)
    return head
  }

  /** Returns the part of the body that arrives in time: a refusal may have none. */
  async body(length: number | undefined): Promise<string> {
    const whole = () => this.#bytes.length >= (length ?? mostAnswerBytes)
    await this.#when(whole, bodyWaitMs).catch(() => {})
    return this.#bytes.toString()
  }

  /** Removes its listeners from the socket and returns the bytes that were not read. */
  release(): Buffer {
    this.#socket.off('data', this.#onData)
    this.#socket.off('error', this.#onError)
    this.#socket.off('close', this.#onClose)
    this.#signal.removeEventListener('abort', this.#onAbort)
    return this.#bytes
  }

  readonly #onData = (chunk: Buffer) => {
    this.#bytes = Buffer.concat([this.#bytes, chunk])
    if (this.#bytes.length > mostAnswerBytes) this.#fail(new Error('The answer to the handshake has no end'))
    this.#changed()
  }
  readonly #onError = (error: Error) => this.#fail(error)
  readonly #onClose = () => this.#fail(new Error('The line was cut during the handshake'))
  readonly #onAbort = () => this.#fail(new Error('Switched off'))

  #fail(error: Error): void {
    this.#failure ??= error
    this.#changed()
  }

  #when(met: () => boolean, patienceMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(noAnswerWithin(patienceMs)), patienceMs)
      this.#changed = () => {
        if (!met() && !this.#failure) return
        clearTimeout(late)
        this.#changed = () => {}
        if (met()) resolve()
        else reject(this.#failure)
      }
      this.#changed()
    })
  }
}
