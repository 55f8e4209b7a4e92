import type { Kind } from '#protocol/kinds.ts'

/** The facts of a board's handshake: they decide whether the board is admitted, and its session keeps them. */
export interface Arrival {
  /** The client's address, after trusted proxies. */
  address: string
  path: string
  /** The kind that the path or `X-Device-Type` names; undefined if the token decides. */
  wants: Kind | undefined
  library: string
  /** The presented token, kept only to remove it from everything that is written down. */
  token: string | undefined
  /** SHA-256 of the token, base64url. */
  tokenHash: string | undefined
  deviceId: string | undefined
  firmware: string | undefined
  /** Number of header lines: some firmware adds lines with each reconnect. */
  headerLines: number
  /** Whether it came through a trusted proxy. */
  proxied: boolean
  /** Whether it came from this very machine under one of its own names, without a trace of a proxy or a foreign site. */
  local: boolean
}
