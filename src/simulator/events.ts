import type { Angles } from '#protocol/board.ts'
import type { BoardKind } from './target.ts'

/** `pending-ack`: connected, without a `connection_ack` yet; `waiting`: between two attempts. */
export type BoardState = 'dialling' | 'pending-ack' | 'online' | 'waiting' | 'off'

/** Events of a board. Durations in ms, sizes in bytes. */
export type BoardHappening =
  | { readonly kind: 'dialling'; readonly attempt: number }
  /** The 101 arrived, `tookMs` after the first packet. */
  | { readonly kind: 'connected'; readonly tookMs: number }
  /** The gateway's `connection_ack`, with its message. */
  | { readonly kind: 'acknowledged'; readonly message: string }
  /** The gateway, or a proxy before it, refused the handshake. `code` and `hint` are the gateway's own. */
  | {
      readonly kind: 'refused'
      readonly status: number
      readonly code?: string
      readonly message: string
      readonly hint?: string
    }
  /** No answer came. */
  | { readonly kind: 'unreachable'; readonly message: string }
  /** The connection ended. 1006: it broke without a Close. */
  | { readonly kind: 'closed'; readonly code: number; readonly reason: string; readonly afterMs: number }
  | { readonly kind: 'rebooted' }
  /** A message that commands the board to do something; `detail` sums it up in a few words. */
  | { readonly kind: 'command'; readonly type: string; readonly detail: string }
  | ({ readonly kind: 'moved' } & Readonly<Angles>)
  /** The gateway has stored a reading of the board. */
  | { readonly kind: 'reading-acknowledged'; readonly sequence: number }
  | {
      readonly kind: 'frame-sent'
      readonly counter: number
      readonly size: number
      readonly width: number
      readonly height: number
    }

/** One event of one board. `at` is this machine's time, ISO 8601. */
export type BoardEvent = { readonly board: string; readonly device: BoardKind; readonly at: string } & BoardHappening

/** A board's state and counters since it was made. */
export interface BoardStats {
  readonly board: string
  readonly device: BoardKind
  readonly state: BoardState
  /** Connections, refusals, attempts without an answer, and reboots. */
  readonly connects: number
  readonly refusals: number
  readonly unreachable: number
  readonly reboots: number
  readonly uptimeMs: number
  /** Commands received. */
  readonly commands: number
  readonly messagesIn: number
  readonly messagesOut: number
  /** Payload, in bytes. */
  readonly bytesOut: number
}
