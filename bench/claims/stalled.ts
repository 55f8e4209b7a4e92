import { type Claim, fanout, interleave, lowRow, round } from '../harness/claim.ts'
import { darvaza } from '../harness/darvaza.ts'
import { median, spread } from '../harness/measure.ts'
import type { Figures } from '../harness/process.ts'
import { bareWs, ceiling } from '../harness/servers.ts'
import { peersOf } from '../peers/peers.ts'
import { p99Ms } from './latency.ts'

const [viewers, fps] = [50, 200]

export const claim: Claim = {
  name: 'stalled',
  about: `1 camera at ${fps} fps × ${viewers} viewers and one that stops reading: memory, its neighbours, and its return`,
  async run(bench) {
    const work = `one stalled beside ${viewers} at ${fps} fps`
    const seconds = (warm: number, measured: number) =>
      bench.quick ? ['-u', 0.5, '-t', 1] : ['-u', warm, '-t', measured]
    const kinds = [ceiling, bareWs, darvaza(), ...(await peersOf(bench))]
    // Seven servers run twice per round, so three rounds must do: the costs of a stalled reader differ by factors. It
    // stalls for 12 s and leaves 72 MB unread: more than the system's buffers and the longest queue of the peers hold.
    const some = { ...bench, rounds: Math.min(bench.rounds, 3) }
    const runs = await interleave(some, work, kinds, async server => {
      // A run at full speed first: the heap of each server reaches its usual size before the measurement.
      await fanout(server, 1, viewers, ...seconds(0, 2))
      const paced = ['-r', fps]
      return {
        without: await fanout(server, 1, viewers, ...paced, ...seconds(1, 6)),
        stalled: await fanout(server, 1, viewers, ...paced, '--slow', 1, '--resume', 2, ...seconds(0, 12)),
      }
    })
    return [...runs].flatMap(([server, rounds]) => {
      const of = (name: string) => rounds.map(({ stalled }) => stalled[name]!)
      const shares = rounds.map(({ stalled }) => shareOf(stalled))
      const p99 = (which: 'without' | 'stalled') => round(median(rounds.map(round => p99OfDueMs(round[which]))))
      return [
        lowRow({
          work: `${work}: memory`,
          server,
          // Both runs of a pair use the same process, one after the other.
          values: rounds.map(({ stalled, without }) => (stalled.rss_max_kb! - without.rss_max_kb!) / 1024),
          unit: 'MB more than without it',
          ...(median(of('closed')) > 0 && { note: 'it was cut off' }),
        }),
        {
          work: `${work}: what reaches its neighbours`,
          server,
          measured: `${round(median(of('delivered_fps')))} frames/s of ${round(viewers * fps)}`,
          figure: median(shares),
          unit: 'of their frames',
          better: 'higher',
          spread: spread(shares),
        },
        lowRow({
          work: `${work}: neighbours' p99`,
          server,
          values: rounds.map(({ stalled, without }) => p99OfDueMs(stalled) / p99OfDueMs(without)),
          measured: `${p99('stalled')} ms, without it ${p99('without')} ms`,
          unit: '× without it',
        }),
        lowRow({
          work: `${work}: its first fresh picture`,
          server,
          // Zero means that no fresh picture arrived before the run ended.
          values: of('resume_first_fresh_ms').map(ms => ms || Number.POSITIVE_INFINITY),
          unit: 'ms after it reads again',
          note: `${round(median(of('resume_stale_MB')))} MB of stale pictures first`,
        }),
      ]
    })
  },
}

const shareOf = (figures: Figures): number => figures.delivered_fps! / (viewers * fps)

/** The p99 over all pictures that were due. It is infinite if more than one in a hundred never arrived. */
const p99OfDueMs = (figures: Figures): number => (shareOf(figures) > 0.99 ? p99Ms(figures) : Number.POSITIVE_INFINITY)
