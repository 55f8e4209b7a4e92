import { writeSync } from 'node:fs'
import { Writable } from 'node:stream'
import pino, { type DestinationStream, type Logger } from 'pino'
import type { LogLevel } from '../../config.ts'
import { BufferedOutput } from './output.ts'
import { safeLine } from './safe-line.ts'

export type Log = Logger

const stdoutFd = 1

/** Opens the log: JSON lines on stdout, or coloured lines on a terminal. Buffered: no caller waits for a log line. */
export async function openLog(level: LogLevel): Promise<{ log: Log; flush: () => void }> {
  if (process.stdout.isTTY) {
    const stream = await terminalStream({ colorize: !process.env.NO_COLOR, destination: terminal() })
    return { log: logInto(stream, level), flush: () => {} }
  }
  const output = new BufferedOutput(stdoutFd)
  process.on('exit', () => output.flushSync())
  return { log: logInto(output, level), flush: () => output.flushSync() }
}

/** A stream that never fails, even when the terminal is gone: an error would end the pretty-printer for good. */
const terminal = (): Writable =>
  new Writable({
    write(lines: Buffer, _encoding, done) {
      try {
        writeSync(stdoutFd, lines)
      } catch {
        // The terminal is gone.
      }
      done()
    },
  })

/** Passes every entry through `safeLine`, so that no writer and no output can leave it out. */
export function logInto(stream: DestinationStream, level: LogLevel): Log {
  return pino(
    {
      level,
      base: null,
      serializers: { err: error => error },
      hooks: {
        logMethod(args, method) {
          const [fields, message] = safeLine(args)
          if (message === undefined) method.call(this, fields)
          else method.call(this, fields, message)
        },
      },
    },
    stream,
  )
}

/** Formats lines for people. */
export async function terminalStream(options: {
  colorize: boolean
  destination: NodeJS.WritableStream
}): Promise<DestinationStream> {
  const { default: pretty } = await import('pino-pretty')
  return pretty({ ...options, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss' })
}
