import type { Clock } from '../clock.ts'
import type { Device } from '../devices/device.ts'
import type { Limits } from '../limits.ts'

/** Counts of messages that were not written down, by type. */
export type LeftOut = Readonly<Record<string, number>>

/** The connection that a message was received on. */
interface MessageSource {
  readonly device: Device
  readonly lastInboundTicks: number
}

interface LeftOutRows {
  /** Counts since the last summary, by type. */
  counts: Map<string, number>
  /** Writes the summary now, instead of after `rowSummaryEveryMs`. */
  summarise(): void
}

/** The number of types that a summary names; all others are counted together. */
const typesNamed = 20
const typeChars = 64
/** The rounding error of differences of ticks is smaller: a double holds a month of ticks to the nanosecond. */
const roundingMs = 0.001
/** Full budgets are searched for and removed only if there are more budgets than this. */
const pruneAtLeast = 256

/**
 * Limits the journal rows of an approved board for messages other than readings: a board that logged at full speed
 * displaced 512 MB of history in 23 s. Each device has one budget, which outlasts its connections. Messages above it
 * are counted, in one row a minute.
 */
export class MessageRows<Source extends MessageSource> {
  readonly #clock: Clock
  readonly #limits: Pick<Limits, 'rowsPerSecond' | 'rowBurst' | 'rowSummaryEveryMs'>
  readonly #write: (source: Source, leftOut: LeftOut) => void
  /** When each device's budget is full again, in ticks, by device id. Full ones are removed as the map grows. */
  readonly #fullTicks = new Map<string, number>()
  #pruneAtSize = pruneAtLeast
  /** The messages without a row, by device id; none for a device whose messages were all written down. */
  readonly #leftOut = new Map<string, LeftOutRows>()

  /** `write`: writes a summary down. `source`: the connection whose message was left out first. */
  constructor(
    clock: Clock,
    limits: Pick<Limits, 'rowsPerSecond' | 'rowBurst' | 'rowSummaryEveryMs'>,
    write: (source: Source, leftOut: LeftOut) => void,
  ) {
    this.#clock = clock
    this.#limits = limits
    this.#write = write
  }

  /** Whether a message of this type may have a row; if not, it is counted. */
  mayWrite(source: Source, type: unknown): boolean {
    if (this.#take(source.device.id, source.lastInboundTicks)) return true
    const { counts } = this.#leftOut.get(source.device.id) ?? this.#begin(source)
    // A longer type is counted as `other`, not cut: a token that was cut would no longer be recognised as a secret.
    const name = typeof type === 'string' && type.length <= typeChars ? type : 'other'
    const named = counts.has(name) || counts.size < typesNamed ? name : 'other'
    counts.set(named, (counts.get(named) ?? 0) + 1)
    return false
  }

  /** Called when the gateway stops: writes all summaries that are still pending. */
  flush(): void {
    for (const { summarise } of [...this.#leftOut.values()]) summarise()
  }

  /** Takes one row from a device's budget: `rowsPerSecond` are added, and at most `rowBurst` are kept. */
  #take(deviceId: string, ticks: number): boolean {
    const { rowsPerSecond, rowBurst } = this.#limits
    const rowMs = 1_000 / rowsPerSecond
    const fullTicks = Math.max(this.#fullTicks.get(deviceId) ?? 0, ticks) + rowMs
    if (fullTicks - ticks > rowBurst * rowMs + roundingMs) return false
    this.#fullTicks.set(deviceId, fullTicks)
    if (this.#fullTicks.size > this.#pruneAtSize) this.#prune(ticks)
    return true
  }

  #prune(ticks: number): void {
    for (const [deviceId, fullTicks] of this.#fullTicks) if (fullTicks <= ticks) this.#fullTicks.delete(deviceId)
    this.#pruneAtSize = Math.max(pruneAtLeast, 2 * this.#fullTicks.size)
  }

  #begin(source: Source): LeftOutRows {
    const deviceId = source.device.id
    const counts = new Map<string, number>()
    const summarise = () => {
      cancel()
      this.#leftOut.delete(deviceId)
      this.#write(source, Object.fromEntries(counts))
    }
    const cancel = this.#clock.after(this.#limits.rowSummaryEveryMs, summarise)
    const rows = { counts, summarise }
    this.#leftOut.set(deviceId, rows)
    return rows
  }
}
