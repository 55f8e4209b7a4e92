import type { Socket } from 'node:net'
import type { WebSocket } from 'ws'
import type { Device } from '../../core/devices/device.ts'
import type { Arrival, Line } from '../../core/sessions/line.ts'
import type { Session } from '../../core/sessions/session.ts'
import type { Sessions } from '../../core/sessions/sessions.ts'

const board = Symbol('board')
type BoardSocket = WebSocket & { [board]: BoardLine }

/** A board's WebSocket as a session sees it. The handlers are shared functions: no closure per board. */
class BoardLine implements Line {
  readonly #ws: WebSocket
  readonly #socket: Socket
  readonly sessions: Sessions
  session!: Session
  /** Set by the first protocol error: what the gateway closed with. */
  errorCode = 0

  constructor(ws: WebSocket, socket: Socket, sessions: Sessions) {
    this.#ws = ws
    this.#socket = socket
    this.sessions = sessions
  }

  sendText(text: string): void {
    this.#ws.send(text)
  }

  sendPing(payload: string): void {
    if (this.#ws.readyState === this.#ws.OPEN) this.#ws.ping(payload)
  }

  close(code: number, reason: string): void {
    this.#ws.close(code, reason)
  }

  get bytesRead(): number {
    return this.#socket.bytesRead
  }
}

/** Lets an upgraded socket talk as `device`. */
export function attachBoard(
  ws: WebSocket,
  socket: Socket,
  sessions: Sessions,
  admitted: { device: Device; rivals?: Device[] },
  arrival: Arrival,
): void {
  const line = new BoardLine(ws, socket, sessions)
  ;(ws as BoardSocket)[board] = line
  ws.on('message', onMessage)
  ws.on('ping', onPing)
  ws.on('pong', onPong)
  ws.on('error', onError)
  ws.on('close', onClose)
  line.session = sessions.open(admitted.device, arrival, line, admitted.rivals)
}

function onMessage(this: WebSocket, data: Buffer, isBinary: boolean): void {
  const { session, sessions } = (this as BoardSocket)[board]
  try {
    if (isBinary) session.onBinary(data)
    else session.onText(data.toString())
  } catch (error) {
    // A defect of ours in one conversation must not end the others.
    sessions.note(session, 'gateway', `a message could not be handled: ${(error as Error).message}`, {
      event: 'defect',
    })
    sessions.end(session, 'internal')
  }
}

function onPing(this: WebSocket): void {
  ;(this as BoardSocket)[board].session.onControl('ping')
}

function onPong(this: WebSocket): void {
  ;(this as BoardSocket)[board].session.onControl('pong')
}

/** Garbage on the line: ws has already sent Close 1002 (or 1007, 1009); the board comes back. */
function onError(this: WebSocket, error: Error & { code?: string }): void {
  const line = (this as BoardSocket)[board]
  if (line.errorCode !== 0 || !error.code?.startsWith('WS_ERR_')) return
  line.errorCode =
    error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH' ? 1009 : error.code === 'WS_ERR_INVALID_UTF8' ? 1007 : 1002
  line.sessions.note(line.session, 'gateway', `sent bytes that are not WebSocket: ${error.message}`, {
    event: 'protocol_error',
    error: error.code,
  })
}

function onClose(this: WebSocket, code: number): void {
  const line = (this as BoardSocket)[board]
  line.sessions.closed(line.session, line.errorCode || code, line.errorCode !== 0)
}
