import { type Claim, interleave, ratioRows, wsload } from '../harness/claim.ts'
import { darvaza } from '../harness/darvaza.ts'
import { bareWs, ceiling } from '../harness/servers.ts'

/** The ping message of a Pico. */
export const ping = JSON.stringify({
  type: 'ping',
  timestamp: '2021-01-01T00:00:12Z',
  device: 'pico',
  memory_free: 143_216,
})

export const claim: Claim = {
  name: 'ping',
  about: 'JSON ping and pong of 1,000 boards, one under way each, validated and counted',
  async run(bench) {
    const work = 'ping → pong, 1,000 boards'
    const time = bench.quick ? ['-u', 0.5, '-t', 1] : ['-u', 2, '-t', 5]
    const flags = ['-n', 1_000, '-w', 1, '--ping-msg', ping, ...time]
    const runs = await interleave(bench, work, [ceiling, bareWs, darvaza()], server => wsload(server, 'ping', ...flags))
    return ratioRows(runs, {
      work,
      unit: 'pings',
      of: figures => figures.msgs_per_srv_cpu_s!,
      floor: 0.42,
      goal: 0.55,
    })
  },
}
