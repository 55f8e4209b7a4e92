import type { TelemetryRange } from '#protocol/vocabulary.ts'
import { type Cancel, type Clock, every } from '../clock.ts'
import type { DeviceRegistry } from '../devices/device-registry.ts'
import type { JournalRow } from '../journal/entry.ts'
import type { JournalSource } from '../journal/journal-ports.ts'
import type { Session } from '../sessions/session.ts'
import type { Sessions } from '../sessions/sessions.ts'
import {
  numbersOf,
  SpanBuilder,
  seriesOf,
  type TelemetryPoint,
  type TelemetrySpan,
  together,
} from './telemetry-series.ts'

export interface TelemetryRow {
  deviceId: string
  stepMs: number
  at: number
  span: TelemetrySpan
}

/** Stores spans of time that are over. When the gateway stops, it stores the present spans too. */
export interface TelemetryStore {
  append(rows: readonly TelemetryRow[]): Promise<void>
  /** Resolves to the spans, oldest first. */
  read(deviceId: string, stepMs: number, sinceMs: number): Promise<{ at: number; span: TelemetrySpan }[]>
  forgetBefore(stepMs: number, at: number): Promise<void>
}

/** The range of each chart, and the length of its spans: at most 300 points a series. */
export const ranges = {
  '15m': { rangeMs: 15 * 60_000, stepMs: 15_000 },
  '24h': { rangeMs: 86_400_000, stepMs: 5 * 60_000 },
  '30d': { rangeMs: 30 * 86_400_000, stepMs: 3 * 3_600_000 },
} as const satisfies Record<TelemetryRange, { rangeMs: number; stepMs: number }>

/** The finest spans are kept in memory only, for at most this many devices: 10,000 of them would take 180 MB. */
const fineDevicesAtMost = 500
/** The facts of boards are read in turns: a fifteenth of the boards every second. */
const turns = 15
const everyMs = 1_000
const forgetEveryMs = 3_600_000
const rowsAtOnce = 500

interface Gathered {
  fine: SpanBuilder | undefined
  recent: { at: number; span: TelemetrySpan }[]
  kept: SpanBuilder[]
}

/** The history of boards: the facts that they report, and the readings of their sensors. */
export class Telemetry {
  readonly #store: TelemetryStore
  readonly #clock: Clock
  readonly #sessions: Pick<Sessions, 'all'>
  readonly #registry: Pick<DeviceRegistry, 'get'>
  readonly #onError: (error: unknown) => void
  readonly #devices = new Map<string, Gathered>()
  #round: Session[] = []
  #rows: TelemetryRow[] = []
  /** Late readings by their spans, which are over and are merged with those on disk. */
  readonly #late = new Map<string, { deviceId: string; gatherer: SpanBuilder }>()
  #writing: Promise<void> | undefined
  #forgotTicks: number
  #fine = 0

  constructor(parts: {
    store: TelemetryStore
    clock: Clock
    sessions: Pick<Sessions, 'all'>
    registry: Pick<DeviceRegistry, 'get'>
    onError: (error: unknown) => void
  }) {
    this.#store = parts.store
    this.#clock = parts.clock
    this.#sessions = parts.sessions
    this.#registry = parts.registry
    this.#onError = parts.onError
    this.#forgotTicks = parts.clock.ticks()
  }

  /** Collects values until stopped. */
  start(journal: JournalSource): Cancel {
    const unfollow = journal.follow(row => this.#onRow(row))
    const stop = every(this.#clock, everyMs, () => this.#turn())
    return () => {
      stop()
      unfollow()
    }
  }

  /** The points of every series of a device, oldest first, including the present span. */
  async query(
    deviceId: string,
    range: TelemetryRange,
  ): Promise<{ series: Record<string, TelemetryPoint[]>; stepMs: number }> {
    const { rangeMs, stepMs } = ranges[range]
    const now = this.#clock.now()
    const since = now - (now % stepMs) - rangeMs + stepMs
    const gathered = this.#devices.get(deviceId)
    const isFine = range === '15m'
    const gatherer = isFine ? gathered?.fine : gathered?.kept.find(each => each.stepMs === stepMs)
    if (!isFine) await this.#write()
    const over = isFine ? (gathered?.recent ?? []) : await this.#store.read(deviceId, stepMs, since)
    const open = gatherer?.open()
    const spans = open ? [...over.filter(({ at }) => at < open.at), open] : over
    return { series: seriesOf(spans.filter(({ at }) => at >= since)), stepMs }
  }

  /** Stores the present spans too, so that a restart loses nothing. */
  async close(): Promise<void> {
    for (const [deviceId, { kept }] of this.#devices)
      for (const gatherer of kept) this.#keep(deviceId, gatherer.stepMs, gatherer.open())
    await this.#write()
  }

  #turn(): void {
    if (this.#round.length === 0) this.#round = [...this.#sessions.all()]
    const share = Math.ceil(this.#round.length / turns)
    for (const session of this.#round.splice(-Math.max(share, 16))) this.#sample(session)
    if (this.#rows.length + this.#late.size > 0) void this.#write()
    if (this.#clock.ticks() - this.#forgotTicks >= forgetEveryMs) this.#forget()
  }

  #sample({ device, closed, fps, roundTripMs }: Session): void {
    if (closed || device.state !== 'active') return
    const facts = { fps, latency: roundTripMs, memoryFree: device.memoryFreeBytes, signal: device.signalDbm }
    for (const [name, value] of Object.entries(facts)) if (value !== undefined) this.#add(device.id, name, value)
  }

  #onRow({ kind, deviceId, data }: JournalRow): void {
    if (kind !== 'message' || !deviceId || data?.type !== 'sensor_data') return
    if (this.#registry.get(deviceId)?.state !== 'active') return
    const takenAt = typeof data.takenAt === 'string' ? Date.parse(data.takenAt) : Number.NaN
    for (const [name, value] of numbersOf(data)) {
      if (Number.isNaN(takenAt)) this.#add(deviceId, name, value)
      else this.#addLate(deviceId, name, value, takenAt)
    }
  }

  /** Adds a buffered reading to the span of its own time, even if that span is over and on disk. */
  #addLate(deviceId: string, name: string, value: number, takenAt: number): void {
    const { fine, recent, kept } = this.#of(deviceId)
    const now = this.#clock.now()
    const span: TelemetrySpan = { [name]: [value, value, value] }
    for (const gatherer of kept) {
      if (gatherer.isPresent(takenAt, now)) this.#keep(deviceId, gatherer.stepMs, gatherer.add(name, value, now))
      else this.#lateGatherer(deviceId, gatherer.stepMs, takenAt).add(name, value, takenAt)
    }
    if (fine?.isPresent(takenAt, now)) this.#addFine(fine, recent, name, value, now)
    else if (fine && now - takenAt < ranges['15m'].rangeMs) putIn(recent, takenAt - (takenAt % fine.stepMs), span)
  }

  #lateGatherer(deviceId: string, stepMs: number, takenAt: number): SpanBuilder {
    const key = `${deviceId} ${stepMs} ${takenAt - (takenAt % stepMs)}`
    let late = this.#late.get(key)
    if (!late) this.#late.set(key, (late = { deviceId, gatherer: new SpanBuilder(stepMs) }))
    return late.gatherer
  }

  #add(deviceId: string, name: string, value: number): void {
    const now = this.#clock.now()
    const gathered = this.#of(deviceId)
    if (gathered.fine) this.#addFine(gathered.fine, gathered.recent, name, value, now)
    for (const gatherer of gathered.kept) this.#keep(deviceId, gatherer.stepMs, gatherer.add(name, value, now))
  }

  #addFine(fine: SpanBuilder, recent: Gathered['recent'], name: string, value: number, now: number): void {
    const over = fine.add(name, value, now)
    if (!over) return
    putIn(recent, over.at, over.span)
    if (recent.length > ranges['15m'].rangeMs / ranges['15m'].stepMs) recent.shift()
  }

  #of(deviceId: string): Gathered {
    let gathered = this.#devices.get(deviceId)
    if (!gathered) {
      const fine = this.#fine < fineDevicesAtMost ? new SpanBuilder(ranges['15m'].stepMs) : undefined
      if (fine) this.#fine++
      gathered = {
        fine,
        recent: [],
        kept: [new SpanBuilder(ranges['24h'].stepMs), new SpanBuilder(ranges['30d'].stepMs)],
      }
      this.#devices.set(deviceId, gathered)
    }
    return gathered
  }

  #keep(deviceId: string, stepMs: number, over: { at: number; span: TelemetrySpan } | undefined): void {
    if (over) this.#rows.push({ deviceId, stepMs, ...over })
  }

  /** Writes a few hundred rows at a time: they are not urgent, and other writes share the disk. */
  #write(): Promise<void> {
    this.#writing ??= (async () => {
      try {
        while (this.#rows.length > 0) await this.#store.append(this.#rows.splice(0, rowsAtOnce))
        for (const [key, { deviceId, gatherer }] of [...this.#late]) {
          this.#late.delete(key)
          const { at, span } = gatherer.open()!
          const [known] = await this.#store.read(deviceId, gatherer.stepMs, at)
          const whole = known?.at === at ? together(known.span, span) : span
          await this.#store.append([{ deviceId, stepMs: gatherer.stepMs, at, span: whole }])
        }
      } catch (error) {
        this.#onError(error)
      } finally {
        this.#writing = undefined
      }
    })()
    return this.#writing
  }

  #forget(): void {
    this.#forgotTicks = this.#clock.ticks()
    for (const [deviceId, { fine }] of this.#devices) {
      if (this.#registry.get(deviceId)) continue
      if (fine) this.#fine--
      this.#devices.delete(deviceId)
    }
    for (const { rangeMs, stepMs } of [ranges['24h'], ranges['30d']])
      this.#store.forgetBefore(stepMs, this.#clock.now() - rangeMs - stepMs).catch(this.#onError)
  }
}

/** Inserts a span in order of time, or merges it with the span already there. */
function putIn(spans: { at: number; span: TelemetrySpan }[], at: number, span: TelemetrySpan): void {
  const next = spans.findLastIndex(known => known.at < at) + 1
  const there = spans[next]
  if (there?.at === at) there.span = together(there.span, span)
  else spans.splice(next, 0, { at, span })
}
