/** The facts of a board's handshake, kept for as long as its connection lives. */
export interface Arrival {
  /** The client's address, after trusted proxies. */
  address: string
  path: string
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
}
