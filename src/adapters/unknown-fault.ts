import { writeSync } from 'node:fs'
import { describeError } from '../core/faults/describe.ts'

const framesTold = 10

/**
 * An exception that met no boundary ends the process with exit code 1, for what state it left is not known. Node would
 * print its message as well, which may hold what a stranger sent: only its class, its code and where it was thrown are
 * printed.
 */
export function endAtUnknownFault(): void {
  process.on('uncaughtException', thrown => {
    const { error, at } = describeError(thrown, framesTold)
    const places = at.map(frame => `\n    at ${frame}`).join('')
    try {
      writeSync(process.stderr.fd, `darvaza: ended by a defect of its own, please report it: ${error}${places}\n`)
    } catch {
      // A closed pipe or a full disk takes no last sentence.
    }
    process.exit(1)
  })
}
