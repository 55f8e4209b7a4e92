import type { Kind } from '#protocol/kinds.ts'

/** The facts of a board's handshake, which decide whether the board is admitted, and which its session keeps. */
export interface Arrival {
  /** The client's own address, even behind trusted proxies. */
  address: string
  path: string
  /** The kind that the path or `X-Device-Type` names; undefined if the token decides. */
  wants: Kind | undefined
  library: string
  /** The presented token, kept only to remove it from everything that is written down. */
  token: string | undefined
  /** The SHA-256 of the token, in base64url. */
  tokenHash: string | undefined
  deviceId: string | undefined
  firmware: string | undefined
  /** The number of header lines: some firmware adds lines with each reconnect. */
  headerLines: number
  /** Whether the request came through a trusted proxy. */
  proxied: boolean
  /** Whether the request came from this machine to one of its own names, without signs of a proxy or a foreign site. */
  local: boolean
}
