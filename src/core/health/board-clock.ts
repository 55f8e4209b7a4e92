import type { ClockKind } from '#protocol/vocabulary.ts'

/** A board's own clock, compared with the gateway's. */
export interface ClockReading {
  kind: ClockKind
  /** The board's clock minus the gateway's, in ms. For a `boot` clock this is only the time of its boot. */
  offsetMs: number
  /** How fast the clock runs, in parts per million (negative: slow); undefined before `driftAfterMs` of readings. */
  driftPpm: number | undefined
  /** The form of the last timestamp. */
  written: 'text' | 'number'
  /** When the clock was last read, by the gateway's clock. */
  readAt: number
}

/** The start dates of clocks that were never set: C, MicroPython on ESP32, MicroPython on the Pico. */
const beginnings = [0, Date.UTC(2000, 0, 1), Date.UTC(2021, 0, 1)]
/**
 * A clock within 400 days after one of these start dates was never set: no board has run for that long, and no board
 * existed at those dates.
 */
const unsetWithinMs = 400 * 86_400_000
/** An Arduino's `millis()` starts again at 0 after this many ms (49.7 days). */
const wrapMs = 2 ** 32
/** A smaller difference is not a jump: some boards send whole seconds, and read the clock some time before sending. */
const jumpMs = 3_000
/**
 * A board's number is taken as seconds since 1970 if that gives a time this close to now, until the pace at which it
 * grows shows that it is milliseconds.
 */
const nearMs = 10 * 365 * 86_400_000
/** A message may be delayed by up to this on a bad connection; the clock then seems to be behind although it is not. */
const lateAtMostMs = 60_000
const driftAfterMs = 3_600_000

type Unit = 1 | 1_000

/** The number in a field of a board's message: digits in quotes are a number too. */
function numberIn(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,16}(\.\d+)?$/.test(value) ? Number(value) : value
  return typeof number === 'number' && number >= 0 && number < 1e14 ? number : undefined
}

/** Reads ISO 8601 or a similar form as milliseconds since 1970. A time without a zone is taken as UTC. */
function textIn(value: unknown): number | undefined {
  if (typeof value !== 'string' || value.length > 40) return undefined
  const parts = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(Z|[+-]\d\d:\d\d)?$/.exec(value.trim())
  const ms = parts ? Date.parse(`${parts[1]}T${parts[2]}${parts[3] ?? 'Z'}`) : Number.NaN
  return Number.isNaN(ms) ? undefined : ms
}

const sinceBeginning = (ms: number): number | undefined =>
  beginnings.map(beginning => ms - beginning).find(since => since >= 0 && since < unsetWithinMs)

/** A boot at `bootedAt`, by the gateway's clock. `upMs`: the board's uptime before it, NaN if never reported. */
export interface Reboot {
  bootedAt: number
  upMs: number
}

/**
 * Follows one board's clock: its offset, its drift, and jumps back, by which most reboots are recognised. A message can
 * be late but not early: the greatest offset within two minutes is therefore the most accurate.
 */
export class BoardClock {
  #kind: ClockKind = 'odd'
  #written: ClockReading['written'] = 'number'
  #unit: Unit | undefined
  #raw = 0
  #lastBoardMs = 0
  #offsetMs = 0
  #minuteMs = 0
  #minuteBeforeMs = 0
  #minuteAt = 0
  #firstOffsetMs = 0
  #firstAt = 0
  #readAt = 0
  #uptimeOffsetMs: number | undefined
  #upMs = 0
  #uptimeReadAt = 0

  /**
   * Reads the time in a message, from `uptime` (seconds) and `timestamp`. Returns the reboot if the time shows one.
   * `fresh`: the message is among the first of a connection, which no stall has delayed. A board that reboots every few
   * seconds sends only such messages, with the same times after each boot.
   */
  read(message: Readonly<Record<string, unknown>>, now: number, fresh = false): Reboot | undefined {
    const upS = numberIn(message.uptime)
    const byUptime = upS === undefined ? undefined : this.#onUptime(upS * 1_000, now, fresh)
    const byClock = this.#onClock(message.timestamp, now, fresh)
    return byUptime ?? byClock
  }

  /** Undefined before the board sent a time. */
  get reading(): ClockReading | undefined {
    if (this.#readAt === 0) return undefined
    const watchedMs = this.#readAt - this.#firstAt
    return {
      kind: this.#kind,
      offsetMs: Math.round(this.#offsetMs),
      driftPpm:
        watchedMs < driftAfterMs ? undefined : Math.round(((this.#offsetMs - this.#firstOffsetMs) / watchedMs) * 1e6),
      written: this.#written,
      readAt: this.#readAt,
    }
  }

  /** Whether the board ever sent a value that would show a reboot. */
  get tellsReboots(): boolean {
    return this.#uptimeOffsetMs !== undefined || (this.#readAt !== 0 && this.#kind === 'boot')
  }

  /**
   * The board's time `timestamp` by the gateway's clock. Undefined without a clock to compare with, or if it is not
   * between `leastMs` and `mostMs` ago.
   */
  placed(timestamp: unknown, now: number, leastMs: number, mostMs: number): number | undefined {
    const boardMs = this.#read(timestamp, now)
    if (boardMs === undefined || this.#readAt === 0) return undefined
    const at = Math.round(boardMs - this.#offsetMs)
    return now - at >= leastMs && now - at <= mostMs ? at : undefined
  }

  #read(value: unknown, now: number): number | undefined {
    const number = numberIn(value)
    if (number === undefined) return textIn(value)
    return number * (this.#unit ?? guessed(number, now))
  }

  #onUptime(upMs: number, now: number, fresh: boolean): Reboot | undefined {
    const offset = upMs - now
    const before = this.#uptimeOffsetMs
    // A delayed message shows less than the true uptime, but never less than the message before it.
    const isBack =
      before !== undefined && (upMs < this.#upMs || before - offset > lateMs(fresh, now - this.#uptimeReadAt))
    this.#uptimeOffsetMs = before === undefined || isBack ? offset : Math.max(before, offset)
    this.#upMs = upMs
    this.#uptimeReadAt = now
    return isBack ? { bootedAt: now - upMs, upMs: Math.max(0, now - upMs + before) } : undefined
  }

  #onClock(timestamp: unknown, now: number, fresh: boolean): Reboot | undefined {
    this.#learnUnit(timestamp, now)
    const boardMs = this.#read(timestamp, now)
    if (boardMs === undefined) return undefined
    const before = this.reading
    const lastBoardMs = this.#lastBoardMs
    const late = lateMs(fresh, now - this.#readAt)
    const wasAt = now + this.#offsetMs
    const since = sinceBeginning(boardMs)
    this.#kind = since !== undefined ? 'boot' : boardMs > beginnings[2]! ? 'set' : 'odd'
    this.#written = numberIn(timestamp) === undefined ? 'text' : 'number'
    this.#readAt = now
    this.#lastBoardMs = boardMs
    const offset = boardMs - now
    const same = before?.kind === this.#kind && before.written === this.#written
    const ahead = offset - this.#offsetMs
    const isBack = boardMs < lastBoardMs || ahead < -late
    if (same && !isBack && ahead < jumpMs + (now - this.#minuteAt) / 1_000) {
      this.#follow(offset, now)
      return undefined
    }
    this.#start(offset, now)
    // A reboot: a set clock shows its start date again, or an unset clock went back towards its start date.
    if (!before || since === undefined || (same && (!isBack || isWrap(wasAt))) || boardMs >= wasAt) return undefined
    const wasUp = same ? sinceBeginning(wasAt) : undefined
    return { bootedAt: now - since, upMs: wasUp === undefined ? Number.NaN : wasUp - since }
  }

  /** Distinguishes seconds from milliseconds by how fast the numbers grow, which is the only sign for some of them. */
  #learnUnit(timestamp: unknown, now: number): void {
    const raw = numberIn(timestamp)
    if (raw === undefined) return
    const [pace, elapsedMs] = [raw - this.#raw, now - this.#readAt]
    const known = this.#readAt !== 0 && this.#written === 'number' && elapsedMs >= 2_000
    const unit = !known ? undefined : near(pace, elapsedMs) ? 1 : near(pace * 1_000, elapsedMs) ? 1_000 : undefined
    this.#raw = raw
    if (unit !== undefined && unit !== (this.#unit ?? guessed(raw, now))) this.#readAt = 0
    this.#unit = unit ?? this.#unit
  }

  #follow(offset: number, now: number): void {
    this.#minuteMs = Math.max(this.#minuteMs, offset)
    this.#offsetMs = Math.max(this.#minuteMs, this.#minuteBeforeMs)
    if (now - this.#firstAt < 60_000) this.#firstOffsetMs = this.#offsetMs
    if (now - this.#minuteAt < 60_000) return
    this.#minuteBeforeMs = this.#minuteMs
    this.#minuteMs = offset
    this.#minuteAt = now
  }

  #start(offset: number, now: number): void {
    this.#offsetMs = offset
    this.#minuteMs = offset
    this.#minuteBeforeMs = offset
    this.#minuteAt = now
    this.#firstOffsetMs = offset
    this.#firstAt = now
  }
}

/**
 * For this long after a start date, numbers are read as seconds: most unset clocks are younger than a month, and as
 * milliseconds since boot these numbers span only 43 minutes.
 */
const youngMs = 30 * 86_400_000

function guessed(number: number, now: number): Unit {
  const ms = number * 1_000
  const young = beginnings.slice(1).some(beginning => ms >= beginning && ms < beginning + youngMs)
  return young || Math.abs(ms - now) < nearMs ? 1_000 : 1
}

/** How far a clock may seem to be behind because of delays. */
const lateMs = (fresh: boolean, elapsedMs: number): number =>
  fresh ? Math.min(lateAtMostMs, Math.max(jumpMs / 2, elapsedMs * 0.6)) : lateAtMostMs

const near = (value: number, wanted: number): boolean => Math.abs(value - wanted) <= wanted * 0.3 + 1_100

const isWrap = (ms: number): boolean => Math.abs(ms - wrapMs) < 2 * lateAtMostMs
