import { setTimeout as sleep } from 'node:timers/promises'
import { type ConnectRequest, connect } from './connect.ts'
import type { BoardEvent, BoardHappening, BoardState, BoardStats } from './events.ts'
import { afflict, type Fault, type FaultKind, type Patient, parseFault } from './faults.ts'
import { ConnectionRefused } from './refused.ts'
import { type ConnectionTraffic, SimulatorConnection } from './simulator-connection.ts'
import { type BoardKind, parseTarget, type Target } from './target.ts'
import { fetchToken, type TokenSource } from './tokens.ts'

/** Options of every virtual board. Durations in ms. */
export interface BoardOptions {
  /** http(s)://host:port or ws(s)://host:port of the gateway. */
  readonly url: string
  /** The board's secret, or where to get it; by default one from `GET /public/tokens`, kept for good. */
  readonly token?: string | TokenSource
  /** Pause between the end of a connection, or a refusal, and the next attempt. No jitter, as in the field. */
  readonly redialMs?: number
  /** Time from power on to the first attempt after a reboot. Default 2,000. */
  readonly bootMs?: number
  /** A fault to simulate; a name alone takes the values of `defaultFaults`. Default none. */
  readonly fault?: Fault | FaultKind
  /** Called at once for each event; must not throw. */
  readonly onEvent?: (event: BoardEvent) => void
  /** Ends the board like `stop()`. */
  readonly signal?: AbortSignal
}

/** The part of a board that its firmware decides. Its state lives in RAM: `boot` resets it. */
export interface Firmware {
  readonly kind: BoardKind
  readonly name: string
  readonly redialMs: number
  /** ArduinoWebsockets masks with zeros. */
  readonly zeroMask: boolean
  boot(): void
  call(target: Target, token: string): ConnectRequest
  /** Called when the connection is open: sends the first message and starts the connection's timers. */
  online(connection: SimulatorConnection, token: string): void
  receive(connection: SimulatorConnection, text: string): void
}

/** The functions of the board that its firmware uses. */
export interface Hardware {
  readonly uptimeMs: number
  /** Bytes of heap that a leak has eaten since the last boot. */
  readonly leakedBytes: number
  /** Signal of its Wi-Fi, where a fault sets it. */
  readonly signalDbm: number | undefined
  /** One picture out of this many is sent. */
  readonly oneOf: number
  say(happening: BoardHappening): void
  /** Called when the `connection_ack` was received. */
  admitted(message: string): void
  reboot(): void
}

/** A running virtual board, or many. */
export interface Simulation<Stats> extends AsyncDisposable {
  /** Settles when it has stopped for good; never rejects. */
  readonly done: Promise<void>
  /** Closes the connection and ends every timer and socket. */
  stop(): Promise<void>
  stats(): Stats
}

/** A virtual board: it boots, connects, and connects again after each end until it is stopped. */
export class Board implements Hardware {
  readonly done: Promise<void>
  readonly #options: BoardOptions
  readonly #target: Target
  readonly #fault: Fault | undefined
  readonly #firmware: Firmware
  readonly #power = new AbortController()
  readonly #traffic: ConnectionTraffic = { messagesIn: 0, messagesOut: 0, bytesOut: 0 }
  readonly #counts = { connects: 0, refusals: 0, unreachable: 0, reboots: 0, commands: 0 }
  /** Open connections beside the present one: abandoned ones, and a twin's. */
  readonly #others = new Set<SimulatorConnection>()
  #state: BoardState = 'waiting'
  #bootedMs = performance.now()
  #attempts = 0
  #token: string | undefined
  #connection: SimulatorConnection | undefined
  #pauseMs = 0
  #faded: { dbm: number; oneOf: number } | undefined
  #onCommand = () => {}

  constructor(options: BoardOptions, firmware: (hardware: Hardware) => Firmware) {
    this.#options = options
    this.#target = parseTarget(options.url)
    this.#fault = typeof options.fault === 'string' ? parseFault(options.fault) : options.fault
    this.#firmware = firmware(this)
    this.done = this.#live()
  }

  get uptimeMs(): number {
    return Math.round(performance.now() - this.#bootedMs)
  }

  get leakedBytes(): number {
    return this.#fault?.kind === 'leak' ? (this.#fault.bytesPerS * this.uptimeMs) / 1000 : 0
  }

  get signalDbm(): number | undefined {
    return this.#fault?.kind === 'weak-signal' ? this.#fault.dbm : this.#faded?.dbm
  }

  get oneOf(): number {
    return this.#faded?.oneOf ?? 1
  }

  get stats(): BoardStats {
    const { name, kind } = this.#firmware
    const { uptimeMs } = this
    return { board: name, device: kind, state: this.#state, ...this.#counts, uptimeMs, ...this.#traffic }
  }

  say(happening: BoardHappening): void {
    if (happening.kind === 'command') {
      this.#counts.commands++
      this.#onCommand()
    }
    const { name, kind } = this.#firmware
    this.#options.onEvent?.({ board: name, device: kind, at: new Date().toISOString(), ...happening })
  }

  admitted(message: string): void {
    this.#state = 'online'
    this.say({ kind: 'acknowledged', message })
  }

  reboot(): void {
    this.#connection?.cut()
    this.#counts.reboots++
    this.#bootedMs = performance.now()
    this.#faded = undefined
    this.#pauseMs = this.#options.bootMs ?? 2000
    this.#firmware.boot()
    this.say({ kind: 'rebooted' })
  }

  async stop(): Promise<void> {
    this.#power.abort()
    await this.done
  }

  async #live(): Promise<void> {
    // The caller receives this board before the first event.
    await Promise.resolve()
    const { signal } = this.#options
    const off = () => this.#power.abort()
    signal?.addEventListener('abort', off)
    if (signal?.aborted) off()
    while (!this.#power.signal.aborted) {
      this.#pauseMs = this.#firmware.redialMs
      await this.#connect()
      if (!this.#power.signal.aborted) this.#state = 'waiting'
      await sleep(this.#pauseMs, undefined, { signal: this.#power.signal }).catch(() => {})
    }
    signal?.removeEventListener('abort', off)
    for (const connection of this.#others) connection.cut()
    this.#state = 'off'
  }

  /** Makes one attempt, and resolves when the connection it opened has ended. */
  async #connect(): Promise<void> {
    const { signal } = this.#power
    this.#state = 'dialling'
    this.say({ kind: 'dialling', attempt: ++this.#attempts })
    try {
      this.#token ??= await this.#obtainToken()
      const startedMs = performance.now()
      const answered = await connect(this.#target, this.#firmware.call(this.#target, this.#token), signal)
      const { zeroMask } = this.#firmware
      const onText = (text: string) => this.#firmware.receive(connection, text)
      const connection: SimulatorConnection = new SimulatorConnection(answered, {
        traffic: this.#traffic,
        onText,
        zeroMask,
      })
      await this.#talk(connection, this.#token, performance.now() - startedMs)
    } catch (error) {
      if (!signal.aborted) this.#complain(error)
    }
  }

  #obtainToken(): Promise<string> {
    const { token, url } = this.#options
    const { kind } = this.#firmware
    if (typeof token === 'string') return Promise.resolve(token)
    return (token ?? ((_, signal) => fetchToken(url, kind, signal)))(kind, this.#power.signal)
  }

  async #talk(connection: SimulatorConnection, token: string, tookMs: number): Promise<void> {
    const close = () => void connection.close()
    this.#power.signal.addEventListener('abort', close)
    if (this.#power.signal.aborted) close()
    this.#connection = connection
    this.#counts.connects++
    this.#state = 'pending-ack'
    this.#onCommand = () => {}
    this.say({ kind: 'connected', tookMs: Math.round(tookMs) })
    this.#firmware.online(connection, token)
    if (this.#fault) afflict(this.#patient(connection), this.#fault)
    const { code, reason } = await connection.ended
    this.#power.signal.removeEventListener('abort', close)
    this.#connection = undefined
    this.say({ kind: 'closed', code, reason, afterMs: Math.round(performance.now() - connection.openedMs) })
  }

  #complain(error: unknown): void {
    if (error instanceof ConnectionRefused) {
      const { status, code, message, hint, retryAfterMs } = error
      this.#counts.refusals++
      this.#pauseMs = Math.max(this.#pauseMs, retryAfterMs ?? 0)
      this.say({ kind: 'refused', status, message, ...(code ? { code } : {}), ...(hint ? { hint } : {}) })
      return
    }
    this.#counts.unreachable++
    const { message, cause } = error as Error
    this.say({ kind: 'unreachable', message: cause instanceof Error ? `${message}: ${cause.message}` : message })
  }

  #patient(connection: SimulatorConnection): Patient {
    const board = this
    return {
      get uptimeMs() {
        return board.uptimeMs
      },
      get memoryFree() {
        return heapBytes - board.leakedBytes
      },
      get bytesPassed() {
        return connection.bytesPassed
      },
      after: (delayMs, act) => connection.after(delayMs, act),
      reboot: () => board.reboot(),
      hold: durationMs => connection.hold(durationMs),
      cut: () => connection.cut(),
      reconnect: downMs => {
        board.#pauseMs = downMs
        void connection.close()
      },
      abandon: lateCutMs => board.#abandon(connection, lateCutMs),
      onCommand: act => {
        board.#onCommand = act
      },
      fade: (dbm, oneOf) => {
        board.#faded = { dbm, oneOf }
      },
      twin: () => void board.#dialTwin(),
      text: text => connection.text(text),
      binary: bytes => connection.binary(bytes),
      raw: bytes => connection.raw(bytes),
    }
  }

  async #dialTwin(): Promise<void> {
    const { signal } = this.#power
    try {
      const call = this.#firmware.call(this.#target, this.#token!)
      const answered = await connect(this.#target, call, signal)
      const traffic: ConnectionTraffic = { messagesIn: 0, messagesOut: 0, bytesOut: 0 }
      const twin = new SimulatorConnection(answered, { traffic, onText: () => {}, zeroMask: this.#firmware.zeroMask })
      this.#others.add(twin)
      await twin.ended
      this.#others.delete(twin)
    } catch (error) {
      if (!signal.aborted) this.#complain(error)
    }
  }

  #abandon(connection: SimulatorConnection, lateCutMs: number): void {
    this.#others.add(connection)
    connection.abandon('Nothing was heard for too long')
    void sleep(lateCutMs, undefined, { signal: this.#power.signal })
      .catch(() => {})
      .then(() => {
        connection.cut()
        this.#others.delete(connection)
      })
  }
}

/** Free heap of a Pico W that runs its firmware, in bytes. */
export const heapBytes = 140 * 1024
