import { ownStart } from '../own-copy.ts'

/** One point of a chart: its start (epoch ms), then the average, least and greatest value. */
export type TelemetryPoint = [t: number, average: number, least: number, greatest: number]

/**
 * Values of one span of time, by the name of their series. A board chooses the names, which may be `constructor` or
 * `__proto__`: such an object is only made from entries and read as entries, and never indexed by a name.
 */
export type TelemetrySpan = Record<string, [average: number, least: number, greatest: number]>

interface Sum {
  total: number
  count: number
  least: number
  greatest: number
}

/** Collects the values of one device in spans of one length. */
export class SpanBuilder {
  readonly stepMs: number
  readonly #sums = new Map<string, Sum>()
  #at = -1

  constructor(stepMs: number) {
    this.stepMs = stepMs
  }

  /** Adds a value. If it begins a new span, returns the one before. */
  add(name: string, value: number, now: number): { at: number; span: TelemetrySpan } | undefined {
    const over = this.turn(now)
    const sum = this.#sums.get(name)
    if (!sum) this.#sums.set(name, { total: value, count: 1, least: value, greatest: value })
    else {
      sum.total += value
      sum.count++
      sum.least = Math.min(sum.least, value)
      sum.greatest = Math.max(sum.greatest, value)
    }
    return over
  }

  /** Ends the present span if it is over at `now`, and returns it. */
  turn(now: number): { at: number; span: TelemetrySpan } | undefined {
    const at = now - (now % this.stepMs)
    if (at === this.#at) return undefined
    const over = this.open()
    this.#sums.clear()
    this.#at = at
    return over
  }

  /** Whether `at` is in the same span as `now`. */
  isPresent(at: number, now: number): boolean {
    return at >= now - (now % this.stepMs)
  }

  /** The values collected so far in the present span. */
  open(): { at: number; span: TelemetrySpan } | undefined {
    if (this.#sums.size === 0) return undefined
    const span: TelemetrySpan = Object.fromEntries(
      Array.from(this.#sums, ([name, { total, count, least, greatest }]) => [
        name,
        [rounded(total / count), rounded(least), rounded(greatest)],
      ]),
    )
    return { at: this.#at, span }
  }
}

/**
 * Merges two records of one span of time. The number of values in each is not known: if both have a series, their
 * averages have equal weight. Usually a late reading fills a span in which its board was offline.
 */
export function together(one: TelemetrySpan, other: TelemetrySpan): TelemetrySpan {
  const both = new Map(Object.entries(one))
  for (const [name, values] of Object.entries(other)) {
    const known = both.get(name)
    both.set(
      name,
      known && isWhole(known)
        ? [rounded((known[0] + values[0]) / 2), Math.min(known[1], values[1]), Math.max(known[2], values[2])]
        : values,
    )
  }
  return Object.fromEntries(both)
}

/** JSON stores NaN and Infinity as null; earlier gateways wrote these for series named like inherited members. */
const isWhole = (values: TelemetrySpan[string]): boolean => values.every(Number.isFinite)

const rounded = (value: number): number => Math.round(value * 1_000) / 1_000

/** Collects the points of each series. The spans have to be in order of time, and the points keep that order. */
export function seriesOf(spans: Iterable<{ at: number; span: TelemetrySpan }>): Record<string, TelemetryPoint[]> {
  const series = new Map<string, TelemetryPoint[]>()
  for (const { at, span } of spans)
    for (const [name, values] of Object.entries(span)) {
      if (!isWhole(values)) continue
      const points = series.get(name)
      if (points) points.push([at, ...values])
      else series.set(name, [[at, ...values]])
    }
  return Object.fromEntries(series)
}

/** A board may report any number of series; at most this many are drawn. */
const seriesAtMost = 16

/** The numbers in a reading, named `sensor.field`; if the reading is a single number, its name is `sensor`. */
export function numbersOf(message: Readonly<Record<string, unknown>>): [name: string, value: number][] {
  const sensor =
    typeof message.sensor_type === 'string' && message.sensor_type !== '' ? ownStart(message.sensor_type, 32) : 'sensor'
  const { data } = message
  if (typeof data === 'number' && Number.isFinite(data)) return [[sensor, data]]
  if (data === null || typeof data !== 'object') return []
  return Object.entries(data)
    .filter(
      (pair): pair is [string, number] =>
        pair[0] !== 'sequence' && Number.isFinite(pair[1]) && typeof pair[1] === 'number',
    )
    .slice(0, seriesAtMost)
    .map(([field, value]) => [`${sensor}.${ownStart(field, 32)}`, value])
}
