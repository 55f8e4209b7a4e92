import { monitorEventLoopDelay } from 'node:perf_hooks'
import { loadOnce } from '../../../core/load-once.ts'
import type { Mount } from '../mount.ts'
import type { GatewayServices } from '../services.ts'
import type { Prometheus } from './prometheus.ts'

export function mountMetrics(mount: Mount): void {
  mount(
    'GET /metrics',
    {
      summary: 'Numbers for Prometheus',
      responses: { 200: { description: 'Text.', content: { 'text/plain': { schema: { type: 'string' as const } } } } },
    },
    async c => {
      const { text, contentType } = await c.env.services.metrics.read()
      return c.body(text, 200, { 'Content-Type': contentType }) as never
    },
  )
}

/** How often the event loop is looked at. */
export const resolutionMs = 10

export type MetricsParts = Pick<
  GatewayServices,
  | 'health'
  | 'faults'
  | 'sessions'
  | 'registry'
  | 'streams'
  | 'journal'
  | 'refusals'
  | 'doorCounters'
  | 'connectionsClosed'
  | 'version'
>

/** The event loop is watched from the start; the library that writes numbers down is loaded when somebody asks for them. */
export class Metrics implements Disposable {
  readonly #delay = monitorEventLoopDelay({ resolution: resolutionMs })
  readonly #prometheus: () => Promise<Prometheus>

  constructor(parts: MetricsParts) {
    this.#prometheus = loadOnce(async () => {
      const { Prometheus } = await import('./prometheus.ts')
      return new Prometheus(parts, this.#delay)
    })
    this.#delay.enable()
  }

  /** In Prometheus' own text format. */
  async read(): Promise<{ text: string; contentType: string }> {
    return (await this.#prometheus()).read()
  }

  [Symbol.dispose](): void {
    this.#delay.disable()
  }
}
