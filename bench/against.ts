import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { hello } from './claims/connect.ts'
import { frames } from './claims/fanout.ts'
import { ping } from './claims/ping.ts'
import { type Bench, fanout, round, wsload } from './harness/claim.ts'
import { type Darvaza, darvaza } from './harness/darvaza.ts'
import { median, untilIdle } from './harness/measure.ts'
import { medianInterval } from './harness/median-interval.ts'

/** A new-to-old ratio that is certainly below this counts as a loss of speed. */
const leastRatio = 0.97

/** One measurement whose figures are better when higher. */
interface Measure {
  /** The name of the claim that measures the same work. */
  claim: string
  name: string
  of(gateway: Darvaza): Promise<Record<string, number>>
}

/** The workloads of the claims fanout, ping and connect. Each runs on a fresh process. */
function measures({ quick }: Bench): Measure[] {
  const time = quick ? ['-u', 0.5, '-t', 1] : ['-u', 1.5, '-t', 4]
  const boards = quick ? 2_000 : 10_000
  const fanOut = (cameras: number, viewers: number): Measure => ({
    claim: 'fanout',
    name: `fan-out ${cameras} × ${viewers}`,
    async of(gateway) {
      const figures = await fanout(gateway, cameras, viewers, ...time)
      return {
        [`frames per CPU-s, ${cameras} × ${viewers}`]: frames.of(figures),
      }
    },
  })
  return [
    fanOut(1, 50),
    fanOut(20, 5),
    {
      claim: 'ping',
      name: 'ping',
      async of(gateway) {
        const figures = await wsload(gateway, 'ping', '-n', 1_000, '-w', 1, '--ping-msg', ping, ...time)
        return { 'pings per CPU-s': figures.msgs_per_srv_cpu_s! }
      },
    },
    {
      claim: 'connect',
      name: 'connect',
      async of(gateway) {
        const hold = (seconds: number) =>
          wsload(gateway, 'hold', '-n', boards, '-C', 64, '-t', seconds, '--hello', hello)
        const first = await hold(quick ? 2 : 6)
        await untilIdle(gateway.pid)
        const again = await hold(1)
        return {
          'new boards per CPU-s': first.conn_per_srv_cpu_s!,
          'known boards per CPU-s': again.conn_per_srv_cpu_s!,
          'idle boards per MB': 1_024 / first.kb_per_conn!,
        }
      },
    },
  ]
}

/**
 * Measures this checkout's gateway and the one in `folder` in `bench.rounds` pairs; the two take turns to run first.
 * `claims`: names of the claims to measure; empty means all. Returns false if a figure is certainly worse, that is, if
 * the whole 95 % interval of its median ratio lies below 0.97.
 */
export async function compareWith(folder: string, bench: Bench, claims: readonly string[]): Promise<boolean> {
  const checkout = resolve(folder)
  if (!existsSync(join(checkout, 'bin/darvaza')) || !existsSync(join(checkout, 'node_modules')))
    throw new Error(`${checkout} is no installed checkout of Darvaza: clone it there, and run npm ci in it`)
  const kinds = { here: darvaza(), there: darvaza({ checkout }) }
  const chosen = measures(bench).filter(({ claim }) => claims.length === 0 || claims.includes(claim))
  // Node writes its cache of compiled code when a process ends by itself: a first start compiles all and needs more memory.
  for (const kind of Object.values(kinds)) {
    await using gateway = await kind.start()
    await gateway.kill('SIGTERM')
  }
  const ratios = new Map<string, number[]>()
  for (let pair = 1; pair <= bench.rounds; pair++) {
    for (const measure of chosen) {
      bench.say(`${measure.name}: pair ${pair} of ${bench.rounds}`)
      const found: Partial<Record<keyof typeof kinds, Record<string, number>>> = {}
      for (const side of pair % 2 ? (['here', 'there'] as const) : (['there', 'here'] as const)) {
        await using gateway = await kinds[side].start()
        found[side] = await measure.of(gateway)
      }
      for (const [name, value] of Object.entries(found.here!))
        ratios.set(name, [...(ratios.get(name) ?? []), value / found.there![name]!])
    }
  }
  let held = true
  for (const [name, values] of ratios) {
    const [low, high] = medianInterval(values)
    const worse = high < leastRatio
    if (worse) held = false
    const line = `${name.padEnd(32)} ${round(median(values))} of the other (95 %: ${round(low)} to ${round(high)})`
    process.stdout.write(`${line}${worse ? ' WORSE' : ''}\n`)
  }
  return held
}
