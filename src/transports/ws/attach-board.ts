import type { Device } from '../../core/devices/device.ts'
import { symptomOfFrame } from '../../core/diagnosis/recognise.ts'
import type { FaultShape } from '../../core/faults/faults.ts'
import type { Arrival } from '../../core/sessions/arrival.ts'
import type { Session } from '../../core/sessions/session.ts'
import type { Sessions } from '../../core/sessions/sessions.ts'
import type { FramingErrorCode } from '../../protocol/close-codes.ts'
import type { BoardSocket } from './board-socket.ts'
import type { MessageHandlers } from './message-handlers.ts'

/** What a board's socket hears, as its session understands it. */
class Conversation implements MessageHandlers {
  readonly #sessions: Sessions
  readonly #session: Session
  /** Messages that came whole. */
  #heard = 0

  constructor(sessions: Sessions, session: Session) {
    this.#sessions = sessions
    this.#session = session
  }

  onText(text: string): void {
    this.#heard++
    this.#session.onText(text)
  }

  onBinary(bytes: Buffer): void {
    this.#heard++
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

  /** The board comes back. */
  onGarbage(code: FramingErrorCode, what: string): void {
    this.#session.diagnose(symptomOfFrame(code, what, this.#heard), { error: what })
  }

  onClose(code: number, byGateway: boolean): void {
    this.#sessions.closed(this.#session, code, byGateway)
  }

  /** A defect of ours in one conversation must not end the others. */
  onFault(): void {
    this.#sessions.fail(this.#session)
  }

  get shape(): FaultShape {
    const { id, device, arrival } = this.#session
    return { device: device.id, connection: id, path: arrival.path, headers: arrival.headerLines }
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
