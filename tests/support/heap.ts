import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** What this process holds after everything that can go has gone, in bytes. */
export function heldBytes(): number {
  collect()
  return process.memoryUsage().heapUsed
}
