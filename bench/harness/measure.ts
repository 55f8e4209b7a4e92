import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

export const spread = (values: readonly number[]): [number, number] => [Math.min(...values), Math.max(...values)]

/** Least-squares slope of `values` over `times`, in value per unit of time. */
export function slope(times: readonly number[], values: readonly number[]): number {
  const mean = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0) / list.length
  const [t, v] = [mean(times), mean(values)]
  const over = times.reduce((sum, time, i) => sum + (time - t) * (values[i]! - v), 0)
  return over / times.reduce((sum, time) => sum + (time - t) ** 2, 0)
}

/** CPU time of a process and all its threads, in seconds, in the kernel's steps of 10 ms. */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

/** A process and all its descendants, by pid. */
export function familyOf(pid: number): number[] {
  const children = new Map<number, number[]>()
  for (const name of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    const parent = attempt(() => Number(readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1]!.split(' ')[1]))
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(name)])
  }
  const descend = (one: number): number[] => [one, ...(children.get(one) ?? []).flatMap(descend)]
  return descend(pid)
}

/** CPU time of several processes, in seconds. A process that has ended counts as zero. */
export const cpuSecondsOf = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => sum + (attempt(() => cpuSeconds(pid)) ?? 0), 0)

/** Memory of several processes in MB; pages that they share count once (PSS). */
export const memoryMb = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => {
    const text = attempt(() => readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')) ?? ''
    return sum + Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) / 1_024
  }, 0)

function attempt<T>(get: () => T): T | undefined {
  try {
    return get()
  } catch {
    return undefined
  }
}

export const rssKb = (pid: number): number => Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4

export const openFiles = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length

/** Waits until the server has finished the last load's work: it uses less than 5% of its core, or 30 s have passed. */
export async function untilIdle(pid: number): Promise<void> {
  const deadline = Date.now() + 30_000
  for (let before = cpuSeconds(pid), quiet = 0; quiet < 3 && Date.now() < deadline; ) {
    await sleep(400)
    const now = cpuSeconds(pid)
    quiet = now - before > 0.02 ? 0 : quiet + 1
    before = now
  }
}
