import type { FramingErrorCode } from '#protocol/close-codes.ts'
import type { FaultShape } from '../../core/faults/faults.ts'

/** Takes the messages of a board's socket: for a session, a probe, or a client whose token has not arrived. */
export interface MessageHandlers {
  onText(text: string): void
  onBinary(bytes: Buffer): void
  onControl(kind: 'ping' | 'pong'): void
  /** A text was larger than any board's may be, and was skipped. */
  onTextTooLarge(bytes: number): void
  /** Messages were dropped, as there were too many. */
  onDropped?(): void
  /** Bytes that are no WebSocket message; Close has been sent. */
  onGarbage(code: FramingErrorCode, what: string): void
  /**
   * The socket closed. `code`: the board's, 1005 if its Close had none, 1006 without Close; the gateway's for garbage.
   */
  onClose(code: number, byGateway: boolean): void
  /** A defect of the gateway affected this connection: it is being closed with 1011. */
  onFault?(): void
  /** The facts that a report of such a defect may contain. */
  readonly shape?: FaultShape
}

/** Ignores all messages. */
export const ignoreMessages: MessageHandlers = {
  onText() {},
  onBinary() {},
  onControl() {},
  onTextTooLarge() {},
  onGarbage() {},
  onClose() {},
}
