import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { WebSocket } from 'ws'
import type { Answer, TestGateway } from './gateway.ts'

// biome-ignore lint/suspicious/noExplicitAny: tests look into messages of every shape
export type Message = any

export interface BoardOptions {
  /** Selects the path and the kind of the minted token. Default: `pico`. */
  kind?: 'pico' | 'esp32cam'
  /** Default: a freshly minted token. null sends none. */
  token?: string | null
  path?: string
  /** The `X-Device-ID` header. Default: an invented id. null sends none. */
  deviceId?: string | null
  headers?: Record<string, string>
  protocols?: string[]
  /** The address the board connects from, any of 127.0.0.0/8. */
  from?: string
  /** The certificate (PEM) that the board trusts at an encrypted listener. */
  ca?: string
  /** The board's own reactions: it answers pings (default true) and acknowledges commands (default false). */
  answersPings?: boolean
  acknowledges?: boolean
}

/** The longest a test waits for something that should arrive, in ms, unless the test passes another limit. */
const patienceMs = 30_000

export const inventedId = (): string => `test-${randomBytes(5).toString('hex')}`

/**
 * A well-behaved board. It keeps all messages it receives, so a test can await a message that has already arrived.
 *
 *     await using board = await Board.connect(gateway, { kind: 'esp32cam' })
 *     await board.next('connection_ack')
 *     await board.approve()
 */
export class Board implements AsyncDisposable {
  readonly ws: WebSocket
  readonly token: string | undefined
  readonly deviceId: string | undefined
  /** Every text message so far, parsed. */
  readonly messages: Message[] = []
  /** Every binary message so far. */
  readonly binaries: Buffer[] = []
  readonly closed: Promise<{ code: number; reason: string }>
  readonly #gateway: TestGateway
  #taken = 0
  #over: { code: number; reason: string } | undefined
  readonly #waiting = new Set<() => void>()

  private constructor(
    gateway: TestGateway,
    ws: WebSocket,
    who: { token: string | undefined; deviceId: string | undefined },
    { answersPings = true, acknowledges = false }: BoardOptions,
  ) {
    this.#gateway = gateway
    this.ws = ws
    this.token = who.token
    this.deviceId = who.deviceId
    ws.on('error', () => {})
    ws.on('message', (data: Buffer, isBinary) => {
      if (isBinary) {
        this.binaries.push(data)
      } else {
        const message: Message = JSON.parse(data.toString())
        this.messages.push(message)
        if (answersPings && message.type === 'ping') this.send({ type: 'pong' })
        if (acknowledges && ['servo', 'servo_smooth', 'action'].includes(message.type))
          this.send({ type: 'ack', command_type: message.type, status: 'success' })
      }
      this.#changed()
    })
    this.closed = new Promise(resolve =>
      ws.on('close', (code, reason) => {
        this.#over = { code, reason: reason.toString() }
        resolve(this.#over)
        this.#changed()
      }),
    )
  }

  /** Resolves after the 101. @throws Refused when there is none. */
  static async connect(gateway: TestGateway, options: BoardOptions = {}): Promise<Board> {
    const { kind = 'pico', path = `/ws/${kind}`, headers = {}, from, ca, protocols = [] } = options
    const token = options.token === undefined ? await gateway.mint(kind) : (options.token ?? undefined)
    const deviceId = options.deviceId === undefined ? inventedId() : (options.deviceId ?? undefined)
    const ws = new WebSocket(gateway.wsUrl + path, protocols, {
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(deviceId === undefined ? {} : { 'x-device-id': deviceId }),
        ...headers,
      },
      ...(from ? { localAddress: from } : {}),
      ...(ca === undefined ? {} : { ca, servername: 'localhost' }),
    })
    // The board is made before the 101 arrives, so that messages sent right after the 101 are not missed.
    const board = new Board(gateway, ws, { token, deviceId }, options)
    const unexpected = new Promise<never>((_, reject) =>
      ws.on('unexpected-response', (_request, response) => void refused(response).then(reject)),
    )
    await Promise.race([once(ws, 'open'), unexpected])
    return board
  }

  /** Connects a board, waits for its first `connection_ack`, and approves it. */
  static async active(gateway: TestGateway, options: BoardOptions = {}): Promise<Board> {
    const board = await Board.connect(gateway, options)
    await board.next('connection_ack')
    await board.approve()
    return board
  }

  /** The next text message of this type that no earlier call returned. Messages before it are skipped. */
  next(type: string, withinMs = patienceMs): Promise<Message> {
    return this.#when(`a message of type ${type}`, withinMs, () => {
      while (this.#taken < this.messages.length) {
        const message = this.messages[this.#taken++]
        if (message.type === type) return message
      }
    })
  }

  /** The binary message with this number, counted from 0. */
  binary(number: number, withinMs = patienceMs): Promise<Buffer> {
    return this.#when(`binary message ${number}`, withinMs, () => this.binaries[number])
  }

  send(message: object | string): void {
    this.ws.send(typeof message === 'string' ? message : JSON.stringify(message))
  }

  /** Sends one picture as a camera does: metadata, then the JPEG. Resolves when the picture has left this process. */
  sendFrame(jpeg: Buffer, metadata: object = {}): Promise<void> {
    this.send({ type: 'frame', size: jpeg.length, width: 800, height: 600, timestamp: 1234, fps: 10, ...metadata })
    return this.sendBinary(jpeg)
  }

  sendBinary(bytes: Buffer): Promise<void> {
    return new Promise((resolve, reject) => this.ws.send(bytes, error => (error ? reject(error) : resolve())))
  }

  /** Resolves when the gateway has processed everything that this board sent so far. */
  async settled(): Promise<void> {
    const answered = this.messages.filter(message => message.type === 'pong').length
    this.send({ type: 'ping' })
    await this.#when(
      'a pong',
      patienceMs,
      () => this.messages.filter(message => message.type === 'pong').length > answered,
    )
  }

  /** The API's record of this board's device, found by the `X-Device-ID` that the board sent. */
  async device(): Promise<Message> {
    const { body } = await this.#gateway.api('GET', '/api/devices?limit=1000')
    return body.devices.find((device: Message) => device.saysItIs === this.deviceId)
  }

  async id(): Promise<string> {
    const device = await this.device()
    if (!device) throw new Error(`the gateway knows no device that says it is ${this.deviceId}`)
    return device.id
  }

  async approve(): Promise<Message> {
    const { status, body } = await this.#gateway.api('POST', `/api/devices/${await this.id()}/approve`, {})
    if (status !== 200) throw new Error(`not approved: ${JSON.stringify(body)}`)
    return body.device
  }

  /** Calls the API for this board's device: `/api/devices/<its id>` followed by `path`. */
  async api(method: string, path = '', body?: unknown): Promise<Answer> {
    return this.#gateway.api(method, `/api/devices/${await this.id()}${path}`, body)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.ws.terminate()
    await this.closed
  }

  #changed(): void {
    for (const check of [...this.#waiting]) check()
  }

  #when<T>(what: string, withinMs: number, find: () => T | undefined | false): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (done: () => void) => {
        clearTimeout(timer)
        this.#waiting.delete(check)
        done()
      }
      const fail = (when: string) =>
        settle(() => reject(new Error(`${what} did not come ${when}. What came: ${JSON.stringify(this.messages)}`)))
      const check = () => {
        const found = find()
        if (found !== undefined && found !== false) settle(() => resolve(found))
        else if (this.#over) fail(`before the socket was closed with ${this.#over.code}`)
      }
      const timer = setTimeout(() => fail(`within ${withinMs} ms`), withinMs)
      this.#waiting.add(check)
      check()
    })
  }
}

/** The gateway rejected a handshake request. */
export class Refused extends Error {
  readonly status: number
  readonly body: Message
  readonly headers: IncomingMessage['headers']

  constructor(status: number, body: Message, headers: IncomingMessage['headers']) {
    super(`refused with ${status}: ${JSON.stringify(body)}`)
    this.status = status
    this.body = body
    this.headers = headers
  }
}

/** Connects a board that the gateway must reject, and returns the rejection. */
export async function refusal(gateway: TestGateway, options: BoardOptions = {}): Promise<Refused> {
  let board: Board
  try {
    board = await Board.connect(gateway, options)
  } catch (error) {
    if (error instanceof Refused) return error
    throw error
  }
  await board[Symbol.asyncDispose]()
  throw new Error('this board was let in, and should not have been')
}

async function refused(response: IncomingMessage): Promise<Refused> {
  let text = ''
  for await (const chunk of response) text += chunk
  return new Refused(response.statusCode!, text.startsWith('{') ? JSON.parse(text) : text, response.headers)
}
