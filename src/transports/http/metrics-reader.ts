import { monitorEventLoopDelay } from 'node:perf_hooks'
import { loadOnce } from '../../core/load-once.ts'
import type { MetricsParts, Prometheus } from './prometheus.ts'

/** The event loop's delay is sampled this often. */
const resolutionMs = 10

/** Samples the event loop's delay from the start, and loads the Prometheus library at the first read. */
export class MetricsReader implements Disposable {
  readonly #delay = monitorEventLoopDelay({ resolution: resolutionMs })
  readonly #prometheus: () => Promise<Prometheus>

  constructor(parts: MetricsParts) {
    this.#prometheus = loadOnce(async () => {
      const { Prometheus } = await import('./prometheus.ts')
      return new Prometheus(parts, this.#delay, resolutionMs)
    })
    this.#delay.enable()
  }

  /** The numbers, in Prometheus' own text format. */
  async read(): Promise<{ text: string; contentType: string }> {
    return (await this.#prometheus()).read()
  }

  [Symbol.dispose](): void {
    this.#delay.disable()
  }
}
