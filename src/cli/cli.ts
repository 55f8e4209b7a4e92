import { CommanderError } from 'commander'
import { exitCodes, Failed, UsageError } from './failure.ts'
import type { Io, Surroundings } from './io.ts'
import { buildProgram } from './program.ts'
import { Terminal } from './terminal.ts'

export type { Io } from './io.ts'

/**
 * Runs one command line, without the program's own name: `['device', 'list']`. Resolves to the exit code: 0 fine,
 * 1 the verb failed, 2 wrong usage, 130 on Ctrl-C. Never rejects, and never ends the process.
 */
export async function runCli(argv: readonly string[], io: Io): Promise<number> {
  // `serve` has a parser of its own, which knows each flag and its environment variable.
  if (argv[0] === 'serve') return await io.serve(argv.slice(1))
  if (argv[0] === 'help' && argv[1] === 'serve') return await io.serve(['--help'])

  const stop = new AbortController()
  let stopCode: number = exitCodes.interrupted
  const onSignal = (signal: NodeJS.Signals) => {
    stopCode = signal === 'SIGTERM' ? exitCodes.terminated : exitCodes.interrupted
    stop.abort()
  }
  // The first signal only: a second Ctrl-C ends the process at once.
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal)
  const around: Surroundings = {
    serve: io.serve,
    stdin: io.stdin ?? process.stdin,
    stdout: io.stdout ?? process.stdout,
    stderr: io.stderr ?? process.stderr,
    env: io.env ?? process.env,
    signal: io.signal ? AbortSignal.any([io.signal, stop.signal]) : stop.signal,
  }
  // The program that reads our pipe may end early, as `head` does: that is no failure. The error can come after our
  // last write, so the listener stays.
  let readerLeft = false
  const onPipeError = (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    readerLeft = true
    stop.abort()
  }
  around.stdout.on('error', onPipeError)
  try {
    const code = await runProgram(argv, around)
    return readerLeft ? exitCodes.fine : around.signal.aborted ? stopCode : code
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal)
  }
}

async function runProgram(argv: readonly string[], around: Surroundings): Promise<number> {
  let code: number = exitCodes.fine
  const conclude = (verdict: number) => {
    code = verdict
  }
  try {
    const program = await buildProgram(argv, around, conclude)
    await program.parseAsync([...argv], { from: 'user' })
    return code
  } catch (error) {
    return explain(error, argv, around)
  }
}

/** Reports an error on stderr and returns its exit code. */
function explain(error: unknown, argv: readonly string[], around: Surroundings): number {
  // Commander has printed its message already; requested help is no failure.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.fine : exitCodes.usage
  if (around.signal.aborted) return exitCodes.interrupted
  const terminal = new Terminal(around, { json: argv.includes('--json') })
  const mark = terminal.paint('red', 'darvaza:', 'stderr')
  if (error instanceof UsageError) {
    terminal.say(`${mark} ${error.message}`)
    return exitCodes.usage
  }
  const failed = error instanceof Failed ? error : new Failed(unexpected(error), { code: 'internal' })
  if (terminal.json) {
    const { code, message, hint, issues } = failed
    terminal.say(JSON.stringify({ status: 'error', code, message, hint, ...(issues.length > 0 && { issues }) }))
    return exitCodes.failed
  }
  terminal.say(`${mark} ${failed.message}`)
  for (const issue of failed.issues) terminal.say(`  - ${issue}`)
  if (failed.hint) terminal.say(`  ${failed.hint}`)
  return exitCodes.failed
}

const unexpected = (error: unknown): string =>
  `This should not have happened: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
