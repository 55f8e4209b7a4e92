import type { Clock } from '../clock.ts'
import type { Device } from '../devices/device.ts'
import type { Limits } from '../limits.ts'
import { TokenBucket } from '../token-bucket.ts'
import type { BoardConnection } from './board-connection.ts'
import { StrangerAccount, StrangerBudget, type StrangerConnection } from './stranger-budget.ts'

/** What strangers may use in one go, in ms: an approved board's answer is late by no more than this because of them. */
const burstMs = 25
/** One read counts for at most this long: what is longer was a pause of all. */
const readAtMostMs = 25
/** What a read takes before it is measured, in the system and in Node: each, and for each byte. Estimates, rather high. */
const readMs = 0.006
const byteMs = 0.3e-6
/** So long their share may be used up without anybody being closed. */
const patienceMs = 1_000
/** Those that wait are read again in turns: so many each time, and so often. */
const turnEveryMs = 5
const perTurn = 8
const lookedAtPerTurn = 64
/** Addresses whose connection tests are counted. */
const addressesKept = 2_000

/**
 * Everybody who is not known yet, together: pending boards, connection tests, clients whose token has not come. They
 * share `pendingCpuMsPerSecond` of one core. While that is used up, whatever they send is dropped before it is looked at, first
 * of those that used more than the average; those that may wait are read in turns; and where even skipping costs too
 * much for a second, the most expensive are closed until the others fit.
 */
export class StrangerBudgets {
  readonly #clock: Clock
  readonly #limits: Limits
  readonly #share: TokenBucket
  readonly #used: StrangerAccount
  readonly #byDevice = new WeakMap<object, StrangerAccount>()
  readonly #byAddress = new Map<string, StrangerAccount>()
  readonly #connected = new Set<StrangerBudget>()
  readonly #waiting: StrangerBudget[] = []
  #turnIsDue = false
  /** Since when their share is used up. */
  #exhaustedTicks: number | undefined
  /** For the metrics. */
  readonly counters = { dropped: 0, closed: 0, waited: 0, usedMs: 0 }

  constructor(clock: Clock, limits: Limits) {
    this.#clock = clock
    this.#limits = limits
    this.#share = new TokenBucket(limits.pendingCpuMsPerSecond, burstMs, clock.ticks())
    this.#used = new StrangerAccount(limits, clock.ticks())
  }

  /** How many are connected. */
  get size(): number {
    return this.#connected.size
  }

  ticks(): number {
    return this.#clock.ticks()
  }

  /**
   * A connection of `who`: a device, whose budget is kept for as long as it is, an address that tests the way, or
   * nobody in particular.
   */
  connect(who: object | string | undefined, line: StrangerConnection): StrangerBudget {
    const stranger = new StrangerBudget(this.#accountOf(who), line, this, this.#limits.textBytes)
    this.#connected.add(stranger)
    return stranger
  }

  /** A connection of a pending board. `close`: closes it, as it sends too much. */
  connectBoard(device: Device, line: BoardConnection, close: () => void): StrangerBudget {
    return this.connect(device, {
      // Never a camera, which generic boards may be (field rule 20).
      mayWait: device.kind === 'pico',
      stop: () => line.stop(),
      readOn: () => line.readOn(),
      cut: () => line.cut(),
      close,
    })
  }

  /** @internal */
  remove(stranger: StrangerBudget): void {
    this.#connected.delete(stranger)
  }

  /**
   * Whether somebody's message may be looked at now. The less is left, the less somebody must have used lately: who used
   * the average may take the share down to its half, who used nothing to its end.
   */
  hasTurn(account: StrangerAccount, ticks: number): boolean {
    const usedMs = this.#used.usedMs(ticks)
    const ofAverage = usedMs > 0 ? (account.usedMs(ticks) * this.#connected.size) / usedMs : 0
    return this.#share.level(ticks) > burstMs * Math.min(0.9, ofAverage / 2)
  }

  /** @internal `ms`: how long a read of so many bytes kept us. */
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

  /** @internal Whether one that may wait has to: it is read again when its turn comes. */
  mustWait(stranger: StrangerBudget): boolean {
    if (stranger.isWaiting) return true
    if (this.hasTurn(stranger.account, this.#clock.ticks())) return false
    this.#wait(stranger)
    return true
  }

  /** What others sent is not read in this turn of the loop, either: each read of it would keep us a little longer. */
  #stopAll(): void {
    for (const stranger of this.#connected) {
      if (!stranger.line.mayWait || stranger.isWaiting) continue
      stranger.line.stop()
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
      // What they sent is read later: until then, none of them has used anything.
      if (resumed === perTurn || !this.hasTurn(stranger.account, ticks)) this.#waiting.push(stranger)
      else {
        resumed++
        stranger.isWaiting = false
        stranger.line.readOn()
      }
    }
    if (this.#waiting.length > 0) this.#scheduleTurn()
  }

  /** Until the others fit into the share of all. Who used less than the average stays in any case. */
  #closeMostExpensive(ticks: number): void {
    const average = this.#used.usedMs(ticks) / this.#connected.size
    const expensive = [...this.#connected]
      .map(stranger => ({ stranger, ms: stranger.account.usedMs(ticks) }))
      .filter(({ ms }) => ms >= average)
      .sort((a, b) => b.ms - a.ms)
    // What is used steadily adds up to 1 / ln 2 of what a second takes, as its half is forgotten after each.
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
