import pino, { type Logger } from 'pino'
import type { LogLevel } from '../../config.ts'

export type Log = Logger

/** JSON lines on stdout, or coloured lines for people on a terminal. Buffered: nobody waits for a log line. */
export async function openLog(level: LogLevel): Promise<{ log: Log; flush: () => void }> {
  if (process.stdout.isTTY) {
    const { default: pretty } = await import('pino-pretty')
    const log = pino(
      { level, base: null },
      pretty({ colorize: !process.env.NO_COLOR, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss', sync: true }),
    )
    return { log, flush: () => {} }
  }
  const destination = pino.destination({ dest: 1, sync: false, minLength: 8_192, periodicFlush: 1_000 })
  return { log: pino({ level, base: null }, destination), flush: () => destination.flushSync() }
}
