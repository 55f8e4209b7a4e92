import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** The heap of this process after a full garbage collection, in bytes. */
export function heldBytes(): number {
  collect()
  return process.memoryUsage().heapUsed
}
