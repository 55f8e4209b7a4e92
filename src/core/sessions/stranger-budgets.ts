import type { Clock } from '../clock.ts'
import type { Device } from '../devices/device.ts'
import type { Limits } from '../limits.ts'
import { TokenBucket } from '../token-bucket.ts'
import type { BoardConnection } from './board-connection.ts'
import { StrangerAccount, StrangerBudget, type StrangerConnection, type StrangerShare } from './stranger-budget.ts'

/** The longest burst of CPU time for strangers, in ms: they delay answers to approved boards by no more than this. */
const burstMs = 25
/** A read counts as at most this long, in ms: a longer one was a pause of the whole program. */
const readAtMostMs = 25
/** The unmeasured cost of a read in the system and in Node, in ms per read and per byte: rather high estimates. */
const readMs = 0.006
const byteMs = 0.3e-6
/** Connections are closed after the shared budget has been used up for this long, in ms. */
const patienceMs = 1_000
/** Waiting connections are read again in turns: at most `perTurn` of them every `turnEveryMs`. */
const turnEveryMs = 5
const perTurn = 8
const lookedAtPerTurn = 64
/** Connection tests are counted for at most this many addresses. */
const addressesKept = 2_000

/**
 * The shared budget of all strangers: pending boards, connection tests, and clients whose token has not been received.
 * Together they may use `pendingCpuMsPerSecond` of one core. Once that is used up, their messages are dropped before
 * they are handled, first those of strangers that used more than the average; connections that may wait are read in
 * turns; and if even skipping messages costs too much for a second, the most expensive connections are closed until the
 * others fit.
 */
export class StrangerBudgets implements StrangerShare {
  readonly #clock: Clock
  readonly #limits: Limits
  readonly #share: TokenBucket
  readonly #used: StrangerAccount
  readonly #byDevice = new WeakMap<object, StrangerAccount>()
  readonly #byAddress = new Map<string, StrangerAccount>()
  readonly #connected = new Set<StrangerBudget>()
  readonly #waiting: StrangerBudget[] = []
  #turnIsDue = false
  /** When the shared budget was used up; undefined while it is not. */
  #exhaustedTicks: number | undefined
  /** Counts for the metrics. */
  readonly counters = { dropped: 0, closed: 0, waited: 0, usedMs: 0 }

  constructor(clock: Clock, limits: Limits) {
    this.#clock = clock
    this.#limits = limits
    this.#share = new TokenBucket(limits.pendingCpuMsPerSecond, burstMs, clock.ticks())
    this.#used = new StrangerAccount(limits, clock.ticks())
  }

  /** The number of connected strangers. */
  get size(): number {
    return this.#connected.size
  }

  ticks(): number {
    return this.#clock.ticks()
  }

  /**
   * Adds a connection. `who` chooses its account: a device, whose account lives as long as the device; the address of a
   * connection test; or undefined for an account of its own.
   */
  connect(who: object | string | undefined, connection: StrangerConnection): StrangerBudget {
    const stranger = new StrangerBudget(this.#accountOf(who), connection, this, this.#limits.textBytes)
    this.#connected.add(stranger)
    return stranger
  }

  /** Adds a connection of a pending board. `close`: closes it when it sends too much. */
  connectBoard(device: Device, connection: BoardConnection, close: () => void): StrangerBudget {
    return this.connect(device, {
      // Reading never stops for a camera, and a generic board may be one (field rule 20).
      mayWait: device.kind === 'pico',
      stop: () => connection.stop(),
      readOn: () => connection.readOn(),
      destroy: () => connection.destroy(),
      close,
    })
  }

  /** @internal */
  remove(stranger: StrangerBudget): void {
    this.#connected.delete(stranger)
  }

  /**
   * Whether a message of this account may be handled now. The emptier the shared budget is, the less the account may
   * have used lately: an account of average use is served until the budget is half empty, and an account that used
   * nothing until the budget is empty.
   */
  hasTurn(account: StrangerAccount, ticks: number): boolean {
    const usedMs = this.#used.usedMs(ticks)
    const ofAverage = usedMs > 0 ? (account.usedMs(ticks) * this.#connected.size) / usedMs : 0
    return this.#share.level(ticks) > burstMs * Math.min(0.9, ofAverage / 2)
  }

  /** @internal */
  spent(stranger: StrangerBudget, ms: number, bytes: number): void {
    const ticks = this.#clock.ticks()
    const costMs = Math.min(ms, readAtMostMs) + readMs + bytes * byteMs
    stranger.account.spend(ticks, costMs)
    this.#used.spend(ticks, costMs)
    this.#share.spend(ticks, costMs)
    this.counters.usedMs += costMs
    if (this.#share.level(ticks) > 0) this.#exhaustedTicks = undefined
    else {
      if (this.#exhaustedTicks === undefined) this.#stopAll()
      this.#exhaustedTicks ??= ticks
      if (ticks - this.#exhaustedTicks >= patienceMs) this.#closeMostExpensive(ticks)
    }
  }

  /** @internal */
  mustWait(stranger: StrangerBudget): boolean {
    if (stranger.isWaiting) return true
    if (this.hasTurn(stranger.account, this.#clock.ticks())) return false
    this.#wait(stranger)
    return true
  }

  /** Stops reading all other strangers in this turn of the event loop: each read would exceed the budget further. */
  #stopAll(): void {
    for (const stranger of this.#connected) {
      if (!stranger.connection.mayWait || stranger.isWaiting) continue
      stranger.connection.stop()
      this.#wait(stranger)
    }
  }

  #wait(stranger: StrangerBudget): void {
    this.counters.waited++
    stranger.isWaiting = true
    this.#waiting.push(stranger)
    this.#scheduleTurn()
  }

  #scheduleTurn(): void {
    if (this.#turnIsDue) return
    this.#turnIsDue = true
    this.#clock.after(turnEveryMs, () => this.#turn())
  }

  #turn(): void {
    this.#turnIsDue = false
    const ticks = this.#clock.ticks()
    let resumed = 0
    for (const stranger of this.#waiting.splice(0, lookedAtPerTurn)) {
      if (!stranger.isWaiting) continue
      // The resumed connections are read only after this loop, so they use none of the budget within it.
      if (resumed === perTurn || !this.hasTurn(stranger.account, ticks)) this.#waiting.push(stranger)
      else {
        resumed++
        stranger.isWaiting = false
        stranger.connection.readOn()
      }
    }
    if (this.#waiting.length > 0) this.#scheduleTurn()
  }

  /** Closes connections until the others fit into the budget; never those that used less than the average. */
  #closeMostExpensive(ticks: number): void {
    const average = this.#used.usedMs(ticks) / this.#connected.size
    const expensive = [...this.#connected]
      .map(stranger => ({ stranger, ms: stranger.account.usedMs(ticks) }))
      .filter(({ ms }) => ms >= average)
      .sort((a, b) => b.ms - a.ms)
    // Steady use adds up to 1 / ln 2 times the use of one second, because the sum is halved each second.
    const fitsMs = this.#limits.pendingCpuMsPerSecond / Math.LN2
    let left = this.#used.usedMs(ticks)
    for (const { stranger, ms } of expensive) {
      if (left <= fitsMs) break
      left -= ms
      stranger.close()
    }
    this.#exhaustedTicks = undefined
    this.#share.spend(ticks, Math.min(0, this.#share.level(ticks)))
  }

  #accountOf(who: object | string | undefined): StrangerAccount {
    const ticks = this.#clock.ticks()
    if (who === undefined) return new StrangerAccount(this.#limits, ticks)
    const known = typeof who === 'string' ? this.#byAddress.get(who) : this.#byDevice.get(who)
    const account = known ?? new StrangerAccount(this.#limits, ticks)
    if (typeof who !== 'string') this.#byDevice.set(who, account)
    else {
      this.#byAddress.delete(who)
      this.#byAddress.set(who, account)
      if (this.#byAddress.size > addressesKept) this.#byAddress.delete(this.#byAddress.keys().next().value!)
    }
    return account
  }
}
