import { ack as ackSchema, connect as connectSchema, type GatewayMessage } from '../../protocol/board.ts'
import type { Device } from '../devices/device.ts'
import { isJpeg } from '../frames/frame.ts'
import { redact, redactValue } from '../journal/redact.ts'
import { CommandLane } from '../steering/lane.ts'
import { readFacts } from './facts.ts'
import type { Arrival, Line } from './line.ts'
import type { SessionHouse } from './sessions.ts'
import { Traffic } from './traffic.ts'
import { connectionAck, isoTime, pingText, pongText, timeMessage } from './words.ts'

/** Longest text of one board message that is kept, in characters. */
const textKept = 2_000

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
  readonly #line: Line
  /** Changes only when a newcomer without an id turns out to be a known board come back. */
  device: Device
  closed = false
  /** Its place on the keep-alive wheel. */
  spoke = 0
  traffic: Traffic
  lastInboundTicks: number
  /** When what this conversation changes all the time was last brought to the store. */
  savedTicks: number
  roundTripMs: number | undefined
  fps: number | undefined
  #bytesSeen = 0
  #pingTicks = 0
  #protocolPingTicks = 0
  #connectAnswered = false
  #metadataSize = -1
  #pendingWindowTicks = 0
  #pendingWindowBytes = 0
  /** Made with the first order: most boards are never given one, and 10,000 idle ones shall be small. */
  #lane: CommandLane | undefined
  #pendingRows = 0

  constructor(id: string, device: Device, arrival: Arrival, line: Line, house: SessionHouse) {
    this.id = id
    this.device = device
    this.arrival = arrival
    this.#line = line
    this.#house = house
    this.openedAt = house.clock.now()
    this.lastInboundTicks = house.clock.ticks()
    this.savedTicks = this.lastInboundTicks
    this.traffic = new Traffic(this.lastInboundTicks)
  }

  get lane(): CommandLane {
    this.#lane ??= new CommandLane(this, this.#house.clock, this.#house.limits)
    return this.#lane
  }

  send(message: GatewayMessage): void {
    if (!this.closed) this.#line.sendText(JSON.stringify(message))
  }

  greet(): void {
    this.send(connectionAck(this.#house.clock.now()))
  }

  /** The socket is gone. */
  onGone(): void {
    this.closed = true
    this.#lane?.close()
  }

  /** Ends the conversation: Close first, never a bare FIN, for a live ESP32 reboots on that. */
  end(code: number, reason: string): void {
    if (!this.closed) this.#line.close(code, reason)
  }

  /** `turn`: 'text' or 'protocol', alternating, so that the two never leave back to back. */
  keepAlive(turn: 'text' | 'protocol'): void {
    if (this.closed) return
    if (turn === 'text') {
      this.#pingTicks = this.#house.clock.ticks()
      this.#line.sendText(pingText(this.#house.clock.now()))
    } else {
      this.#protocolPingTicks = this.#house.clock.ticks()
      this.#line.sendPing('dvz')
    }
  }

  /** Whether not a single byte came for `deadAfterMs`. */
  isDead(ticks: number): boolean {
    if (ticks - this.lastInboundTicks < this.#house.limits.deadAfterMs) return false
    const bytes = this.#line.bytesRead
    if (bytes === this.#bytesSeen) return true
    this.#bytesSeen = bytes
    this.#heard(ticks)
    return false
  }

  /** A protocol ping or pong came. */
  onControl(kind: 'ping' | 'pong'): void {
    const ticks = this.#house.clock.ticks()
    this.#heard(ticks)
    if (kind === 'pong' && this.#protocolPingTicks > 0) {
      this.roundTripMs = ticks - this.#protocolPingTicks
      this.#protocolPingTicks = 0
    }
  }

  onBinary(bytes: Buffer): void {
    this.#heard(this.#house.clock.ticks())
    const metadataSize = this.#metadataSize
    this.#metadataSize = -1
    if (this.#overPendingRate(bytes.length)) return
    if (this.device.kind === 'pico') {
      this.traffic.unexpectedBinaries++
      return
    }
    if (!isJpeg(bytes)) {
      this.traffic.notJpeg++
      this.#house.rooms.counters.notJpeg++
      return
    }
    if (metadataSize >= 0 && metadataSize !== bytes.length) this.traffic.sizeMismatches++
    this.traffic.frames++
    this.traffic.frameBytes += bytes.length
    this.#house.onFrame(this, bytes)
  }

  onText(text: string): void {
    this.#heard(this.#house.clock.ticks())
    if (this.#overPendingRate(text.length)) return
    let message: unknown
    try {
      message = JSON.parse(text)
    } catch {}
    if (message === null || typeof message !== 'object' || Array.isArray(message)) {
      this.traffic.invalidTexts++
      this.#keep('invalid', 'sent text that is not a JSON object', { raw: text.slice(0, textKept) }, text)
      return
    }
    this.#onMessage(message as Record<string, unknown>, text)
  }

  #onMessage(message: Record<string, unknown>, text: string): void {
    switch (message.type) {
      case 'ping':
        this.traffic.pings++
        this.#line.sendText(pongText(this.#house.clock.now()))
        return this.#facts(message)
      case 'pong':
        this.traffic.pongs++
        if (this.#pingTicks > 0) this.roundTripMs = this.lastInboundTicks - this.#pingTicks
        this.#pingTicks = 0
        return this.#facts(message)
      case 'frame':
        this.#metadataSize = typeof message.size === 'number' ? message.size : -1
        if (typeof message.fps === 'number') this.fps = message.fps
        return
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
        return this.send(timeMessage(this.#house.clock.now()))
      default:
        return this.#keep(
          String(message.type ?? 'without a type'),
          `said "${String(message.type ?? '').slice(0, 64)}"`,
          message,
          text,
        )
    }
  }

  #onLog(message: Record<string, unknown>, text: string): void {
    const said = typeof message.message === 'string' ? message.message : ''
    const fps = /^FPS: *([\d.]+)/.exec(said)
    if (fps) {
      this.traffic.fpsLogs++
      this.fps = Number(fps[1])
      return
    }
    this.#keep(
      'log',
      `log${typeof message.level === 'string' ? ` (${message.level.slice(0, 16)})` : ''}: ${said.slice(0, 300)}`,
      message,
      text,
    )
  }

  #onConnect(message: Record<string, unknown>, text: string): void {
    const valid = message.type === 'connection' || connectSchema.safeParse(message).success
    if (message.type === 'connect' && !this.#connectAnswered) {
      this.#connectAnswered = true
      this.greet()
    }
    this.#facts(message)
    this.#keep(
      String(message.type),
      valid ? 'introduced itself' : 'introduced itself with unusual values',
      message,
      text,
    )
  }

  #onAck(message: Record<string, unknown>, text: string): void {
    const parsed = ackSchema.safeParse(message)
    const ack = parsed.success ? parsed.data : ackSchema.parse({ type: 'ack' })
    // What goes back to an operator must not carry the board's secret.
    const ours = this.#lane?.acknowledged(redactValue(ack, this.arrival.token) as typeof ack)
    this.#facts(message)
    this.#keep('ack', ours ? 'acknowledged a command' : 'sent an acknowledgement nobody waits for', message, text)
  }

  #onSensorData(message: Record<string, unknown>, text: string): void {
    this.#facts(message)
    this.#keep('sensor_data', `reported ${String(message.sensor_type ?? 'a reading').slice(0, 64)}`, message, text)
    const data = message.data as { sequence?: unknown } | undefined | null
    const sequence = data && typeof data === 'object' ? data.sequence : undefined
    // The ack is a promise: it leaves after the commit, and a reading that could not be stored gets none.
    this.#house.journal.committed().then(
      () =>
        this.send({
          type: 'ack',
          command_type: 'sensor_data',
          status: 'success',
          sensor_type: message.sensor_type,
          sequence,
          timestamp: isoTime(this.#house.clock.now()),
        }),
      () => {},
    )
  }

  #onServoReport(message: Record<string, unknown>, text: string): void {
    const angles = (message.command ?? {}) as Record<string, unknown>
    this.#facts({ servo1_angle: angles.servo1, servo2_angle: angles.servo2 })
    this.#keep('servo', 'reported its position', message, text)
    this.send({ type: 'ack', command_type: 'servo', status: 'success', timestamp: isoTime(this.#house.clock.now()) })
  }

  #facts(message: Record<string, unknown>): void {
    const facts = readFacts(message, this.device)
    if (facts) this.#house.onFacts(this, facts)
  }

  /** Writes a message down, without any secret. A pending board's are kept in memory, and only the first in the journal. */
  #keep(type: string, what: string, message: Record<string, unknown>, text: string): void {
    const token = this.arrival.token
    const data =
      text.length <= textKept
        ? (redactValue(message, token) as Record<string, unknown>)
        : { raw: redact(text, token).slice(0, textKept), cutAt: textKept }
    const line = redact(what, token)
    if (this.device.state === 'pending') {
      this.#house.keepPendingMessage(this, data)
      if (++this.#pendingRows > this.#house.limits.pendingMessagesKept) {
        this.traffic.messagesNotKept++
        return
      }
    }
    this.#house.note(this, 'message', line, { ...data, type: redact(type, token).slice(0, 64) })
  }

  #heard(ticks: number): void {
    this.lastInboundTicks = ticks
    this.device.lastSeenAt = this.#house.clock.now()
  }

  /** A pending board can't slow the approved ones: above 1 MB/s it is sent away, to come back later. */
  #overPendingRate(bytes: number): boolean {
    if (this.closed) return true
    if (this.device.state !== 'pending') return false
    if (this.lastInboundTicks - this.#pendingWindowTicks >= 1_000) {
      this.#pendingWindowTicks = this.lastInboundTicks
      this.#pendingWindowBytes = 0
    }
    this.#pendingWindowBytes += bytes
    if (this.#pendingWindowBytes <= this.#house.limits.pendingBytesPerSecond) return false
    this.#house.end(this, 'too_much_traffic')
    return true
  }
}
