// Preloaded into a server (node --import). On SIGUSR2 it writes report.json beside the server's output: the delays of the
// event loop since the last SIGUSR2. As probe.mjs?leftovers it writes counts instead: the resources that keep the
// process alive, by kind, and all timers and sockets reachable in the heap, including unreferenced ones (`unref`).
import { readlinkSync, renameSync, writeFileSync } from 'node:fs'
import { Socket } from 'node:net'
import { dirname, join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { queryObjects } from 'node:v8'

const folder = dirname(readlinkSync('/proc/self/fd/1'))
const delay = monitorEventLoopDelay({ resolution: 1 })
const countsLeftovers = import.meta.url.endsWith('?leftovers')
if (!countsLeftovers) delay.enable()

process.on('SIGUSR2', () => {
  const report = countsLeftovers ? leftovers() : { loopP99Ms: delay.percentile(99) / 1e6, loopMaxMs: delay.max / 1e6 }
  delay.reset()
  writeFileSync(join(folder, 'report.part'), JSON.stringify(report))
  renameSync(join(folder, 'report.part'), join(folder, 'report.json'))
})

/** Counts what is left. It first collects all garbage, which blocks the server for a moment. */
function leftovers() {
  const counts = {}
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1
  const timer = setTimeout(() => {}, 0)
  clearTimeout(timer)
  // Minus the timer that was made here to find the class of timers.
  counts.timers = queryObjects(timer.constructor) - 1
  counts.sockets = queryObjects(Socket)
  return counts
}
