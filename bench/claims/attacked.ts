import { setTimeout as sleep } from 'node:timers/promises'
import { type Claim, fanout, lowRow, type Row, round } from '../harness/claim.ts'
import { darvaza } from '../harness/darvaza.ts'
import { cpuSeconds, median, rssKb } from '../harness/measure.ts'
import { type Figures, load } from '../harness/process.ts'

const [cameras, viewers, fps] = [2, 2, 15]

/** Kinds of attack from `bench/load/attack.ts`. The first is no attack: the others are compared with it. */
const attacks = [
  'idle',
  'texts',
  'empty frames',
  'fragments',
  'zones',
  'pictures',
  'small writes',
  'large texts',
  'connection tests',
  'minting',
  'sign-ins',
  'an approved board that logs',
  '1 approved pico: readings',
  '8 approved picos: readings',
  '8 approved picos: servo reports',
  '8 approved picos: introductions',
  '8 approved picos: acknowledgements',
  '8 approved picos: pings',
  '8 approved picos: times',
  '8 approved picos: protocol pings',
  '8 approved picos: empty texts',
  '8 approved picos: tiny binaries',
  '8 approved picos: fragments',
  '8 approved cameras: readings',
  '8 approved cameras: protocol pings',
  '8 approved cameras: tiny binaries',
  '8 approved cameras: fragments',
  '8 approved cameras: pictures',
]

export const claim: Claim = {
  name: 'attacked',
  about:
    'an approved board’s pings and readings, and live cameras, while strangers and one approved board flood the gateway',
  async run(bench) {
    const seconds = bench.quick ? 3 : 8
    const rounds = bench.quick ? 1 : Math.min(bench.rounds, 3)
    const runs = new Map<string, Figures[]>(attacks.map(attack => [attack, []]))
    for (let turn = 1; turn <= rounds; turn++)
      for (const attack of attacks) {
        bench.say(`attacked: ${attack}, round ${turn} of ${rounds}`)
        runs.get(attack)!.push(await attacked(attack, seconds))
      }
    const idleMs = median(runs.get('idle')!.map(({ p99_ms }) => p99_ms!))
    return attacks.map((attack): Row => {
      const figures = runs.get(attack)!
      const of = (name: string) => median(figures.map(run => run[name]!))
      return lowRow({
        work: `attacked, ${attack}: an approved board’s ping p99`,
        server: 'darvaza',
        measured: `p50 ${round(of('p50_ms'))} ms, longest ${round(of('max_ms'))} ms`,
        values: figures.map(run => run.p99_ms!),
        unit: 'ms',
        ...(attack !== 'idle' && { floor: Math.max(100, 2 * idleMs), goal: Math.max(20, 2 * idleMs) }),
        note: [
          `${of('answered')} of ${of('pings')} pings`,
          `${of('acknowledged')} of ${of('readings')} readings`,
          `cameras ${round(of('kept'))} of their rate`,
          `${round(of('rss_mb'))} MB RSS`,
          `CPU ${round(of('cpu_share') * 100)}%`,
        ].join(', '),
      })
    })
  },
}

/** One run on a fresh process. The attack shares the load's core with the measuring programs, at a lower priority. */
export async function attacked(attack: string, seconds: number): Promise<Figures> {
  await using gateway = await darvaza().start()
  const script = (name: string, ...args: (string | number)[]) => [
    'sh',
    'bin/with-node',
    `bench/load/${name}.ts`,
    ...args.map(String),
  ]
  const watching = fanout(gateway, cameras, viewers, '-r', fps, '-u', 1, '-t', seconds)
  const attacking = load(['nice', '-n', '10', ...script('attack', gateway.port, attack, seconds + 3)])
  // Both are awaited below; without these handlers an earlier failure would end the bench before it is reported.
  for (const pending of [watching, attacking]) pending.catch(() => {})
  await sleep(1_000)
  const before = cpuSeconds(gateway.pid)
  const good = await load(script('good-board', `ws://127.0.0.1:${gateway.port}/ws/pico`, seconds))
  const cpuShare = (cpuSeconds(gateway.pid) - before) / seconds
  const rssMb = rssKb(gateway.pid) / 1_024
  const watched = await watching
  await attacking
  return { ...good, cpu_share: cpuShare, rss_mb: rssMb, kept: watched.delivered_fps! / (cameras * viewers * fps) }
}
