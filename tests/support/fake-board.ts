import type { Device } from '../../src/core/devices/device.ts'
import type { BoardConnection } from '../../src/core/sessions/board-connection.ts'
import type { Session } from '../../src/core/sessions/session.ts'
import type { FrameKind, StrangerBudget } from '../../src/core/sessions/stranger-budget.ts'

// biome-ignore lint/suspicious/noExplicitAny: tests look into messages of every shape
type Message = any

/** A board's line as a session sees it: remembers what it was told, and counts the bytes it is said to have read. */
export class FakeLine implements BoardConnection {
  readonly sent: Message[] = []
  readonly pings: string[] = []
  closedWith: { code: number; reason: string } | undefined
  bytesRead = 400
  finishClose?: () => void
  /** Whether its socket was ended without a word, and how often it was read on. */
  wasCut = false
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

  cut(): void {
    this.wasCut = true
  }

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

/** A connected board in core: its line, its session, and a voice. */
export class FakeBoard {
  readonly line = new FakeLine()
  session!: Session
  readonly token: string | undefined

  constructor(token: string | undefined) {
    this.token = token
  }

  get device(): Device {
    return this.session.device
  }

  /** One text message from the board, as its bytes. */
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

  /** A frame as its socket reads it: counted first where nobody has approved the board. Returns whether reading goes on. */
  #send(kind: FrameKind, length: number, deliver: () => void): boolean {
    const bytes = length + (length < 126 ? 6 : 8)
    this.line.bytesRead += bytes
    const { stranger } = this.line
    if (stranger?.begin(bytes) === false) return true
    if (!stranger || stranger.admits(kind, length, true)) deliver()
    return stranger ? stranger.end(bytes) : true
  }
}
