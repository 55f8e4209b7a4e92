import { writeSync } from 'node:fs'
import { describeError } from '../core/faults/describe.ts'

const framesTold = 10

/**
 * An exception that no boundary caught ends the process with exit code 1, as the state it left is unknown. Node would
 * also print its message, which may hold a stranger's input: only its class, its code and the place where it was thrown
 * are printed.
 */
export function endAtUnknownFault(): void {
  process.on('uncaughtException', thrown => {
    const { error, at } = describeError(thrown, framesTold)
    const places = at.map(frame => `\n    at ${frame}`).join('')
    try {
      writeSync(process.stderr.fd, `darvaza: ended by a defect of its own, please report it: ${error}${places}\n`)
    } catch {
      // The last line cannot be written to a closed pipe or a full disk.
    }
    process.exit(1)
  })
}
