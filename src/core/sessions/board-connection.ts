import type { StrangerBudget } from './stranger-budget.ts'

/** A board's open socket, as far as a session needs it. */
export interface BoardConnection {
  /** One WebSocket text message in one write. */
  sendText(text: string): void
  /** A protocol ping. `payload`: short ASCII. */
  sendPing(payload: string): void
  /** Sends Close; the socket is cut if the board does not answer within 5 s. Nothing is sent after it. */
  close(code: number, reason: string): void
  /** If the socket is gone and nobody was told yet: tells it now. When very many go at once, that takes a moment. */
  settle?(): void
  /** While it is set, it counts all that comes before anybody looks at it. The one before it leaves. */
  stranger: StrangerBudget | undefined
  /** Reading stops until `readOn`. */
  stop(): void
  readOn(): void
  /** Never made to wait from now on: it truncates what it is sending (field rule 20). */
  isCamera: boolean
  /** Looks at nothing more of what a board sends until `release`; without effect on cameras. */
  hold(): void
  release(): void
  /** Messages of an approved camera that were dropped since the last call, as it sends too many. */
  takeDropped(): number
  /** Ends the socket without another word. */
  cut(): void
  /** Every byte that ever came in, frames half received included. */
  readonly bytesRead: number
}
