import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { program } from '../harness/build.ts'
import { type Claim, fanout, lowRow, round, wsload } from '../harness/claim.ts'
import { type Darvaza, darvaza } from '../harness/darvaza.ts'
import { openFiles, rssKb, slope } from '../harness/measure.ts'
import { load } from '../harness/process.ts'

/** Longer than the gateway keeps anything of a lost connection: objects of closed sockets stay for up to 15 s. */
const settleMs = 20_000

export const claim: Claim = {
  name: 'soak',
  about: 'connects, frames, stalls and kills, over and over: memory slope, and what is left over',
  async run(bench) {
    const minutes = bench.quick ? 0.4 : bench.soakMinutes
    const work = `soak of ${minutes} min`
    await using gateway = await darvaza({ probe: 'leftovers' }).start()
    // The telemetry thread and its three files are opened after a minute, with the first values to keep, and stay open.
    // So the first count is taken after that, without load; the last count must not exceed it.
    const opened = () => existsSync(join(gateway.folder, 'data', 'telemetry.sqlite'))
    const giveUp = Date.now() + (bench.quick ? 0 : 180_000)
    do await cycle(gateway)
    while (!opened() && Date.now() < giveUp)
    const before = await leftovers(gateway)
    const [times, memory]: [number[], number[]] = [[], []]
    const start = Date.now()
    while (Date.now() - start < minutes * 60_000) {
      bench.say(`${work}: ${round((Date.now() - start) / 60_000)} min`)
      await cycle(gateway)
      times.push((Date.now() - start) / 60_000)
      memory.push(rssKb(gateway.pid) / 1024)
    }
    const after = await leftovers(gateway)
    const half = memory.length >> 1
    const kinds = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    const extra = kinds.filter(kind => (after[kind] ?? 0) > (before[kind] ?? 0))
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
        values: [extra.reduce((sum, kind) => sum + (after[kind] ?? 0) - (before[kind] ?? 0), 0)],
        unit: 'more open files, timers, sockets and handles',
        floor: 0,
        goal: 0,
        note: `${kinds.map(kind => `${kind} ${before[kind] ?? 0} → ${after[kind] ?? 0}`).join(', ')}; from all opened to all load gone`,
      }),
    ]
  },
}

/** Boards come and go, cameras stream to viewers (two of them stall), and a load generator is killed in mid-frame. */
async function cycle(gateway: Darvaza): Promise<void> {
  await wsload(gateway, 'hold', '-n', 500, '-C', 100, '-t', 1, '--hold-ping', 0.5)
  await fanout(gateway, 5, 5, '-r', 60, '-u', 0, '-t', 2, '--slow', 2, '--resume', 0.5)
  const torn = [program('wsload'), 'fanout', '-q', '-p', `${gateway.port}`, ...gateway.watch, '-c', '5', '-v', '5']
  await load(['timeout', '-s', 'KILL', '1.5', ...torn], { mayFail: true })
  await sleep(1_000)
}

/** Counts open resources after all load has gone. `files`: the kernel's count, which includes sockets and pipes. */
async function leftovers(gateway: Darvaza): Promise<Record<string, number>> {
  await sleep(settleMs)
  return { files: openFiles(gateway.pid), ...(await gateway.leftovers()) }
}
