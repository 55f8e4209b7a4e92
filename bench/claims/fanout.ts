import { type Claim, fanout, interleave, type PerCpu, ratioRows, round } from '../harness/claim.ts'
import { darvaza } from '../harness/darvaza.ts'
import { median } from '../harness/measure.ts'
import { bareWs, ceiling } from '../harness/servers.ts'
import { peersOf } from '../peers/peers.ts'

const shapes = [
  { cameras: 1, viewers: 50, floor: 0.75, goal: 0.87 },
  { cameras: 20, viewers: 5, floor: 0.48, goal: 0.65 },
]

export const claim: Claim = {
  name: 'fanout',
  about: 'frames of 30 KB per CPU-second, 1 camera × 50 viewers and 20 × 5, as fast as the slowest viewer takes them',
  async run(bench) {
    const kinds = [ceiling, bareWs, darvaza(), ...(await peersOf(bench))]
    const time = bench.quick ? ['-u', 0.5, '-t', 1] : ['-u', 1.5, '-t', 4]
    const rows = []
    for (const { cameras, viewers, floor, goal } of shapes) {
      const work = `fan-out ${cameras} × ${viewers}, 30 KB`
      const runs = await interleave(bench, work, kinds, server => fanout(server, cameras, viewers, ...time))
      rows.push(...ratioRows(runs, { work, ...frames, floor, goal }))
    }
    return rows
  },
}

/** Frames received by viewers, per CPU-second of the server. */
export const frames: Pick<PerCpu, 'unit' | 'of' | 'note'> = {
  unit: 'frames',
  of: figures => (figures.delivered_fps! * figures.wall!) / figures.srv_cpu!,
  note: rounds => `${round(median(rounds.map(figures => figures.cpu_s_per_GB!)))} CPU-s per GB`,
}
