import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { onlyIf } from '../../tests/support/only-if.ts'
import { repository } from './build.ts'

const canTie = spawnSync('setpriv', ['--pdeathsig', 'KILL', 'true']).status === 0

/** Starts a bench process that starts a server and a load with a child of its own, and then runs the code `last`. */
async function bench(last: string) {
  const script = `
    const { endAllOnExit, load, startServer } = await import('${repository}/bench/harness/process.ts')
    endAllOnExit()
    const server = startServer(['sh', '-c', 'echo up; exec sleep 300'])
    await server.untilSays(/up/)
    load(['sh', '-c', 'sleep 301 & echo $! > ' + server.folder + '/child; wait'], { mayFail: true })
    const { existsSync, readFileSync } = await import('node:fs')
    while (!existsSync(server.folder + '/child') || !readFileSync(server.folder + '/child', 'utf8').trim())
      await new Promise(resolve => setTimeout(resolve, 5))
    const child = Number(readFileSync(server.folder + '/child', 'utf8'))
    console.log(JSON.stringify({ folder: server.folder, pids: [server.pid, child] }))
    ${last}`
  const running = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const exit = once(running, 'exit')
  const [text] = await once(running.stdout.setEncoding('utf8'), 'data')
  return { running, exit, ...(JSON.parse(text) as { folder: string; pids: number[] }) }
}

async function expectGone(pids: readonly number[]): Promise<void> {
  // A zombie (Z) has ended too: only its parent has not yet read its exit code.
  const lives = (pid: number) => existsSync(`/proc/${pid}`) && !/\) [ZX] /.test(readStat(pid))
  for (const deadline = Date.now() + 10_000; pids.some(lives) && Date.now() < deadline; ) await sleep(10)
  expect(pids.filter(lives)).toEqual([])
}

function readStat(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return ') X '
  }
}

describe('whatever the bench started', onlyIf(existsSync('/proc/self/stat'), 'there is no /proc'), () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('ends when it is interrupted by %s', async signal => {
    const { running, exit, pids, folder } = await bench('setInterval(() => {}, 1_000)')
    running.kill(signal)
    await exit
    await expectGone(pids)
    expect(existsSync(folder)).toBe(false)
  })

  it('ends when a claim fails where nobody waits for it', async () => {
    const { exit, pids, folder } = await bench(`setTimeout(() => Promise.reject(new Error('no')), 10)`)
    expect((await exit)[0]).toBe(1)
    await expectGone(pids)
    expect(existsSync(folder)).toBe(false)
  })

  it('ends when it is killed', onlyIf(canTie, 'setpriv cannot tie a process here'), async () => {
    const { running, exit, pids, folder } = await bench('setInterval(() => {}, 1_000)')
    running.kill('SIGKILL')
    await exit
    // Only the server is checked: a child of the load is not tied to the bench and runs to its own end.
    await expectGone(pids.slice(0, 1))
    try {
      process.kill(pids[1]!, 'SIGKILL')
    } catch {}
    rmSync(folder, { recursive: true })
  })
})
