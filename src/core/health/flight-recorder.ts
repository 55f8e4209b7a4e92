import type { Limits } from '../limits.ts'
import { NumberRows } from './number-rows.ts'
import type { OrderKind, Sample, TraceEvent } from './trace.ts'

const kinds = ['opened', 'closed', 'rebooted', 'stalled', 'ordered', 'twin', 'adapted'] as const
const orders: readonly OrderKind[] = ['servo', 'action', 'reboot']
/** The number of addresses kept for one board; the oldest are dropped. */
const addressesKept = 6
const eventWidth = 6
const sampleWidth = 10
/** The latest possible date, in ms since 1970 (ECMA-262). */
const latestDateMs = 8.64e15

/** A `FlightRecorder` in its stored form. */
export interface StoredFlightRecorder {
  base: number
  addresses: string[]
  events: Uint8Array
  samples: Uint8Array
}

/**
 * The flight recorder of one board: the last `blackBoxMs` in at most `blackBoxEvents` events and `blackBoxSamples`
 * samples. It takes about 3.5 KB when full, and no memory before the first record. Times are seconds since `base`.
 */
export class FlightRecorder {
  readonly #limits: Pick<Limits, 'blackBoxMs' | 'blackBoxEvents' | 'blackBoxSamples'>
  readonly #events: NumberRows
  readonly #samples: NumberRows
  #addresses: string[] = []
  #base: number
  /** Whether any part of the record is not on disk yet. */
  dirty = false
  /** Whether an event is not on disk. */
  hasNews = false

  constructor(limits: Pick<Limits, 'blackBoxMs' | 'blackBoxEvents' | 'blackBoxSamples'>, now: number) {
    this.#limits = limits
    this.#events = new NumberRows(eventWidth, limits.blackBoxEvents)
    this.#samples = new NumberRows(sampleWidth, limits.blackBoxSamples)
    this.#base = now
  }

  get bytes(): number {
    return this.#events.bytes + this.#samples.bytes
  }

  note(event: TraceEvent): void {
    this.#forget(event.at)
    const at = this.#seconds(event.at)
    const kind = kinds.indexOf(event.kind)
    this.#events.push([at, kind, ...this.#numbersOf(event)].concat([0, 0, 0, 0]).slice(0, eventWidth))
    this.dirty = true
    this.hasNews = true
  }

  /** Records a stall, or extends the last one if it continues. */
  noteStall(at: number, forMs: number): void {
    const last = this.#events.length - 1
    for (let row = last; row >= 0 && row > last - 3; row--) {
      if (kinds[this.#events.get(row, 1)] !== 'stalled') continue
      const began = this.#base + this.#events.get(row, 0) * 1_000
      const until = began + this.#events.get(row, 2) * 1_000
      if (at > until) break
      this.#events.set(row, 2, (Math.max(until, at + forMs) - began) / 1_000)
      this.dirty = true
      return
    }
    this.note({ kind: 'stalled', at, forMs })
  }

  /** Adds a sample; when there are too many, `#mergeOne` merges two neighbouring ones. */
  sample(sample: Sample): void {
    this.#forget(sample.to)
    if (this.#samples.isFull) this.#mergeOne(sample.to)
    const { from, to, memoryLeast, memoryMost, signalDbm, frames, frameBytes, garbage, roundTripMs, watched } = sample
    this.#samples.push([
      this.#seconds(from),
      this.#seconds(to),
      memoryLeast,
      memoryMost,
      signalDbm,
      frames,
      frameBytes,
      garbage,
      roundTripMs,
      watched,
    ])
    this.dirty = true
  }

  get events(): TraceEvent[] {
    return Array.from({ length: this.#events.length }, (_, row) => this.#eventAt(row))
  }

  get samples(): Sample[] {
    return Array.from({ length: this.#samples.length }, (_, row) => this.#sampleAt(row))
  }

  get lastAddress(): string | undefined {
    return this.#addresses.at(-1)
  }

  keep(): StoredFlightRecorder {
    this.dirty = false
    this.hasNews = false
    return {
      base: this.#base,
      addresses: this.#addresses,
      events: this.#events.toBytes().slice(),
      samples: this.#samples.toBytes().slice(),
    }
  }

  /** Restores the stored form made by `keep`. Impossible rows, for example from a damaged file, are left out. */
  static of(kept: StoredFlightRecorder, limits: ConstructorParameters<typeof FlightRecorder>[0]): FlightRecorder {
    const recorder = new FlightRecorder(limits, kept.base)
    if (!Number.isSafeInteger(kept.base) || Math.abs(kept.base) > latestDateMs / 2) return recorder
    recorder.#addresses = kept.addresses.slice(-addressesKept)
    recorder.#events.fill(kept.events)
    recorder.#samples.fill(kept.samples)
    for (let row = recorder.#events.length - 1; row >= 0; row--)
      if (!recorder.#isEvent(row)) recorder.#events.remove(row)
    for (let row = recorder.#samples.length - 1; row >= 0; row--)
      if (!recorder.#isTime(recorder.#samples.get(row, 0)) || !recorder.#isTime(recorder.#samples.get(row, 1)))
        recorder.#samples.remove(row)
    return recorder
  }

  #isEvent(row: number): boolean {
    const kind = kinds[this.#events.get(row, 1)]
    if (kind === undefined || !this.#isTime(this.#events.get(row, 0))) return false
    return kind !== 'ordered' || orders[this.#events.get(row, 2)] !== undefined
  }

  /** Whether `seconds` since `base` is possible: `#forget` keeps them within twice the time that is remembered. */
  #isTime(seconds: number): boolean {
    return Math.abs(seconds) <= (this.#limits.blackBoxMs * 4) / 1_000
  }

  #seconds(at: number): number {
    return (at - this.#base) / 1_000
  }

  #numbersOf(event: TraceEvent): number[] {
    switch (event.kind) {
      case 'opened':
        return [this.#slotOf(event.address), event.proxied ? 1 : 0]
      case 'closed': {
        const { code, byGateway, lastedMs, quietMs, unheardMs } = event
        return [byGateway ? -code : code, lastedMs / 1_000, quietMs / 1_000, unheardMs / 1_000]
      }
      case 'rebooted':
        return [event.upMs / 1_000, event.asked ? 1 : 0, event.brownOut ? 1 : 0]
      case 'stalled':
        return [event.forMs / 1_000]
      case 'ordered':
        return [orders.indexOf(event.what)]
      case 'twin':
        return []
      case 'adapted':
        return [event.idleMs / 1_000]
      default:
        return event satisfies never
    }
  }

  #eventAt(row: number): TraceEvent {
    const kind = kinds[this.#events.get(row, 1)]!
    const at = Math.round(this.#base + this.#events.get(row, 0) * 1_000)
    const number = (index: number) => this.#events.get(row, index + 2)
    const ms = (index: number) => Math.round(number(index) * 1_000)
    switch (kind) {
      case 'opened':
        return { kind, at, address: this.#addresses[number(0)] ?? '', proxied: number(1) === 1 }
      case 'closed': {
        const code = number(0)
        return {
          kind,
          at,
          code: Math.abs(code),
          byGateway: code < 0,
          lastedMs: ms(1),
          quietMs: ms(2),
          unheardMs: ms(3),
        }
      }
      case 'rebooted':
        return { kind, at, upMs: ms(0), asked: number(1) === 1, brownOut: number(2) === 1 }
      case 'stalled':
        return { kind, at, forMs: ms(0) }
      case 'ordered':
        return { kind, at, what: orders[number(0)]! }
      case 'twin':
        return { kind, at }
      case 'adapted':
        return { kind, at, idleMs: ms(0) }
      default:
        return kind satisfies never
    }
  }

  #sampleAt(row: number): Sample {
    const number = (column: number) => this.#samples.get(row, column)
    return {
      from: Math.round(this.#base + number(0) * 1_000),
      to: Math.round(this.#base + number(1) * 1_000),
      memoryLeast: number(2),
      memoryMost: number(3),
      signalDbm: number(4),
      frames: number(5),
      frameBytes: number(6),
      garbage: number(7),
      roundTripMs: number(8),
      watched: number(9),
    }
  }

  /** The index of an address in the list; a new one is added at the end, and all slots move when the list is full. */
  #slotOf(address: string): number {
    const known = this.#addresses.indexOf(address)
    if (known >= 0) return known
    if (this.#addresses.length === addressesKept) {
      this.#addresses.shift()
      for (let row = 0; row < this.#events.length; row++)
        if (kinds[this.#events.get(row, 1)] === 'opened') this.#events.set(row, 2, this.#events.get(row, 2) - 1)
    }
    return this.#addresses.push(address) - 1
  }

  /** Merges the two neighbouring samples whose combined time is shortest for their age: newer samples stay finer. */
  #mergeOne(now: number): void {
    const end = this.#seconds(now)
    let [best, least] = [0, Number.POSITIVE_INFINITY]
    for (let row = 0; row + 1 < this.#samples.length; row++) {
      const from = this.#samples.get(row, 0)
      const cost = (this.#samples.get(row + 1, 1) - from) / Math.max(1, end - from)
      if (cost < least) [best, least] = [row, cost]
    }
    const [a, b] = [this.#sampleAt(best), this.#sampleAt(best + 1)]
    this.#samples.remove(best + 1)
    const row = [
      this.#seconds(a.from),
      this.#seconds(b.to),
      least2(a.memoryLeast, b.memoryLeast),
      -least2(-a.memoryMost, -b.memoryMost),
      mean(a, b, 'signalDbm'),
      a.frames + b.frames,
      a.frameBytes + b.frameBytes,
      a.garbage + b.garbage,
      mean(a, b, 'roundTripMs'),
      mean(a, b, 'watched'),
    ]
    for (const [column, value] of row.entries()) this.#samples.set(best, column, value)
  }

  /** Drops rows older than `blackBoxMs`, and advances `base`, so that seconds stay precise. */
  #forget(now: number): void {
    const oldest = this.#seconds(now) - this.#limits.blackBoxMs / 1_000
    while (this.#events.length > 0 && this.#events.get(0, 0) < oldest) this.#events.remove(0)
    while (this.#samples.length > 0 && this.#samples.get(0, 1) < oldest) this.#samples.remove(0)
    if (now - this.#base < this.#limits.blackBoxMs * 2) return
    const by = Math.max(0, oldest)
    for (let row = 0; row < this.#events.length; row++) this.#events.set(row, 0, this.#events.get(row, 0) - by)
    for (let row = 0; row < this.#samples.length; row++)
      for (const column of [0, 1]) this.#samples.set(row, column, this.#samples.get(row, column) - by)
    this.#base += Math.round(by * 1_000)
  }
}

const least2 = (a: number, b: number): number => (Number.isNaN(a) ? b : Number.isNaN(b) ? a : Math.min(a, b))

function mean(a: Sample, b: Sample, what: 'signalDbm' | 'roundTripMs' | 'watched'): number {
  if (Number.isNaN(a[what])) return b[what]
  if (Number.isNaN(b[what])) return a[what]
  const [lengthA, lengthB] = [a.to - a.from || 1, b.to - b.from || 1]
  return (a[what] * lengthA + b[what] * lengthB) / (lengthA + lengthB)
}
