/** The parts of an exception that may be written down; its message may not, as it can hold data from a stranger. */
export interface ErrorDescription {
  /** The exception's class, and its code if it has one: `TypeError`, `Error ERR_INVALID_ARG_TYPE`. */
  error: string
  /** The innermost functions, each as `name file:line`. */
  at: string[]
}

const framesKept = 3
const plainName = /^[A-Za-z]\w{0,40}$/
const plainCode = /^[A-Z][A-Z0-9_]{0,40}$/
const frameLine = /^ {4}at (?:async )?(?:([\w.$#<> ]{1,80}) \()?[^()]*?([\w.-]{1,60}):(\d{1,7}):\d{1,7}\)?$/

/** Describes an exception. `thrown` can be any value. `mostFrames`: the most functions that are named. */
export function describeError(thrown: unknown, mostFrames = framesKept): ErrorDescription {
  if (!(thrown instanceof Error)) return { error: `a thrown ${typeof thrown}`, at: [] }
  const { name, message, stack } = thrown
  const { code } = thrown as { code?: unknown }
  const kind = plainName.test(name) ? name : 'Error'
  return {
    error: typeof code === 'string' && plainCode.test(code) ? `${kind} ${code}` : kind,
    at: framesOf(stack, [`${name}: ${message}\n`, `${name} [${code}]: ${message}\n`, `${name}\n`], mostFrames),
  }
}

/** Reads stack frames only after the message, which may look like one. `heads`: possible beginnings of a stack. */
function framesOf(stack: unknown, heads: readonly string[], most: number): string[] {
  if (typeof stack !== 'string') return []
  const head = heads.find(text => stack.startsWith(text))
  if (head === undefined) return []
  const lines = stack.slice(head.length, head.length + 4_096).split('\n')
  return lines.slice(0, most).flatMap(line => {
    const [, name = 'anonymous', file, number] = frameLine.exec(line) ?? []
    return file ? [`${name} ${file}:${number}`] : []
  })
}
