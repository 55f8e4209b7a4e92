import pino, { type DestinationStream, type Logger } from 'pino'
import type { LogLevel } from '../../config.ts'
import { safeLine } from './line.ts'

export type Log = Logger

/** JSON lines on stdout, or coloured lines for people on a terminal. Buffered: nobody waits for a log line. */
export async function openLog(level: LogLevel): Promise<{ log: Log; flush: () => void }> {
  if (process.stdout.isTTY) {
    const stream = await terminalStream({ colorize: !process.env.NO_COLOR, sync: true })
    return { log: logInto(stream, level), flush: () => {} }
  }
  const destination = pino.destination({ dest: 1, sync: false, minLength: 8_192, periodicFlush: 1_000 })
  return { log: logInto(destination, level), flush: () => destination.flushSync() }
}

/** Every line passes `safeLine`, whoever writes it and wherever it goes. */
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

/** Lines for people, on stdout unless there is a `destination`. */
export async function terminalStream(options: {
  colorize: boolean
  sync?: boolean
  destination?: NodeJS.WritableStream
}): Promise<DestinationStream> {
  const { default: pretty } = await import('pino-pretty')
  return pretty({ ...options, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss' })
}
