import type { StrangerBudget } from './stranger-budget.ts'

/** A board's open socket, as far as a session needs it. */
export interface BoardConnection {
  /** One WebSocket text message in one write. */
  sendText(text: string): void
  /** A protocol ping. `payload`: short ASCII. */
  sendPing(payload: string): void
  /** Sends Close; the socket is cut if the board does not answer within 5 s. Nothing is sent after it. */
  close(code: number, reason: string): void
  /** Handles the close event of a socket that is closed already: when very many close at once, it is queued for a while. */
  finishClose?(): void
  /** While set, it counts all input before it is handled. Setting another one ends the one before. */
  stranger: StrangerBudget | undefined
  /** Reading stops until `readOn`. */
  stop(): void
  readOn(): void
  /** Reading never stops from now on: a camera truncates the picture it is sending (field rule 20). */
  isCamera: boolean
  /** Handles no further input until `release`; without effect on cameras. */
  hold(): void
  release(): void
  /** Messages of an approved camera dropped since the last call, as it sends too many. */
  takeDropped(): number
  /** Ends the socket without a Close. */
  cut(): void
  /** All bytes received so far, those of incomplete frames included. */
  readonly bytesRead: number
}
