import { ack as ackSchema, connect as connectSchema, type GatewayMessage } from '../../protocol/board.ts'
import type { Device } from '../devices/device.ts'
import { looksLike } from '../diagnosis/recognise.ts'
import type { Symptom } from '../diagnosis/symptoms.ts'
import { isJpeg } from '../frames/frame.ts'
import { redact, redactValue } from '../journal/redact.ts'
import { parseJson } from '../json.ts'
import type { Arrival } from './arrival.ts'
import type { BoardConnection } from './board-connection.ts'
import { readFacts } from './board-facts.ts'
import { CommandQueue } from './command-queue.ts'
import { connectionAck, isoTime, pingText, pongText, readingAck } from './gateway-messages.ts'
import type { SessionHouse } from './session-house.ts'
import type { StrangerBudget } from './stranger-budget.ts'
import { TrafficCounters } from './traffic-counters.ts'

/** Longest text of one board message that is kept, in characters. */
const textKept = 2_000

/** A board's clock is looked at this often: it says the time with every frame, and nothing new with most of them. */
const clockEveryMs = 1_000

/**
 * One board's conversation, from its admission to its end. Holds no timer of its own: one wheel for all boards
 * calls `keepAlive` and `isDead`. Replies to what a board asks, and never to `ack`, `pong`, `log` or a type it does
 * not know, for the Pico answers every unknown word, and that would never end.
 */
export class Session {
  readonly id: string
  readonly arrival: Arrival
  readonly openedAt: number
  readonly #house: SessionHouse
  readonly #line: BoardConnection
  /** Changes only when a newcomer without an id turns out to be a known board come back. */
  device: Device
  closed = false
  /** What was found wrong with this conversation so far: most boards do well and have none. */
  symptoms: Set<Symptom> | undefined
  /** Its place on the keep-alive wheel. */
  spoke = 0
  traffic: TrafficCounters
  lastInboundTicks: number
  /** When the gateway last spoke of its own accord: pings, never answers, which follow what was just heard. */
  lastSpokenTicks: number
  /** When what this conversation changes all the time was last brought to the store. */
  savedTicks: number
  roundTripMs: number | undefined
  fps: number | undefined
  #bytesSeen: number
  #pingTicks = 0
  #protocolPingTicks = 0
  #clockDueTicks = 0
  #connectAnswered = false
  /** The number of viewers this camera last heard of; undefined: it never asked, and is never told. */
  #viewersTold: number | undefined
  #metadataSize = -1
  /** Readings whose acknowledgement waits for the disk. */
  #readingsUnderWay = 0
  /** What a board may send that nobody has approved. */
  #stranger: StrangerBudget | undefined
  /** Made with the first order: most boards are never given one, and 10,000 idle ones shall be small. */
  #lane: CommandQueue | undefined

  constructor(id: string, device: Device, arrival: Arrival, line: BoardConnection, house: SessionHouse) {
    this.id = id
    this.device = device
    this.arrival = arrival
    this.#line = line
    this.#house = house
    this.openedAt = house.clock.now()
    this.lastInboundTicks = house.clock.ticks()
    this.savedTicks = this.lastInboundTicks
    this.lastSpokenTicks = this.lastInboundTicks
    this.traffic = new TrafficCounters(this.lastInboundTicks)
    this.#bytesSeen = line.bytesRead
    if (device.kind === 'esp32cam') line.isCamera = true
  }

  get lane(): CommandQueue {
    this.#lane ??= new CommandQueue(this, this.#house.clock, this.#house.limits)
    return this.#lane
  }

  send(message: GatewayMessage): void {
    if (!this.closed) this.#line.sendText(JSON.stringify(message))
  }

  /** From now on what comes is counted, or not any more, as the device's state says. */
  updateBudget(): void {
    const close = () => this.#house.end(this, 'too_much_traffic')
    this.#stranger =
      this.device.state === 'pending' ? this.#house.strangers.connectBoard(this.device, this.#line, close) : undefined
    this.#line.stranger = this.#stranger
  }

  greet(): void {
    this.send(connectionAck(this.#house.clock.now()))
  }

  /** The socket is gone. */
  onGone(): void {
    this.closed = true
    this.#stranger?.leave()
    this.#lane?.close()
  }

  /** If its socket is gone, this is heard at once. */
  settle(): void {
    this.#line.settle?.()
  }

  /** Ends the conversation: Close first, never a bare FIN, for a live ESP32 reboots on that. */
  end(code: number, reason: string): void {
    if (!this.closed) this.#line.close(code, reason)
  }

  /** Once a second: a camera that asked for its viewers hears of every change, so that it can rest while nobody looks. */
  tellViewers(): void {
    if (this.#viewersTold !== undefined && this.#viewersTold !== this.#viewers()) this.#sayViewers()
  }

  #sayViewers(): void {
    this.#viewersTold = this.#viewers()
    this.send({ type: 'viewers', count: this.#viewersTold })
  }

  #viewers(): number {
    return this.#house.streams.peek(this.device.id)?.viewers ?? 0
  }

  /** Messages dropped since the last call, as its budget was used up. */
  takeDropped(): number {
    return (this.#stranger?.takeDropped() ?? 0) + this.#line.takeDropped()
  }

  /** `turn`: 'text' or 'protocol', alternating, so that the two never leave back to back. */
  keepAlive(turn: 'text' | 'protocol'): void {
    if (this.closed) return
    this.lastSpokenTicks = this.#house.clock.ticks()
    if (turn === 'text') {
      this.#pingTicks = this.lastSpokenTicks
      this.#line.sendText(pingText(this.#house.clock.now()))
    } else {
      // The first of several unanswered ones counts: how long a board was deaf shows in its first answer.
      if (this.#protocolPingTicks === 0) this.#protocolPingTicks = this.lastSpokenTicks
      this.#line.sendPing('dvz')
    }
  }

  /** Whether not a single byte came for `deadAfterMs`: also the part of a frame that is still on its way is a sign of life. */
  isDead(ticks: number): boolean {
    if (this.#line.bytesRead !== this.#bytesSeen) this.#heard(ticks)
    return ticks - this.lastInboundTicks >= this.#house.limits.deadAfterMs
  }

  /** A protocol ping or pong came. */
  onControl(kind: 'ping' | 'pong'): void {
    if (this.closed) return
    const ticks = this.#house.clock.ticks()
    this.#heard(ticks)
    if (kind === 'pong' && this.#protocolPingTicks > 0) {
      this.#answered(ticks - this.#protocolPingTicks)
      this.#protocolPingTicks = 0
    }
  }

  onBinary(bytes: Buffer): void {
    if (this.closed) return
    this.#heard(this.#house.clock.ticks())
    const metadataSize = this.#metadataSize
    this.#metadataSize = -1
    if (this.device.kind === 'pico') {
      this.traffic.unexpectedBinaries++
      return
    }
    if (!isJpeg(bytes)) {
      this.traffic.notJpeg++
      this.#house.streams.counters.notJpeg++
      this.#house.diagnose(this, 'not_jpeg', 'sent a binary message that is no whole JPEG', {
        bytes: bytes.length,
        looksLike: looksLike(bytes),
      })
      return
    }
    this.#line.isCamera = true
    if (metadataSize >= 0 && metadataSize !== bytes.length) this.traffic.sizeMismatches++
    this.traffic.frames++
    this.traffic.frameBytes += bytes.length
    this.#house.onFrame(this, bytes)
  }

  onText(text: string): void {
    if (this.closed) return
    this.#heard(this.#house.clock.ticks())
    if (this.#stranger && !this.#stranger.mayParse(text)) return
    let message: unknown
    try {
      message = parseJson(text)
    } catch {}
    if (message === null || typeof message !== 'object' || Array.isArray(message)) {
      this.traffic.invalidTexts++
      this.#keep('invalid', 'sent text that is not a JSON object', { raw: text }, text)
      this.#house.diagnose(this, 'invalid_json', 'sends text that is not a JSON object')
      return
    }
    this.#onMessage(message as Record<string, unknown>, text)
  }

  /** A text was larger than any board's may be, and was not received. The conversation goes on. */
  onTextTooLarge(bytes: number): void {
    if (this.closed) return
    this.#heard(this.#house.clock.ticks())
    this.traffic.textsTooLarge++
    this.#house.diagnose(this, 'text_too_large', `sent a text of more than ${this.#house.limits.textBytes} bytes`, {
      bytes,
    })
  }

  /** Messages of a camera were dropped, as it sends too many. */
  onDropped(): void {
    this.#house.diagnose(this, 'too_many_messages', 'sends more messages than are looked at')
  }

  #onMessage(message: Record<string, unknown>, text: string): void {
    // It looked like frame metadata, of which more may come: see `Stranger.mayParse`.
    if (this.#stranger?.isUncounted && message.type !== 'frame' && !this.#stranger.mayHandleText()) return
    switch (message.type) {
      case 'ping':
        this.traffic.pings++
        this.#line.sendText(pongText(this.#house.clock.now()))
        return this.#facts(message)
      case 'pong':
        this.traffic.pongs++
        if (this.#pingTicks > 0) this.#answered(this.lastInboundTicks - this.#pingTicks)
        this.#pingTicks = 0
        return this.#facts(message)
      case 'frame':
        this.#metadataSize = typeof message.size === 'number' ? message.size : -1
        if (Number.isFinite(message.fps)) this.fps = message.fps as number
        return this.#hearClock(message)
      case 'heartbeat':
        this.traffic.heartbeats++
        return this.#facts(message)
      case 'log':
        return this.#onLog(message, text)
      case 'connect':
      case 'connection':
        return this.#onConnect(message, text)
      case 'ack':
        return this.#onAck(message, text)
      case 'sensor_data':
        return this.#onSensorData(message, text)
      case 'servo':
        return this.#onServoReport(message, text)
      case 'time':
        return this.#tellTime(message.zone)
      case 'viewers':
        return this.#sayViewers()
      default:
        return this.#keep(message.type, () => `said "${this.#word(message.type, 64)}"`, message, text)
    }
  }

  #onLog(message: Record<string, unknown>, text: string): void {
    const said = typeof message.message === 'string' ? message.message : ''
    const fps = /^FPS: *(\d+(?:\.\d+)?)/.exec(said)
    if (fps) {
      this.traffic.fpsLogs++
      this.fps = Number(fps[1])
      return
    }
    const what = () => {
      const level = this.#word(message.level, 16)
      return `log${level && ` (${level})`}: ${this.#word(said, 300)}`
    }
    this.#keep('log', what, message, text)
  }

  #onConnect(message: Record<string, unknown>, text: string): void {
    const valid = message.type === 'connection' || connectSchema.safeParse(message).success
    if (message.type === 'connect' && !this.#connectAnswered) {
      this.#connectAnswered = true
      this.greet()
    }
    this.#facts(message)
    this.#keep(message.type, valid ? 'introduced itself' : 'introduced itself with unusual values', message, text)
  }

  #onAck(message: Record<string, unknown>, text: string): void {
    const parsed = ackSchema.safeParse(message)
    // Of an ack with odd values only its two words count: without its type it would pass for the ack of anything.
    const ack = parsed.success
      ? parsed.data
      : {
          type: 'ack' as const,
          command_type: message.command_type === undefined ? undefined : this.#word(message.command_type, 64),
          status: this.#word(message.status, 32) || undefined,
        }
    // What goes back to an operator must not carry the board's secret.
    const ours = this.#lane?.acknowledged(redactValue(ack, this.arrival.token) as typeof ack)
    this.#facts(message)
    this.#keep('ack', ours ? 'acknowledged a command' : 'sent an acknowledgement nobody waits for', message, text)
  }

  #onSensorData(message: Record<string, unknown>, text: string): void {
    this.#facts(message)
    const { takenAt: _never, ...said } = message
    const takenAt = this.#house.recorder.takenAt(this, message)
    const placed = takenAt === undefined ? said : { ...said, takenAt: isoTime(takenAt) }
    this.#keep('sensor_data', `reported ${this.#word(message.sensor_type, 64) || 'a reading'}`, placed, text)
    // The ack is a promise: it leaves after the commit, and a reading that could not be stored gets none.
    if (++this.#readingsUnderWay === this.#house.limits.readingsUnderWay) this.#line.hold()
    this.#house
      .readingsStored(this.device)
      .then(
        () => {
          this.#readingSettled()
          this.send(readingAck(message, this.#house.clock.now()))
        },
        () => this.#readingSettled(),
      )
      .catch(error => this.#house.caught(this, error))
  }

  /** A board that had too many readings under way goes on once they all are stored, or are not. */
  #readingSettled(): void {
    if (--this.#readingsUnderWay === 0) this.#line.release()
  }

  #onServoReport(message: Record<string, unknown>, text: string): void {
    const angles = (message.command ?? {}) as Record<string, unknown>
    this.#facts({ servo1_angle: angles.servo1, servo2_angle: angles.servo2 })
    this.#keep('servo', 'reported its position', message, text)
    this.send({ type: 'ack', command_type: 'servo', status: 'success', timestamp: isoTime(this.#house.clock.now()) })
  }

  #tellTime(zone: unknown): void {
    const time = this.#house.zones.tell(zone, this.#stranger ? 'pending' : 'approved')
    if (time) this.send(time)
  }

  #facts(message: Record<string, unknown>): void {
    this.#hearClock(message)
    const facts = readFacts(message, this.device, this.arrival.token)
    if (facts) this.#house.onFacts(this, facts)
  }

  #answered(roundTripMs: number): void {
    this.roundTripMs = roundTripMs
    if (roundTripMs >= this.#house.limits.stallMs) this.#house.recorder.stalled(this, roundTripMs)
  }

  /** Readings and logs may bear the time of long ago: only what is said at once tells about the clock. */
  #hearClock(message: Record<string, unknown>): void {
    if (message.type === 'sensor_data') return
    if (this.lastInboundTicks < this.#clockDueTicks && message.type !== 'connect') return
    if (message.timestamp === undefined && message.uptime === undefined) return
    this.#clockDueTicks = this.lastInboundTicks + clockEveryMs
    this.#house.recorder.heard(this, message)
  }

  /**
   * Writes a message down, without any secret: each reading, and of other messages so many as the board may write. Only
   * the first of a pending board reach the journal; its last are kept in memory.
   */
  #keep(type: unknown, what: string | (() => string), message: Record<string, unknown>, text: string): void {
    // Before anything is looked for secrets: of a flood, that would be most of the work.
    const mayBeLeftOut = type !== 'sensor_data' && this.device.state !== 'pending'
    if (mayBeLeftOut && !this.#house.messageRows.mayWrite(this, type)) {
      this.#house.diagnose(this, 'too_many_messages', 'sends more messages than are written down')
      return
    }
    const token = this.arrival.token
    const data =
      text.length <= textKept
        ? (redactValue(message, token) as Record<string, unknown>)
        : { raw: redact(text, token, textKept), cutAt: textKept }
    if (this.device.state === 'pending' && !this.#house.keepPendingMessage(this, data)) {
      this.traffic.messagesNotKept++
      return
    }
    const told = typeof what === 'string' ? what : what()
    this.#house.note(this, 'message', told, { ...data, type: this.#word(type, 64) || 'without a type' })
  }

  /** What a board says in one word, for a line of text: no secret, and not long. Objects say nothing. */
  #word(value: unknown, most: number): string {
    return typeof value === 'string' || typeof value === 'number' ? redact(String(value), this.arrival.token, most) : ''
  }

  #heard(ticks: number): void {
    this.lastInboundTicks = ticks
    this.#bytesSeen = this.#line.bytesRead
    this.device.lastSeenAt = this.#house.clock.now()
  }
}
