// Preloaded into a server (node --import): on SIGUSR2 it writes told.json beside the server's output, and says how late
// the event loop was since the last time. As probe.mjs?leftovers it says what there is instead: what keeps the process
// alive, by kind, and how many timers and sockets are reachable in the heap, those that keep nothing alive included.
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
  const told = countsLeftovers ? leftovers() : { loopP99Ms: delay.percentile(99) / 1e6, loopMaxMs: delay.max / 1e6 }
  delay.reset()
  writeFileSync(join(folder, 'told.part'), JSON.stringify(told))
  renameSync(join(folder, 'told.part'), join(folder, 'told.json'))
})

/** Collects all garbage first, which holds the server up. */
function leftovers() {
  const counts = {}
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1
  const timer = setTimeout(() => {}, 0)
  clearTimeout(timer)
  // Less the one made here to ask by.
  counts.timers = queryObjects(timer.constructor) - 1
  counts.sockets = queryObjects(Socket)
  return counts
}
