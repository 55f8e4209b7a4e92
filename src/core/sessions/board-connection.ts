import type { StrangerBudget } from './stranger-budget.ts'

/** A board's open socket, as far as a session needs it. */
export interface BoardConnection {
  /** Sends one WebSocket text message in one write. */
  sendText(text: string): void
  /** Sends a protocol ping. `payload`: short ASCII. */
  sendPing(payload: string): void
  /** Sends Close; the socket is cut if the board does not answer within 5 s. Nothing is sent after it. */
  close(code: number, reason: string): void
  /** Handles a closed socket's close event now: when very many close at once, the event is queued for a while. */
  finishClose?(): void
  /** While a budget is set, it counts all input before the input is handled. Setting another budget ends the first. */
  stranger: StrangerBudget | undefined
  /** Stops reading until `readOn`. */
  stop(): void
  readOn(): void
  /** Once true, reading never stops: a stop makes a camera truncate the picture it is sending (field rule 20). */
  isCamera: boolean
  /** Stops handling input until `release`; has no effect on cameras. */
  hold(): void
  release(): void
  /** Returns how many messages were dropped since the last call because an approved camera sent too many. */
  takeDropped(): number
  /** Ends the socket without a Close. */
  destroy(): void
  /** Number of bytes received so far, including those of incomplete frames. */
  readonly bytesRead: number
}
