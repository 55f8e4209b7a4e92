// Preloaded into a server (node --import): on SIGUSR2 it writes told.json beside the server's output, says how late
// the event loop was since the last time, and what keeps the process alive.
import { readlinkSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'

const folder = dirname(readlinkSync('/proc/self/fd/1'))
const delay = monitorEventLoopDelay({ resolution: 1 })
delay.enable()

process.on('SIGUSR2', () => {
  const resources = {}
  for (const kind of process.getActiveResourcesInfo()) resources[kind] = (resources[kind] ?? 0) + 1
  const told = { loopP99Ms: delay.percentile(99) / 1e6, loopMaxMs: delay.max / 1e6, resources }
  delay.reset()
  writeFileSync(join(folder, 'told.part'), JSON.stringify(told))
  renameSync(join(folder, 'told.part'), join(folder, 'told.json'))
})
