import { type Claim, fanout, interleave, lowRow, round } from '../harness/claim.ts'
import { darvaza } from '../harness/darvaza.ts'
import { median } from '../harness/measure.ts'
import { bareWs, ceiling } from '../harness/servers.ts'
import { peersOf } from '../peers/index.ts'
import { p99Ms } from './latency.ts'

export const claim: Claim = {
  name: 'stalled',
  about: '1 camera at 200 fps × 50 viewers and one that stops reading: memory, its neighbours, and its return',
  async run(bench) {
    const work = 'one stalled among 50 at 200 fps'
    const time = bench.quick ? ['-u', 0.5, '-t', 1] : ['-u', 1, '-t', 4]
    const kinds = [ceiling, bareWs, darvaza(), ...(await peersOf(bench))]
    // Seven servers, each twice: three rounds, as what a stalled reader costs differs by factors.
    const some = { ...bench, rounds: Math.min(bench.rounds, 3) }
    const runs = await interleave(some, work, kinds, async server => {
      const without = await fanout(server, 1, 50, '-r', 200, ...time)
      return { without, stalled: await fanout(server, 1, 50, '-r', 200, '--slow', 1, '--resume', 2, ...time) }
    })
    return [...runs].flatMap(([server, rounds]) => {
      const of = (name: string) => rounds.map(({ stalled }) => stalled[name]!)
      const p99 = (which: 'without' | 'stalled') => round(median(rounds.map(round => p99Ms(round[which]))))
      return [
        lowRow({
          work: `${work}: memory growth`,
          server,
          values: rounds.map(({ stalled }) => (stalled.rss_max_kb! - stalled.rss0_kb!) / 1024),
          unit: 'MB',
          note: `${round(median(rounds.map(({ without }) => (without.rss_max_kb! - without.rss0_kb!) / 1024)))} MB without it`,
        }),
        lowRow({
          work: `${work}: neighbours' p99`,
          server,
          values: rounds.map(({ stalled, without }) => p99Ms(stalled) / p99Ms(without)),
          measured: `${p99('stalled')} ms, without it ${p99('without')} ms`,
          unit: '× without it',
        }),
        lowRow({
          work: `${work}: its first fresh picture`,
          server,
          // Zero: none came before the run ended.
          values: of('resume_first_fresh_ms').map(ms => ms || Number.POSITIVE_INFINITY),
          unit: 'ms after it reads again',
          note: `${round(median(of('resume_stale_MB')))} MB of stale pictures first`,
        }),
      ]
    })
  },
}
