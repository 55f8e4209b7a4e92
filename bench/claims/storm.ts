import { setTimeout as sleep } from 'node:timers/promises'
import { program } from '../harness/build.ts'
import { type Claim, fanout, interleave, lowRow, type Row, round, wsload } from '../harness/claim.ts'
import { type Darvaza, darvaza } from '../harness/darvaza.ts'
import { median, spread, untilIdle } from '../harness/measure.ts'
import { type Figures, load } from '../harness/process.ts'
import { bareWs, ceiling, type Kind, type Server } from '../harness/servers.ts'

const [cameras, viewers, fps] = [5, 3, 15]

export const claim: Claim = {
  name: 'storm',
  about: '10,000 boards at once that give up after 1 s and redial without jitter, while cameras run',
  async run(bench) {
    const boards = bench.quick ? 2_000 : 10_000
    const work = `storm of ${boards.toLocaleString('en')} boards`
    const kinds: Kind[] = [ceiling, bareWs, darvaza({ probe: 'loop' })]
    const runs = await interleave(bench, work, kinds, (server, kind) => storm(server, kind, boards))
    return [...runs].flatMap(([server, figures]) => rows(work, server, figures))
  },
}

/** All boards have connected once before the storm, so the gateway already knows them. */
async function storm(server: Server, kind: string, boards: number): Promise<Figures> {
  await wsload(server, 'hold', '-n', boards, '-C', 256, '-t', 0)
  await untilIdle(server.pid)
  const probed = kind === 'darvaza' ? (server as Darvaza) : undefined
  const watching = fanout(server, cameras, viewers, '-r', fps, '-u', 1, '-t', 12)
  // It is awaited below; without this handler a failure here would hide an earlier failure of the storm.
  watching.catch(() => {})
  await sleep(3_000)
  await probed?.loopDelays()
  const { path, header } = endpointOf(kind)
  // The storm runs at a lower priority (`nice`) than the cameras' load, because both share one core.
  const boarding = [program('storm'), '--port', server.port, '--boards', boards, '--path', path, '--header', header]
  const stormed = await load(['nice', '-n', '10', ...boarding.map(String), '--secs', '45', '--stay', '1'])
  const delays = await probed?.loopDelays()
  const watched = await watching
  return {
    ...stormed,
    ...(delays && { loop_max_ms: delays.loopMaxMs, loop_p99_ms: delays.loopP99Ms }),
    kept: watched.delivered_fps! / (cameras * viewers * fps),
    frame_p99_ms: watched.p99_us! / 1000,
    frame_max_ms: watched.max_us! / 1000,
  }
}

const endpointOf = (kind: string) =>
  kind === 'darvaza' ? { path: '/ws/pico', header: 'X-Device-ID: dev-%d' } : { path: '/device/dev-%d', header: '' }

function rows(work: string, server: string, figures: Figures[]): Row[] {
  const of = (name: string) => figures.map(run => run[name]!)
  const ours = server === 'darvaza'
  const seconds = of('all_online_ms').map(ms => (ms < 0 ? Number.POSITIVE_INFINITY : ms / 1000))
  const found: Row[] = [
    lowRow({
      work: `${work}: all online`,
      server,
      values: seconds,
      unit: 's',
      ...(ours && { floor: 30, goal: 10 }),
      note: `${round(median(of('attempts')))} attempts, ${round(median(of('impatient')))} given up, ${round(median(of('cut')))} cut`,
    }),
    {
      work: `${work}: live cameras`,
      server,
      measured: `p99 ${round(median(of('frame_p99_ms')))} ms, longest ${round(median(of('frame_max_ms')))} ms`,
      figure: median(of('kept')),
      unit: 'of their rate',
      better: 'higher',
      spread: spread(of('kept')),
      ...(ours && { floor: 0.99, goal: 0.99 }),
    },
  ]
  if (ours) {
    found.push(
      lowRow({
        work: `${work}: longest loop stall`,
        server,
        values: of('loop_max_ms'),
        unit: 'ms',
        floor: 50,
        goal: 20,
      }),
    )
  }
  return found
}
