import { type Bench, type Claim, fanout, round } from '../harness/claim.ts'
import { darvaza } from '../harness/darvaza.ts'
import { median, spread } from '../harness/measure.ts'

const [cameras, viewers] = [20, 5]

export const claim: Claim = {
  name: 'processes',
  about:
    '20 cameras × 5 viewers through one gateway, and through two that have half of them each: what sharing could bring',
  async run(bench) {
    const work = `fan-out ${cameras} × ${viewers}, server and load on all cores`
    const runs = new Map<number, { perSecond: number; perCpu: number }[]>([
      [1, []],
      [2, []],
    ])
    for (let turn = 1; turn <= bench.rounds; turn++)
      for (const [processes, done] of runs) {
        bench.say(`${work}: ${processes} of them, round ${turn} of ${bench.rounds}`)
        done.push(await throughSeveral(bench, processes))
      }
    const one = runs.get(1)!.map(run => run.perSecond)
    return [...runs].map(([processes, done]) => {
      const perSecond = done.map(run => run.perSecond)
      const measured = `${round(median(perSecond))} frames/s, ${round(median(done.map(run => run.perCpu)))} per CPU-s`
      const row = { work: `${work}: ${processes} gateway${processes > 1 ? 's' : ''}`, server: 'darvaza', measured }
      if (processes === 1) return row
      return {
        ...row,
        figure: median(perSecond) / median(one),
        unit: '× the frames/s of one',
        better: 'higher',
        spread: spread(perSecond.map((value, i) => value / one[i]!)),
      }
    })
  },
}

/**
 * Runs independent gateways, each with its share of the cameras and all viewers of those cameras. Nothing is passed
 * between the gateways, so the result is an upper bound for several processes that share one port.
 */
async function throughSeveral({ quick }: Bench, processes: number) {
  await using all = new AsyncDisposableStack()
  const gateways = []
  for (let i = 0; i < processes; i++) gateways.push(all.use(await darvaza({ anyCore: true }).start()))
  const time = quick ? ['-u', 0.5, '-t', 1] : ['-u', 2, '-t', 5]
  const figures = await Promise.all(gateways.map(gateway => fanout(gateway, cameras / processes, viewers, ...time)))
  const sum = (name: string) => figures.reduce((total, of) => total + of[name]!, 0)
  const perSecond = sum('delivered_fps')
  return { perSecond, perCpu: perSecond / (sum('srv_cpu_pct') / 100) }
}
