import type { FramingErrorCode } from '#protocol/close-codes.ts'
import type { Arrival } from '../../core/arrival.ts'
import type { Device } from '../../core/devices/device.ts'
import { symptomOfFrame } from '../../core/diagnosis/recognise.ts'
import type { FaultShape } from '../../core/faults/faults.ts'
import type { Session } from '../../core/sessions/session.ts'
import type { Sessions } from '../../core/sessions/sessions.ts'
import type { BoardSocket } from './board-socket.ts'
import type { MessageHandlers } from './message-handlers.ts'

/** Passes a board's messages to its session. */
class SessionHandlers implements MessageHandlers {
  readonly #sessions: Sessions
  readonly #session: Session
  /** Number of complete messages received. */
  #messages = 0

  constructor(sessions: Sessions, session: Session) {
    this.#sessions = sessions
    this.#session = session
  }

  onText(text: string): void {
    this.#messages++
    this.#session.onText(text)
  }

  onBinary(bytes: Buffer): void {
    this.#messages++
    this.#session.onBinary(bytes)
  }

  onControl(kind: 'ping' | 'pong'): void {
    this.#session.onControl(kind)
  }

  onTextTooLarge(bytes: number): void {
    this.#session.onTextTooLarge(bytes)
  }

  onDropped(): void {
    this.#session.onDropped()
  }

  /** The Close has been sent; the board will reconnect. */
  onGarbage(code: FramingErrorCode, what: string): void {
    this.#session.diagnose(symptomOfFrame(code, what, this.#messages), { error: what })
  }

  onClose(code: number, byGateway: boolean): void {
    this.#sessions.closed(this.#session, code, byGateway)
  }

  /** A defect of the gateway in one session must not end the others. */
  onFault(): void {
    this.#sessions.fail(this.#session)
  }

  get shape(): FaultShape {
    const { id, device, arrival } = this.#session
    return { device: device.id, connection: id, path: arrival.path, headers: arrival.headerLines }
  }
}

/** Opens the session of an admitted board on its accepted socket. */
export function attachBoard(
  board: BoardSocket,
  sessions: Sessions,
  admitted: { device: Device; rivals?: Device[] },
  arrival: Arrival,
): void {
  board.handlers = new SessionHandlers(sessions, sessions.open(admitted, arrival, board))
}
