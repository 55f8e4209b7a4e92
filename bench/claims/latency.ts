import { type Claim, fanout, interleave, lowRow, round } from '../harness/claim.ts'
import { darvaza } from '../harness/darvaza.ts'
import { median } from '../harness/measure.ts'
import type { Figures } from '../harness/process.ts'
import { bareWs, ceiling } from '../harness/servers.ts'

/** In ms. The machine counts as busy if `ceiling`, a bare server in C, has a p99 above this: 1 to 2 ms if idle. */
const busyAboveMs = 10

export const claim: Claim = {
  name: 'latency',
  about: '20 cameras at 15 fps × 3 viewers: what the gateway adds to the 99th percentile',
  async run(bench) {
    const work = 'added latency, 20 × 15 fps × 3 viewers'
    const time = bench.quick ? ['-u', 0.5, '-t', 1] : ['-u', 2, '-t', 6]
    const kinds = [ceiling, bareWs, darvaza()]
    const runs = await interleave(bench, work, kinds, server => fanout(server, 20, 3, '-r', 15, ...time))
    const limits = runs.get('ceiling')?.map(p99Ms) ?? []
    if (limits.length === 0) throw new Error('the ceiling did not run, so that there is nothing to compare with')
    const limitMs = median(limits)
    // If the ceiling server itself is late, the machine is busy: the difference then says nothing about the gateway.
    const isBusy = limitMs > busyAboveMs
    return [...runs].map(([server, figures]) => {
      const values = figures.map(p99Ms)
      const measured = `p99 ${round(median(values))} ms`
      if (server === 'ceiling') return { work, server, measured }
      const note = isBusy ? `busy machine: the ceiling’s own p99 was ${round(limitMs)} ms, so no verdict` : undefined
      const added = values.map((value, i) => value - limits[i]!)
      const targets = server === 'darvaza' && !isBusy ? { floor: 5, goal: 2 } : {}
      return lowRow({
        work,
        server,
        measured,
        values: added,
        unit: 'ms over the ceiling',
        ...targets,
        ...(note && { note }),
      })
    })
  },
}

export const p99Ms = (figures: Figures): number => figures.p99_us! / 1000
