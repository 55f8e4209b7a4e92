import { connect as connectSchema, type GatewayMessage } from '#protocol/board.ts'
import { diagnosisTexts, messageTexts } from '#texts/en/journal.ts'
import type { FailureCode } from '../../errors/errors.ts'
import type { Arrival } from '../arrival.ts'
import type { Device } from '../devices/device.ts'
import type { DiagnosisFacts } from '../diagnosis/fill-placeholders.ts'
import { looksLike } from '../diagnosis/recognise.ts'
import type { Symptom } from '../diagnosis/symptoms.ts'
import { isJpeg } from '../frames/frame.ts'
import { parseJson } from '../json.ts'
import type { BoardConnection } from './board-connection.ts'
import { type BoardFacts, readFacts } from './board-facts.ts'
import { CommandQueue } from './command-queue.ts'
import { connectionAck, isoTime, pongText, readingAck } from './gateway-messages.ts'
import type { FramingFault } from './journal-rows.ts'
import { type KeepAliveHost, KeptAliveConnection } from './kept-alive-connection.ts'
import { fpsOf, logLine, otherLine, readAck, wordOf } from './message-words.ts'
import type { SessionRecorder } from './session-recorder.ts'
import type { StrangerBudget } from './stranger-budget.ts'
import { TrafficCounters } from './traffic-counters.ts'

/** A board's clock is read this often, because a camera sends its time with every frame. */
const clockEveryMs = 1_000

/** Whether a message was written down. `not_kept`: it was not, as only a pending board's first messages are. */
export type MessageOutcome = 'written' | 'over_budget' | 'not_kept'

/** The journal of the messages that a board sends. */
export interface SessionJournal {
  /** `what` makes the row's sentence, one of `messageTexts`, if there is a row. `text`: the message as received. */
  message(
    session: Session,
    type: unknown,
    what: string | (() => string),
    message: Record<string, unknown>,
    text: string,
  ): MessageOutcome
  /** `seen`: one of `diagnosisTexts`. */
  diagnosis(session: Session, symptom: Symptom, seen: string | FramingFault, facts?: DiagnosisFacts): void
  /** Resolves when the readings noted so far, and their device, are on disk. @throws the store's error */
  readingsStored(device: Device): Promise<void>
}

/** Receives the pictures of a session's board. */
export interface FrameSink {
  /** Receives a picture of an approved camera. */
  publish(deviceId: string, jpeg: Buffer, receivedTicks: number): void
  /** Receives a picture of a pending camera. */
  preview(deviceId: string, jpeg: Buffer): void
  countNotJpeg(): void
  viewersOf(deviceId: string): number
}

/** Changes the facts that a session learns about its device. */
export interface LiveFactsSink {
  /** Called for each message from the device. */
  seen(device: Device, at: number): void
  live(device: Device, facts: BoardFacts): void
}

/** The parts that all sessions share. */
export interface SessionHost extends KeepAliveHost {
  readonly journal: SessionJournal
  readonly frames: FrameSink
  readonly devices: LiveFactsSink
  readonly recorder: SessionRecorder
  readonly strangers: { connectBoard(device: Device, connection: BoardConnection, close: () => void): StrangerBudget }
  readonly zones: { answer(zone: unknown, by: 'approved' | 'pending'): GatewayMessage | undefined }
  /** Ends the session with the close code of `why`. */
  end(session: Session, why: FailureCode): void
  /** Called when work for this session's board threw an exception. */
  caught(session: Session, error: unknown): void
}

/**
 * One board's connection, from its admission to its end: handles its messages. The gateway answers requests, but never
 * an `ack`, a `pong`, a `log` or an unknown type: a Pico answers every unknown type, so the exchange would never end
 * (field rule 10).
 */
export class Session extends KeptAliveConnection<SessionHost> {
  readonly id: string
  readonly arrival: Arrival
  readonly openedAt: number
  fps: number | undefined
  #device: Device
  #closed = false
  #traffic: TrafficCounters
  /** The faults found so far; undefined for most boards, which show none. */
  #symptoms: Set<Symptom> | undefined
  /** When the live facts of the device were last handed to the store. */
  #savedTicks: number
  #clockDueTicks = 0
  #connectAnswered = false
  /** The number of viewers last sent to this camera; undefined while the camera has not requested it. */
  #viewersSent: number | undefined
  #metadataSize = -1
  /** Readings whose acknowledgement waits for the disk. */
  #readingsUnderWay = 0
  /** The traffic limit of a pending board. */
  #stranger: StrangerBudget | undefined
  /** Made with the first command: most boards never get a command, and 10,000 idle sessions must stay small. */
  #commands: CommandQueue | undefined

  constructor(id: string, device: Device, arrival: Arrival, connection: BoardConnection, host: SessionHost) {
    super(connection, host)
    this.id = id
    this.#device = device
    this.arrival = arrival
    this.openedAt = host.clock.now()
    this.#savedTicks = this.lastInboundTicks
    this.#traffic = new TrafficCounters(this.lastInboundTicks)
    if (device.kind === 'esp32cam') connection.isCamera = true
  }

  get device(): Device {
    return this.#device
  }

  get closed(): boolean {
    return this.#closed
  }

  get traffic(): TrafficCounters {
    return this.#traffic
  }

  /** The faults found so far. */
  get symptoms(): ReadonlySet<Symptom> | undefined {
    return this.#symptoms
  }

  get commands(): CommandQueue {
    this.#commands ??= new CommandQueue(this, this.host.clock, this.host.limits)
    return this.#commands
  }

  /** Called when a board without an id turned out to be a known device that reconnected. */
  becomeDevice(device: Device): void {
    this.#device = device
  }

  send(message: GatewayMessage): void {
    if (!this.#closed) this.connection.sendText(JSON.stringify(message))
  }

  /** Limits the board's traffic while its device is pending, and removes the limit after that. */
  updateBudget(): void {
    const close = () => this.host.end(this, 'too_much_traffic')
    this.#stranger =
      this.#device.state === 'pending'
        ? this.host.strangers.connectBoard(this.#device, this.connection, close)
        : undefined
    this.connection.stranger = this.#stranger
  }

  greet(): void {
    this.send(connectionAck(this.host.clock.now()))
  }

  /** Called when the socket is closed: every waiting command ends. */
  onClosed(): void {
    this.#closed = true
    this.#stranger?.leave()
    this.#commands?.close()
  }

  /** Only marks the session as closed, for use when its regular end has failed. */
  markClosed(): void {
    this.#closed = true
  }

  /** Handles the queued close event now if the socket is already closed. */
  finishClose(): void {
    this.connection.finishClose?.()
  }

  /** Sends Close first, never a bare FIN: a live ESP32 reboots on that. */
  end(code: number, reason: string): void {
    if (!this.#closed) this.connection.close(code, reason)
  }

  /** Records a fault of the board once for each connection, however often the fault happens. */
  diagnose(symptom: Symptom, seen: string | FramingFault, facts?: DiagnosisFacts): void {
    if (this.#closed || this.#symptoms?.has(symptom)) return
    this.#symptoms ??= new Set()
    this.#symptoms.add(symptom)
    this.host.journal.diagnosis(this, symptom, seen, facts)
  }

  /** Called once a second: sends changes of the viewer count to a camera that requested it, so that it can pause. */
  updateViewers(): void {
    if (this.#viewersSent !== undefined && this.#viewersSent !== this.host.frames.viewersOf(this.#device.id))
      this.#sendViewers()
  }

  #sendViewers(): void {
    this.#viewersSent = this.host.frames.viewersOf(this.#device.id)
    this.send({ type: 'viewers', count: this.#viewersSent })
  }

  /** Returns the counts since the last call, and resets the counters. */
  takeTraffic(): TrafficCounters {
    this.host.recorder.onCountersReset(this)
    const taken = this.#traffic
    taken.overBudget = (this.#stranger?.takeDropped() ?? 0) + this.connection.takeDropped()
    this.#traffic = new TrafficCounters(this.host.clock.ticks())
    return taken
  }

  /** Whether the live facts of the device were last stored at least `everyMs` ago; if so, the interval restarts. */
  takeSaveDue(ticks: number, everyMs: number): boolean {
    if (ticks - this.#savedTicks < everyMs) return false
    this.#savedTicks = ticks
    return true
  }

  onBinary(bytes: Buffer): void {
    if (this.#closed) return
    this.received(this.host.clock.ticks())
    const metadataSize = this.#metadataSize
    this.#metadataSize = -1
    if (this.#device.kind === 'pico') return void this.#traffic.unexpectedBinaries++
    if (!isJpeg(bytes)) {
      this.#traffic.notJpeg++
      this.host.frames.countNotJpeg()
      this.diagnose('not_jpeg', diagnosisTexts.notJpeg, {
        bytes: bytes.length,
        looksLike: looksLike(bytes),
      })
      return
    }
    this.connection.isCamera = true
    if (metadataSize >= 0 && metadataSize !== bytes.length) this.#traffic.sizeMismatches++
    this.#traffic.frames++
    this.#traffic.frameBytes += bytes.length
    if (this.#device.state === 'active') this.host.frames.publish(this.#device.id, bytes, this.lastInboundTicks)
    else this.host.frames.preview(this.#device.id, bytes)
  }

  onText(text: string): void {
    if (this.#closed) return
    this.received(this.host.clock.ticks())
    if (this.#stranger && !this.#stranger.mayParse(text)) return
    let message: unknown
    try {
      message = parseJson(text)
    } catch {}
    if (message === null || typeof message !== 'object' || Array.isArray(message)) {
      this.#traffic.invalidTexts++
      this.#write('invalid', messageTexts.invalid, { raw: text }, text)
      this.diagnose('invalid_json', diagnosisTexts.invalidJson)
      return
    }
    this.#onMessage(message as Record<string, unknown>, text)
  }

  /** Called when a text exceeded the limit for boards and was skipped. The connection stays open. */
  onTextTooLarge(bytes: number): void {
    if (this.#closed) return
    this.received(this.host.clock.ticks())
    this.#traffic.textsTooLarge++
    this.diagnose('text_too_large', diagnosisTexts.textTooLarge(this.host.limits.textBytes), { bytes })
  }

  /** Called when messages of a camera were dropped because it sends too many. */
  onDropped(): void {
    this.diagnose('too_many_messages', diagnosisTexts.messagesDropped)
  }

  #onMessage(message: Record<string, unknown>, text: string): void {
    // The text looked like frame metadata, which has a higher limit, but is not: see `StrangerBudget.mayParse`.
    if (this.#stranger?.isUncounted && message.type !== 'frame' && !this.#stranger.mayHandleText()) return
    switch (message.type) {
      case 'ping':
        this.#traffic.pings++
        this.connection.sendText(pongText(this.host.clock.now()))
        return this.#readFacts(message)
      case 'pong':
        this.#traffic.pongs++
        this.onTextPong()
        return this.#readFacts(message)
      case 'frame':
        this.#metadataSize = typeof message.size === 'number' ? message.size : -1
        if (Number.isFinite(message.fps)) this.fps = message.fps as number
        return this.#readClock(message)
      case 'heartbeat':
        this.#traffic.heartbeats++
        return this.#readFacts(message)
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
        return this.#sendTime(message.zone)
      case 'viewers':
        return this.#sendViewers()
      default:
        return this.#write(message.type, () => otherLine(message, this.arrival.token), message, text)
    }
  }

  #onLog(message: Record<string, unknown>, text: string): void {
    const fps = fpsOf(message)
    if (fps === undefined) return this.#write('log', () => logLine(message, this.arrival.token), message, text)
    this.#traffic.fpsLogs++
    this.fps = fps
  }

  #onConnect(message: Record<string, unknown>, text: string): void {
    const valid = message.type === 'connection' || connectSchema.safeParse(message).success
    if (message.type === 'connect' && !this.#connectAnswered) {
      this.#connectAnswered = true
      this.greet()
    }
    this.#readFacts(message)
    this.#write(message.type, valid ? messageTexts.introduced : messageTexts.introducedOddly, message, text)
  }

  #onAck(message: Record<string, unknown>, text: string): void {
    const isOurs = this.#commands?.acknowledged(readAck(message, this.arrival.token))
    this.#readFacts(message)
    this.#write('ack', isOurs ? messageTexts.acknowledged : messageTexts.acknowledgedUnasked, message, text)
  }

  #onSensorData(message: Record<string, unknown>, text: string): void {
    this.#readFacts(message)
    const { takenAt: _never, ...sent } = message
    const takenAt = this.host.recorder.takenAt(this, message)
    const reading = takenAt === undefined ? sent : { ...sent, takenAt: isoTime(takenAt) }
    this.#write('sensor_data', messageTexts.reading(wordOf(message.sensor_type, this.arrival.token, 64)), reading, text)
    // An ack confirms that the reading is stored: it is sent after the commit, and not at all if the reading could not
    // be stored.
    if (++this.#readingsUnderWay === this.host.limits.readingsUnderWay) this.connection.hold()
    this.host.journal
      .readingsStored(this.#device)
      .then(
        () => {
          this.#readingSettled()
          this.send(readingAck(message, this.host.clock.now()))
        },
        () => this.#readingSettled(),
      )
      .catch(error => this.host.caught(this, error))
  }

  /** Reading from a board with too many unstored readings resumes once all of them are stored or have failed. */
  #readingSettled(): void {
    if (--this.#readingsUnderWay === 0) this.connection.release()
  }

  #onServoReport(message: Record<string, unknown>, text: string): void {
    const angles = (message.command ?? {}) as Record<string, unknown>
    this.#readFacts({ servo1_angle: angles.servo1, servo2_angle: angles.servo2 })
    this.#write('servo', messageTexts.position, message, text)
    this.send({ type: 'ack', command_type: 'servo', status: 'success', timestamp: isoTime(this.host.clock.now()) })
  }

  #sendTime(zone: unknown): void {
    const time = this.host.zones.answer(zone, this.#stranger ? 'pending' : 'approved')
    if (time) this.send(time)
  }

  #readFacts(message: Record<string, unknown>): void {
    this.#readClock(message)
    const facts = readFacts(message, this.#device, this.arrival.token)
    if (facts) this.host.devices.live(this.#device, facts)
  }

  /** Readings and logs may carry an old time: only a message that is sent at once shows the board's clock. */
  #readClock(message: Record<string, unknown>): void {
    if (message.type === 'sensor_data') return
    if (this.lastInboundTicks < this.#clockDueTicks && message.type !== 'connect') return
    if (message.timestamp === undefined && message.uptime === undefined) return
    this.#clockDueTicks = this.lastInboundTicks + clockEveryMs
    this.host.recorder.onClockMessage(this, message)
  }

  #write(type: unknown, what: string | (() => string), message: Record<string, unknown>, text: string): void {
    const outcome = this.host.journal.message(this, type, what, message, text)
    if (outcome === 'over_budget') this.diagnose('too_many_messages', diagnosisTexts.messagesLeftOut)
    else if (outcome === 'not_kept') this.#traffic.messagesNotKept++
  }

  protected override onReceived(): void {
    this.host.devices.seen(this.#device, this.host.clock.now())
  }

  protected override onStall(roundTripMs: number): void {
    this.host.recorder.onStall(this, roundTripMs)
  }
}
