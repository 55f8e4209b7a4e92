import type { Device } from '../../core/devices/device.ts'
import type { Arrival } from '../../core/sessions/line.ts'
import type { Session } from '../../core/sessions/session.ts'
import type { Sessions } from '../../core/sessions/sessions.ts'
import type { BoardSocket, Talk } from './board-socket.ts'

/** What a board's socket hears, as its session understands it. */
class Conversation implements Talk {
  readonly #sessions: Sessions
  readonly #session: Session

  constructor(sessions: Sessions, session: Session) {
    this.#sessions = sessions
    this.#session = session
  }

  onText(text: string): void {
    try {
      this.#session.onText(text)
    } catch (error) {
      this.#defect(error as Error)
    }
  }

  onBinary(bytes: Buffer): void {
    try {
      this.#session.onBinary(bytes)
    } catch (error) {
      this.#defect(error as Error)
    }
  }

  onControl(kind: 'ping' | 'pong'): void {
    this.#session.onControl(kind)
  }

  /** The board comes back. */
  onGarbage(what: string): void {
    this.#sessions.note(this.#session, 'gateway', `sent bytes that are not WebSocket: ${what}`, {
      event: 'protocol_error',
    })
  }

  onClose(code: number, byGateway: boolean): void {
    this.#sessions.closed(this.#session, code, byGateway)
  }

  /** A defect of ours in one conversation must not end the others. */
  #defect(error: Error): void {
    this.#sessions.note(this.#session, 'gateway', `a message could not be handled: ${error.message}`, {
      event: 'defect',
    })
    this.#sessions.end(this.#session, 'internal')
  }
}

/** Lets an upgraded socket talk as `device`. */
export function attachBoard(
  board: BoardSocket,
  sessions: Sessions,
  admitted: { device: Device; rivals?: Device[] },
  arrival: Arrival,
): void {
  board.talk = new Conversation(sessions, sessions.open(admitted.device, arrival, board, admitted.rivals))
}
