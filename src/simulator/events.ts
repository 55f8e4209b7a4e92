import type { Angles } from '#protocol/board.ts'
import type { BoardKind } from './target.ts'

/** `pending-ack` is a line without its `connection_ack`; `waiting` is between two attempts. */
export type BoardState = 'dialling' | 'pending-ack' | 'online' | 'waiting' | 'off'

/** What can be seen from outside. Durations in ms, sizes in bytes. */
export type BoardHappening =
  | { readonly kind: 'dialling'; readonly attempt: number }
  /** The 101 came; `tookMs` since the first packet. */
  | { readonly kind: 'connected'; readonly tookMs: number }
  /** The gateway's `connection_ack`, with what it said. */
  | { readonly kind: 'acknowledged'; readonly message: string }
  /** The gateway, or something before it, said no. `code` and `hint` are the gateway's own. */
  | {
      readonly kind: 'refused'
      readonly status: number
      readonly code?: string
      readonly message: string
      readonly hint?: string
    }
  /** Nobody answered at all. */
  | { readonly kind: 'unreachable'; readonly message: string }
  /** The line ended: 1006 means that it broke without a word. */
  | { readonly kind: 'closed'; readonly code: number; readonly reason: string; readonly afterMs: number }
  | { readonly kind: 'rebooted' }
  /** A message that asks the board to do something; `detail` is what it is about, in a few words. */
  | { readonly kind: 'command'; readonly type: string; readonly detail: string }
  | ({ readonly kind: 'moved' } & Readonly<Angles>)
  /** A reading of the board's is safe with the gateway. */
  | { readonly kind: 'reading-acknowledged'; readonly sequence: number }
  | {
      readonly kind: 'frame-sent'
      readonly counter: number
      readonly size: number
      readonly width: number
      readonly height: number
    }

/** One happening of one board. `at` is this machine's time, ISO 8601. */
export type BoardEvent = { readonly board: string; readonly device: BoardKind; readonly at: string } & BoardHappening

/** What each board can say of itself at any time, since it was made. */
export interface BoardStats {
  readonly board: string
  readonly device: BoardKind
  readonly state: BoardState
  /** Lines that came up, refusals, attempts nobody answered, and reboots. */
  readonly connects: number
  readonly refusals: number
  readonly unreachable: number
  readonly reboots: number
  readonly uptimeMs: number
  /** Commands heard. */
  readonly commands: number
  readonly messagesIn: number
  readonly messagesOut: number
  /** Payload, in bytes. */
  readonly bytesOut: number
}
