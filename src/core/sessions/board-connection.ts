import type { StrangerBudget } from './stranger-budget.ts'

/** A board's open socket, as far as a session needs it. */
export interface BoardConnection {
  /** Sends one WebSocket text message in one write. */
  sendText(text: string): void
  /** Sends a protocol ping. `payload`: short ASCII. */
  sendPing(payload: string): void
  /** Sends Close; the socket is cut if the board does not answer within 5 s. Nothing is sent after it. */
  close(code: number, reason: string): void
  /** Handles the close event of a socket that is closed already: when very many close at once, it is queued for a while. */
  finishClose?(): void
  /** While set, this budget counts all input before it is handled. Setting another budget ends the previous one. */
  stranger: StrangerBudget | undefined
  /** Stops reading until `readOn`. */
  stop(): void
  readOn(): void
  /** Reading never stops from now on: a camera truncates the picture it is sending (field rule 20). */
  isCamera: boolean
  /** Handles no further input until `release`; without effect on cameras. */
  hold(): void
  release(): void
  /** Returns how many messages of an approved camera that sends too many were dropped since the last call. */
  takeDropped(): number
  /** Ends the socket without a Close. */
  cut(): void
  /** Number of bytes received so far, including those of incomplete frames. */
  readonly bytesRead: number
}
