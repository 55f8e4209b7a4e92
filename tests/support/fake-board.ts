import type { Device } from '../../src/core/devices/device.ts'
import type { BoardConnection } from '../../src/core/sessions/board-connection.ts'
import type { Session } from '../../src/core/sessions/session.ts'
import type { FrameKind, StrangerBudget } from '../../src/core/sessions/stranger-budget.ts'

// biome-ignore lint/suspicious/noExplicitAny: tests look into messages of every shape
type Message = any

/** A board's connection as a session uses it: keeps all that is sent, and counts the bytes it pretends to have read. */
export class FakeConnection implements BoardConnection {
  readonly sent: Message[] = []
  readonly pings: string[] = []
  closedWith: { code: number; reason: string } | undefined
  bytesRead = 400
  finishClose?: () => void
  /** How often reading was resumed. */
  readOns = 0
  #stranger: StrangerBudget | undefined

  get stranger(): StrangerBudget | undefined {
    return this.#stranger
  }

  set stranger(stranger: StrangerBudget | undefined) {
    this.#stranger?.leave()
    this.#stranger = stranger
  }

  isCamera = false
  isHeld = false

  stop(): void {}

  hold(): void {
    this.isHeld = true
  }

  release(): void {
    this.isHeld = false
  }

  takeDropped(): number {
    return 0
  }

  readOn(): void {
    this.readOns++
  }

  destroy(): void {}

  sendText(text: string): void {
    if (this.closedWith) throw new Error('nothing is sent after a Close')
    this.sent.push(JSON.parse(text))
  }

  sendPing(payload: string): void {
    if (this.closedWith) throw new Error('nothing is sent after a Close')
    this.pings.push(payload)
  }

  close(code: number, reason: string): void {
    this.closedWith ??= { code, reason }
  }

  ofType(type: string): Message[] {
    return this.sent.filter(message => message.type === type)
  }
}

/** A connected board in core: its connection, its session, and methods that send as the board does. */
export class FakeBoard {
  readonly connection = new FakeConnection()
  session!: Session
  readonly token: string | undefined

  constructor(token: string | undefined) {
    this.token = token
  }

  get device(): Device {
    return this.session.device
  }

  /** Sends one text message from the board; its bytes are counted. */
  say(message: object | string): void {
    const text = typeof message === 'string' ? message : JSON.stringify(message)
    this.#send('text', Buffer.byteLength(text), () => this.session.onText(text))
  }

  sendBinary(bytes: Buffer): void {
    this.#send('binary', bytes.length, () => this.session.onBinary(bytes))
  }

  ping(): void {
    this.#send('control', 0, () => this.session.onControl('ping'))
  }

  /** Delivers a frame as a socket does: an unapproved board's budget counts it first. Returns whether to read on. */
  #send(kind: FrameKind, length: number, deliver: () => void): boolean {
    const bytes = length + (length < 126 ? 6 : 8)
    this.connection.bytesRead += bytes
    const { stranger } = this.connection
    if (stranger?.begin(bytes) === false) return true
    if (!stranger || stranger.admits(kind, length, true)) deliver()
    return stranger ? stranger.end(bytes) : true
  }
}
