import type { monitorEventLoopDelay } from 'node:perf_hooks'
import { Counter, Gauge, Registry } from 'prom-client'
import { kinds } from '#protocol/kinds.ts'
import { parts as allParts, deviceStates } from '#protocol/vocabulary.ts'
import type { HttpParts } from './http-parts.ts'

type Labelled = Record<string, number>
type LoopDelay = ReturnType<typeof monitorEventLoopDelay>

export type MetricsParts = Pick<HttpParts, 'core' | 'faults' | 'webSockets' | 'connectionsClosed'> & { version: string }

/**
 * Numbers of one gateway, read at each request. They contain no secret, and their count does not grow with the number
 * of devices.
 */
export class Prometheus {
  readonly #registry = new Registry()
  readonly #delay: LoopDelay

  /** `resolutionMs`: how often `delay` takes a sample. */
  constructor(parts: MetricsParts, delay: LoopDelay, resolutionMs: number) {
    const { faults, webSockets, connectionsClosed } = parts
    const { health, sessions, registry, streams, journal, refusals } = parts.core
    this.#delay = delay
    const frames = streams.counters
    const handshakes = (name: 'stale' | 'unread' | 'handshakes') => () => webSockets.counters[name]
    // Node measures from one sample to the next: the planned pause between them is not a delay.
    const seconds = (nanoseconds: number) => Math.max(0, nanoseconds / 1e9 - resolutionMs / 1e3) || 0

    this.#gauge('info', 'Which version runs.', () => ({ [parts.version]: 1 }), 'version')
    this.#gauge('uptime_seconds', 'Since the process started.', () => process.uptime())
    this.#gauge(
      'boards_online',
      'Open connections of boards.',
      () => count(kinds, sessions.all(), each => each.device.kind),
      'kind',
    )
    this.#gauge('devices', 'Known devices.', () => count(deviceStates, registry.all(), each => each.state), 'state')
    this.#gauge('viewers', 'Viewers of all cameras.', () => streams.viewers)
    this.#counter('frames_received_total', 'Frames from approved cameras.', () => frames.framesReceived)
    this.#counter('frames_delivered_total', 'Frames that left for a viewer.', () => frames.framesDelivered)
    this.#counter('frames_skipped_total', 'Frames a viewer was too slow for.', () => frames.framesSkipped)
    this.#counter('not_jpeg_total', 'Binary messages that were no JPEG.', () => frames.notJpeg)
    this.#counter('messages_total', 'Messages of boards that were written down.', () => sessions.messagesReceived)
    const strangerOf = (name: 'dropped' | 'closed' | 'waited') => () => sessions.strangers.counters[name]
    this.#counter(
      'strangers_dropped_total',
      'Messages of pending boards and others not known yet, dropped unread.',
      strangerOf('dropped'),
    )
    this.#counter(
      'strangers_closed_total',
      'Their connections closed with 4008, as they sent too much.',
      strangerOf('closed'),
    )
    this.#counter(
      'strangers_waits_total',
      'How often reading from one of them waited for its turn.',
      strangerOf('waited'),
    )
    this.#counter(
      'strangers_seconds_total',
      'Time of the event loop spent on them, as it is counted for their share.',
      () => sessions.strangers.counters.usedMs / 1e3,
    )
    this.#counter('handshakes_total', 'WebSocket handshakes served.', handshakes('handshakes'))
    this.#counter('handshakes_stale_total', 'Handshakes dropped because the board had given up.', handshakes('stale'))
    this.#counter(
      'sockets_unread_total',
      'Sockets closed unread, as too many refusals were held.',
      handshakes('unread'),
    )
    this.#counter(
      'connections_closed_for_room_total',
      'Connections closed as the process had no file descriptor left for them.',
      connectionsClosed,
    )
    this.#counter(
      'refusals_total',
      'Refused handshakes.',
      () => Object.fromEntries(webSockets.counters.refused),
      'code',
    )
    this.#counter(
      'faults_total',
      'Exceptions that nobody foresaw, by where they were caught.',
      () => Object.fromEntries(faults.counts),
      'boundary',
    )
    this.#gauge('refusals_held', 'Refusals that wait before they are answered.', () => refusals.held)
    this.#gauge('journal_rows_waiting', 'Journal rows not yet on disk.', () => journal.waiting)
    this.#counter(
      'journal_rows_dropped_total',
      'Rows lost because the disk failed for too long.',
      () => journal.dropped,
    )
    this.#gauge(
      'degraded',
      '1 for a part that is away.',
      () => Object.fromEntries(allParts.map(part => [part, Number(health.away.includes(part))])),
      'part',
    )
    this.#gauge('memory_bytes', 'Memory of the process.', () => memory(), 'part')
    this.#gauge(
      'event_loop_delay_seconds',
      'How late timers were since the last time this was read; quantile 1 is the worst.',
      () => {
        const quantiles = {
          '0.5': this.#delay.percentile(50),
          '0.99': this.#delay.percentile(99),
          '1': this.#delay.max,
        }
        this.#delay.reset()
        return Object.fromEntries(Object.entries(quantiles).map(([quantile, delay]) => [quantile, seconds(delay)]))
      },
      'quantile',
    )
  }

  /** The numbers, in Prometheus' own text format. */
  async read(): Promise<{ text: string; contentType: string }> {
    return { text: await this.#registry.metrics(), contentType: this.#registry.contentType }
  }

  #gauge(name: string, help: string, read: () => number | Labelled, label?: string): void {
    new Gauge({
      ...this.#about(name, help, label),
      collect() {
        this.reset()
        for (const [value, number] of labelled(read())) label ? this.set({ [label]: value }, number) : this.set(number)
      },
    })
  }

  #counter(name: string, help: string, read: () => number | Labelled, label?: string): void {
    new Counter({
      ...this.#about(name, help, label),
      collect() {
        this.reset()
        for (const [value, number] of labelled(read())) label ? this.inc({ [label]: value }, number) : this.inc(number)
      },
    })
  }

  #about(name: string, help: string, label: string | undefined) {
    return { name: `darvaza_${name}`, help, registers: [this.#registry], labelNames: label ? [label] : [] }
  }
}

const labelled = (numbers: number | Labelled): [string, number][] =>
  typeof numbers === 'number' ? [['', numbers]] : Object.entries(numbers)

function count<Item>(all: readonly string[], items: Iterable<Item>, labelOf: (item: Item) => string): Labelled {
  const counts = Object.fromEntries(all.map(label => [label, 0]))
  for (const item of items) counts[labelOf(item)]!++
  return counts
}

function memory(): Labelled {
  const { rss, heapUsed, external } = process.memoryUsage()
  return { rss, heap_used: heapUsed, external }
}
