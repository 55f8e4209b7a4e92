import { setTimeout as sleep } from 'node:timers/promises'
import { type ConnectRequest, connect } from './connect.ts'
import type { BoardEvent, BoardHappening, BoardState, BoardStats } from './events.ts'
import { afflict, type Fault, type FaultKind, type Patient, parseFault } from './faults.ts'
import { ConnectionRefused } from './refused.ts'
import { type ConnectionTraffic, SimulatorConnection } from './simulator-connection.ts'
import { type BoardKind, parseTarget, type Target } from './target.ts'
import { fetchToken, type TokenSource } from './tokens.ts'

/** What every virtual board is told. Durations in ms. */
export interface BoardOptions {
  /** http(s)://host:port or ws(s)://host:port of the gateway. */
  readonly url: string
  /** The board's secret, or where to get it; by default one from `GET /public/tokens`, kept for good. */
  readonly token?: string | TokenSource
  /** Between the end of a line, or a refusal, and the next attempt. No jitter, as in the field. */
  readonly redialMs?: number
  /** From power on to the first attempt after a reboot. Default 2,000. */
  readonly bootMs?: number
  /** A way to go wrong; a bare word takes `defaultFaults`. Default none. */
  readonly fault?: Fault | FaultKind
  /** Called for everything that happens, at once; must not throw. */
  readonly onEvent?: (event: BoardEvent) => void
  /** Ends the board like `stop()`. */
  readonly signal?: AbortSignal
}

/** The part of a board that its firmware decides. It lives in RAM: `boot` makes it as new. */
export interface Firmware {
  readonly kind: BoardKind
  readonly name: string
  readonly redialMs: number
  /** ArduinoWebsockets masks with zeros. */
  readonly zeroMask: boolean
  boot(): void
  call(target: Target, token: string): ConnectRequest
  /** The line is up: say hello, start the timers that belong to it. */
  online(line: SimulatorConnection, token: string): void
  hear(line: SimulatorConnection, text: string): void
}

/** What the firmware finds on its board. */
export interface Hardware {
  readonly uptimeMs: number
  /** Bytes of heap that a leak has eaten since the last boot. */
  readonly leakedBytes: number
  /** Of its Wi-Fi, where a fault says so. */
  readonly signalDbm: number | undefined
  /** Of so many pictures one comes through. */
  readonly oneOf: number
  say(happening: BoardHappening): void
  /** The `connection_ack` is there. */
  admitted(message: string): void
  reboot(): void
}

/** A running virtual board, or many. */
export interface Simulation<Stats> extends AsyncDisposable {
  /** Settles when it has stopped for good; never rejects. */
  readonly done: Promise<void>
  /** Says goodbye to the gateway and ends every timer and socket. */
  stop(): Promise<void>
  stats(): Stats
}

/** A virtual board with its power supply: boots, dials, talks, and dials again until it is stopped. */
export class Board implements Hardware {
  readonly done: Promise<void>
  readonly #options: BoardOptions
  readonly #target: Target
  readonly #fault: Fault | undefined
  readonly #firmware: Firmware
  readonly #power = new AbortController()
  readonly #traffic: ConnectionTraffic = { messagesIn: 0, messagesOut: 0, bytesOut: 0 }
  readonly #counts = { connects: 0, refusals: 0, unreachable: 0, reboots: 0, commands: 0 }
  /** Sockets nobody cares for any more, which are still open. */
  readonly #leftLying = new Set<SimulatorConnection>()
  #state: BoardState = 'waiting'
  #bootedMs = performance.now()
  #attempts = 0
  #token: string | undefined
  #line: SimulatorConnection | undefined
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
    this.#line?.cut()
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
    // So that whoever made this board holds it before it makes itself heard.
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
    for (const line of this.#leftLying) line.cut()
    this.#state = 'off'
  }

  /** One attempt, and the whole life of the line if it comes to one. */
  async #connect(): Promise<void> {
    const { signal } = this.#power
    this.#state = 'dialling'
    this.say({ kind: 'dialling', attempt: ++this.#attempts })
    try {
      this.#token ??= await this.#obtainToken()
      const startedMs = performance.now()
      const answered = await connect(this.#target, this.#firmware.call(this.#target, this.#token), signal)
      const { zeroMask } = this.#firmware
      const hear = (text: string) => this.#firmware.hear(line, text)
      const line: SimulatorConnection = new SimulatorConnection(answered, { traffic: this.#traffic, hear, zeroMask })
      await this.#talk(line, this.#token, performance.now() - startedMs)
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

  async #talk(line: SimulatorConnection, token: string, tookMs: number): Promise<void> {
    const goodbye = () => void line.close()
    this.#power.signal.addEventListener('abort', goodbye)
    if (this.#power.signal.aborted) goodbye()
    this.#line = line
    this.#counts.connects++
    this.#state = 'pending-ack'
    this.#onCommand = () => {}
    this.say({ kind: 'connected', tookMs: Math.round(tookMs) })
    this.#firmware.online(line, token)
    if (this.#fault) afflict(this.#patient(line), this.#fault)
    const { code, reason } = await line.ended
    this.#power.signal.removeEventListener('abort', goodbye)
    this.#line = undefined
    this.say({ kind: 'closed', code, reason, afterMs: Math.round(performance.now() - line.openedMs) })
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

  #patient(line: SimulatorConnection): Patient {
    const board = this
    return {
      get uptimeMs() {
        return board.uptimeMs
      },
      get memoryFree() {
        return heapBytes - board.leakedBytes
      },
      get bytesPassed() {
        return line.bytesPassed
      },
      after: (delayMs, act) => line.after(delayMs, act),
      reboot: () => board.reboot(),
      hold: durationMs => line.hold(durationMs),
      cut: () => line.cut(),
      hangUp: downMs => {
        board.#pauseMs = downMs
        void line.close()
      },
      abandon: lateCutMs => board.#leaveLying(line, lateCutMs),
      onCommand: act => {
        board.#onCommand = act
      },
      fade: (dbm, oneOf) => {
        board.#faded = { dbm, oneOf }
      },
      twin: () => void board.#dialTwin(),
      text: text => line.text(text),
      binary: bytes => line.binary(bytes),
      raw: bytes => line.raw(bytes),
    }
  }

  async #dialTwin(): Promise<void> {
    const { signal } = this.#power
    try {
      const call = this.#firmware.call(this.#target, this.#token!)
      const answered = await connect(this.#target, call, signal)
      const traffic: ConnectionTraffic = { messagesIn: 0, messagesOut: 0, bytesOut: 0 }
      const twin = new SimulatorConnection(answered, { traffic, hear: () => {}, zeroMask: this.#firmware.zeroMask })
      this.#leftLying.add(twin)
      await twin.ended
      this.#leftLying.delete(twin)
    } catch (error) {
      if (!signal.aborted) this.#complain(error)
    }
  }

  #leaveLying(line: SimulatorConnection, lateCutMs: number): void {
    this.#leftLying.add(line)
    line.abandon('Nothing was heard for too long')
    void sleep(lateCutMs, undefined, { signal: this.#power.signal })
      .catch(() => {})
      .then(() => {
        line.cut()
        this.#leftLying.delete(line)
      })
  }
}

/** Free heap of a Pico W that runs its firmware, in bytes. */
export const heapBytes = 140 * 1024
