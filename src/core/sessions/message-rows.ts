import type { Clock } from '../clock.ts'
import type { Device } from '../devices/device.ts'
import type { Limits } from '../limits.ts'
import { TokenBucket } from '../token-bucket.ts'

/** Counts of messages that were not written down, by type. */
export type LeftOut = Readonly<Record<string, number>>

/** The connection that a message was received on. */
interface MessageSource {
  readonly device: Device
  readonly lastInboundTicks: number
}

interface Rows {
  budget: TokenBucket
  /** Counts since the last summary; undefined while everything is written down. */
  leftOut: Map<string, number> | undefined
}

/** The number of types that a summary names; all others are counted together. */
const typesNamed = 20
const typeChars = 64

/**
 * Limits the journal rows of an approved board for messages other than readings: a board that logged at full speed
 * displaced 512 MB of history in 23 s. Each device has one budget, which outlasts its connections. Messages above it
 * are counted, in one row a minute.
 */
export class MessageRows<Source extends MessageSource> {
  readonly #clock: Clock
  readonly #limits: Pick<Limits, 'rowsPerSecond' | 'rowBurst' | 'rowSummaryEveryMs'>
  readonly #write: (source: Source, leftOut: LeftOut) => void
  readonly #byDevice = new WeakMap<Device, Rows>()
  readonly #summaries = new Set<() => void>()

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
    let rows = this.#byDevice.get(source.device)
    if (!rows) {
      const budget = new TokenBucket(this.#limits.rowsPerSecond, this.#limits.rowBurst, source.lastInboundTicks)
      this.#byDevice.set(source.device, (rows = { budget, leftOut: undefined }))
    }
    if (rows.budget.take(source.lastInboundTicks)) return true
    rows.leftOut ??= this.#begin(rows, source)
    const { leftOut } = rows
    // A longer type is counted as `other`, not cut: a token that was cut would no longer be recognised as a secret.
    const name = typeof type === 'string' && type.length <= typeChars ? type : 'other'
    const named = leftOut.has(name) || leftOut.size < typesNamed ? name : 'other'
    leftOut.set(named, (leftOut.get(named) ?? 0) + 1)
    return false
  }

  /** Called when the gateway stops: writes all summaries that are still pending. */
  flush(): void {
    for (const summary of [...this.#summaries]) summary()
  }

  #begin(rows: Rows, source: Source): Map<string, number> {
    const leftOut = new Map<string, number>()
    const summary = () => {
      cancel()
      this.#summaries.delete(summary)
      rows.leftOut = undefined
      this.#write(source, Object.fromEntries(leftOut))
    }
    const cancel = this.#clock.after(this.#limits.rowSummaryEveryMs, summary)
    this.#summaries.add(summary)
    return leftOut
  }
}
