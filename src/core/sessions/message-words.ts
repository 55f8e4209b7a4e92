import { type Ack, ack as ackSchema } from '#protocol/board.ts'
import { messageTexts } from '#texts/en/journal.ts'
import { redact, redactValue } from '../journal/redact.ts'

/** A value of a board's message for a line of text, without secrets, at most `most` characters. Objects give ''. */
export function wordOf(value: unknown, token: string | undefined, most: number): string {
  return typeof value === 'string' || typeof value === 'number' ? redact(String(value), token, most) : ''
}

/** The text of a log message; '' if it has none. */
const logText = ({ message }: Record<string, unknown>): string => (typeof message === 'string' ? message : '')

/** The pictures per second that a camera's log message reports, if it does. */
export function fpsOf(log: Record<string, unknown>): number | undefined {
  const fps = /^FPS: *(\d+(?:\.\d+)?)/.exec(logText(log))
  return fps ? Number(fps[1]) : undefined
}

/** The sentence for a log message. */
export function logLine(log: Record<string, unknown>, token: string | undefined): string {
  return messageTexts.log(wordOf(log.level, token, 16), wordOf(logText(log), token, 300))
}

/** The sentence for a message whose type has no sentence of its own. */
export const otherLine = ({ type }: Record<string, unknown>, token: string | undefined): string =>
  messageTexts.other(wordOf(type, token, 64))

/** Reads a board's acknowledgement and removes the board's token, because the text is sent on to an operator. */
export function readAck(message: Record<string, unknown>, token: string | undefined): Ack {
  const parsed = ackSchema.safeParse(message)
  // An ack with unusual values is reduced to its type and status: without its type it would match any command.
  const ack = parsed.success
    ? parsed.data
    : {
        type: 'ack' as const,
        command_type: message.command_type === undefined ? undefined : wordOf(message.command_type, token, 64),
        status: wordOf(message.status, token, 32) || undefined,
      }
  return redactValue(ack, token) as Ack
}
