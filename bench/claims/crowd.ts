import { type Claim, fanout, interleave, lowRow } from '../harness/claim.ts'
import { darvaza } from '../harness/darvaza.ts'
import { bareWs, ceiling } from '../harness/servers.ts'
import { p99Ms } from './latency.ts'

export const claim: Claim = {
  name: 'crowd',
  about: '1 camera at 15 fps × 200 viewers: 99th percentile from camera to viewer, and frames skipped',
  async run(bench) {
    const work = '1 × 15 fps × 200 viewers'
    const time = bench.quick ? ['-u', 0.5, '-t', 1] : ['-u', 2, '-t', 6]
    const kinds = [ceiling, bareWs, darvaza()]
    const runs = await interleave(bench, work, kinds, server => fanout(server, 1, 200, '-r', 15, ...time))
    return [...runs].flatMap(([server, figures]) => {
      const ours = server === 'darvaza'
      const skipped = figures.map(of => of.skipped! + of.camskip! * 200)
      return [
        lowRow({
          work: `${work}: p99`,
          server,
          values: figures.map(p99Ms),
          unit: 'ms',
          ...(ours && { floor: 15, goal: 8 }),
        }),
        lowRow({
          work: `${work}: skipped`,
          server,
          values: skipped,
          unit: 'frames',
          ...(ours && { floor: 0, goal: 0 }),
        }),
      ]
    })
  },
}
