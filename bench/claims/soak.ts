import { setTimeout as sleep } from 'node:timers/promises'
import { program } from '../harness/build.ts'
import { type Claim, fanout, lowRow, round, wsload } from '../harness/claim.ts'
import { type Darvaza, darvaza } from '../harness/darvaza.ts'
import { openFiles, rssKb, slope } from '../harness/measure.ts'
import { load } from '../harness/process.ts'

export const claim: Claim = {
  name: 'soak',
  about: 'connects, frames, stalls and kills, over and over: memory slope, and what is left over',
  async run(bench) {
    const minutes = bench.quick ? 0.4 : bench.soakMinutes
    const work = `soak of ${minutes} min`
    await using gateway = await darvaza({ probe: true }).start()
    // A minute and more: by then what the gateway opens when it first saves is open.
    const warm = Date.now() + (bench.quick ? 0 : 75_000)
    do await cycle(gateway)
    while (Date.now() < warm)
    const before = await left(gateway)
    const [times, memory]: [number[], number[]] = [[], []]
    const start = Date.now()
    while (Date.now() - start < minutes * 60_000) {
      bench.say(`${work}: ${round((Date.now() - start) / 60_000)} min`)
      await cycle(gateway)
      times.push((Date.now() - start) / 60_000)
      memory.push(rssKb(gateway.pid) / 1024)
    }
    const after = await left(gateway)
    const half = memory.length >> 1
    const extra = Object.keys(after).filter(kind => after[kind]! > (before[kind] ?? 0))
    return [
      lowRow({
        work: `${work}: memory`,
        server: 'darvaza',
        measured: `${round(memory[half]!)} MB half way, ${round(memory.at(-1)!)} MB at the end`,
        values: [slope(times.slice(half), memory.slice(half))],
        unit: 'MB per minute',
        note: `${memory.length} cycles`,
      }),
      lowRow({
        work: `${work}: left over`,
        server: 'darvaza',
        values: [extra.reduce((sum, kind) => sum + after[kind]! - (before[kind] ?? 0), 0)],
        unit: 'timers, sockets and files',
        floor: 0,
        goal: 0,
        note: extra.map(kind => `${kind} ${before[kind] ?? 0} → ${after[kind]}`).join(', '),
      }),
    ]
  },
}

/** Boards come and go, cameras stream to viewers of whom two stall, and a load dies in the middle of a frame. */
async function cycle(gateway: Darvaza): Promise<void> {
  await wsload(gateway, 'hold', '-n', 500, '-C', 100, '-t', 1, '--hold-ping', 0.5)
  await fanout(gateway, 5, 5, '-r', 60, '-u', 0, '-t', 2, '--slow', 2, '--resume', 0.5)
  const torn = [program('wsload'), 'fanout', '-q', '-p', `${gateway.port}`, ...gateway.watch, '-c', '5', '-v', '5']
  await load(['timeout', '-s', 'KILL', '1.5', ...torn], { mayFail: true })
  await sleep(1_000)
}

async function left(gateway: Darvaza): Promise<Record<string, number>> {
  await sleep(3_000)
  return { files: openFiles(gateway.pid), ...(await gateway.tell()).resources }
}
