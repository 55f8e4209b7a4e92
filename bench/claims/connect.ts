import { type Claim, interleave, lowRow, type Row, round, wsload } from '../harness/claim.ts'
import { darvaza } from '../harness/darvaza.ts'
import { median, spread, untilIdle } from '../harness/measure.ts'
import type { Figures } from '../harness/process.ts'
import { bareWs, ceiling, type Server } from '../harness/servers.ts'

export const claim: Claim = {
  name: 'connect',
  about:
    '10,000 boards connect, token check and journal on: handshakes per CPU-second, then KB of memory each while idle',
  async run(bench) {
    const boards = bench.quick ? 2_000 : 10_000
    const hold = (server: Server, seconds: number) =>
      wsload(server, 'hold', '-n', boards, '-C', 64, '-t', seconds, '--hello', hello)
    const kinds = [ceiling, bareWs, darvaza()]
    const name = `connect ${boards.toLocaleString('en')} boards`
    const runs = await interleave(bench, name, kinds, async server => {
      const first = await hold(server, bench.quick ? 2 : 10)
      await untilIdle(server.pid)
      return { first, again: await hold(server, 1) }
    })
    const rows: Row[] = []
    for (const [server, rounds] of runs) {
      const targets = server === 'darvaza' ? { floor: 5_500, goal: 7_500 } : {}
      for (const [work, figures] of [
        [`${name}, never seen before`, rounds.map(({ first }) => first)],
        [`${name}, known`, rounds.map(({ again }) => again)],
      ] as const) {
        rows.push({ ...handshakes(figures), ...targets, work, server })
      }
      if (server === 'ceiling') continue
      rows.push(
        lowRow({
          work: `${boards.toLocaleString('en')} idle boards`,
          server,
          values: rounds.map(({ first }) => first.kb_per_conn!),
          unit: 'KB RSS each',
          ...(server === 'darvaza' && { floor: 11, goal: 7 }),
          note: `${round(median(rounds.map(({ first }) => first.rss0_kb!)) / 1024)} MB before the first`,
        }),
      )
    }
    return rows
  },
}

/** The first message of a Pico. */
export const hello = JSON.stringify({ type: 'connect', device: 'pico', version: '2.1.0', memory_free: 143_216 })

function handshakes(figures: Figures[]) {
  const values = figures.map(of => of.conn_per_srv_cpu_s!)
  return {
    measured: `${round(median(values))} handshakes per CPU-s`,
    figure: median(values),
    unit: 'per CPU-s',
    better: 'higher' as const,
    spread: spread(values),
    note: `p99 ${round(median(figures.map(of => of.p99_us!)) / 1000)} ms`,
  }
}
