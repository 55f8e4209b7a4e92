import { setTimeout as sleep } from 'node:timers/promises'
import { type Claim, lowRow, round } from '../harness/claim.ts'
import { type Darvaza, darvaza } from '../harness/darvaza.ts'
import { cpuSeconds } from '../harness/measure.ts'
import { load, removeFolder, temporaryFolder } from '../harness/process.ts'

const perSecond = 5_000

export const claim: Claim = {
  name: 'journal',
  about: '5,000 sensor messages a second for a minute, then kill -9: acknowledged messages missing from the journal',
  async run(bench) {
    const seconds = bench.quick ? 3 : 60
    const work = `journal, 5,000 messages/s for ${seconds} s`
    const folder = temporaryFolder()
    try {
      bench.say(`${work}, once`)
      const { sequences, delays, ...run } = await fillAndKill(folder, seconds)
      await using again = await darvaza({ folder }).start()
      bench.say(`${work}: counting rows`)
      const rows = await sequencesIn(again)
      const lost = sequences.filter(sequence => !rows.has(sequence)).length
      // Below the rate named in the row's title, both figures describe a lighter load: there is no verdict.
      const isKept = run.sent / run.seconds > perSecond * 0.98
      const rate = `${round(run.sent / run.seconds)}/s sent, ${round(run.acknowledged / run.seconds)}/s acknowledged${isKept ? '' : ': too few, so no verdict'}`
      return [
        lowRow({
          work: `${work}: lost`,
          server: 'darvaza',
          measured: `${round(run.acknowledged)} acknowledged, ${round(rows.size)} found`,
          values: [lost],
          unit: 'rows',
          ...(isKept && { floor: 0, goal: 0 }),
          note: rate,
        }),
        lowRow({
          work: `${work}: loop delay p99`,
          server: 'darvaza',
          values: [delays.loopP99Ms],
          unit: 'ms',
          ...(isKept && { floor: 20, goal: 10 }),
          note: `longest ${round(delays.loopMaxMs)} ms, ack p50 ${round(run.p50_ms)} ms, p99 ${round(run.p99_ms)} ms, CPU ${round(run.cpuShare * 100)}%`,
        }),
      ]
    } finally {
      removeFolder(folder)
    }
  },
}

interface Telemetry {
  sent: number
  acknowledged: number
  seconds: number
  p50_ms: number
  p99_ms: number
  sequences: number[]
}

async function fillAndKill(folder: string, seconds: number) {
  await using gateway = await darvaza({ folder, probe: 'loop' }).start()
  const url = `ws://127.0.0.1:${gateway.port}/ws/pico`
  // The sender is started for 30 s more than it gets, so that the kill comes while messages are on their way.
  const sender = ['sh', 'bin/with-node', 'bench/load/telemetry.ts', url, '100', `${perSecond}`, `${seconds + 30}`]
  const sending = load(sender)
  // It is awaited below; without this handler an earlier failure would end the bench before it is reported.
  sending.catch(() => {})
  await sleep(1_000)
  await gateway.loopDelays()
  const before = cpuSeconds(gateway.pid)
  await sleep(seconds * 1_000)
  const delays = await gateway.loopDelays()
  const cpuShare = (cpuSeconds(gateway.pid) - before) / seconds
  await gateway.kill('SIGKILL')
  return { ...((await sending) as unknown as Telemetry), delays, cpuShare }
}

/** All sequence numbers in the journal, read page by page through the API. */
async function sequencesIn(gateway: Darvaza): Promise<Set<number>> {
  const found = new Set<number>()
  let cursor = ''
  do {
    const page = await gateway.api<{ entries: unknown[]; nextCursor: string | null }>(
      'GET',
      `/api/journal?kind=message&limit=1000${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
    )
    for (const [, sequence] of JSON.stringify(page.entries).matchAll(/\\?"sequence\\?":(\d+)/g))
      found.add(Number(sequence))
    cursor = page.nextCursor ?? ''
  } while (cursor)
  return found
}
