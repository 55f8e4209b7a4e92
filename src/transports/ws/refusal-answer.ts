import type { Socket } from 'node:net'
import { type Diagnosis, diagnosisText } from '../../core/diagnosis/diagnosis-text.ts'
import { errorBody, type FailureCode, failures, languageOf } from '../../errors/errors.ts'

const reasons: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  408: 'Request Timeout',
  409: 'Conflict',
  413: 'Content Too Large',
  414: 'URI Too Long',
  426: 'Upgrade Required',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  503: 'Service Unavailable',
}

/** How long a refused client may take to read its answer and close the connection. */
const lingerMs = 2_000

/** Writes a refusal as plain HTTP on a raw socket, and closes it. The hint is for the client's library, if known. */
export function answerAndClose(
  socket: Socket,
  code: FailureCode,
  acceptLanguage?: string,
  diagnosis?: Diagnosis,
): void {
  if (socket.destroyed) return
  const language = languageOf(acceptLanguage)
  const { status } = failures[code]
  const hint = diagnosis && { hint: diagnosisText(diagnosis, language).remedy }
  const body = JSON.stringify(errorBody(code, language, hint))
  const head = [
    `HTTP/1.1 ${status} ${reasons[status] ?? 'Error'}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'Connection: close',
    ...(status === 401 ? ['WWW-Authenticate: Bearer'] : []),
    ...(status === 426 ? ['Upgrade: websocket'] : []),
  ]
  // A rejected ESP32 still writes a close frame: its bytes are read and discarded, as unread bytes would turn the
  // close into a reset that can overtake the answer. Errors on such a socket are expected.
  socket.on('error', () => {})
  socket.resume()
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
  const timer = setTimeout(() => socket.destroy(), lingerMs)
  socket.once('close', () => clearTimeout(timer))
}

/**
 * Keeps a refused socket for `ms` with nothing but itself and a timer, then calls `answer`, unless its board closes the
 * connection before. `done` runs exactly once, whatever happens.
 */
export function holdThen(socket: Socket, ms: number, answer: () => void, done: () => void): void {
  socket.on('error', () => {})
  socket.resume()
  const timer = setTimeout(answer, ms)
  socket.once('close', () => {
    clearTimeout(timer)
    done()
  })
  if (socket.readableEnded) socket.destroy()
  else socket.once('end', () => socket.destroy())
}
