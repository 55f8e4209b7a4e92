/**
 * The WebSocket close codes that Darvaza sends or names. Below 4000 they are RFC 6455's; 4000 to 4499: connect again
 * later; 4500 to 4999: do not connect again by yourself.
 */
export const closeCodes = {
  normal: 1000,
  /** The gateway shuts down. */
  goingAway: 1001,
  protocolError: 1002,
  /** A Close frame without a code. Never sent. */
  none: 1005,
  /** The connection ended without a Close frame. Never sent. */
  abnormal: 1006,
  /** A text message that is not UTF-8. */
  invalidText: 1007,
  /** For a failure that has no code of its own. */
  policy: 1008,
  messageTooBig: 1009,
  internal: 1011,
  /** The code that boards in the field recognise: the token, key or session is missing, wrong or over. */
  unauthorized: 4001,
  tooMuchTraffic: 4008,
  replaced: 4009,
  /** Nothing was received for too long. */
  silent: 4010,
  viewerTooSlow: 4011,
  pendingFull: 4012,
  /** The person of this page has opened too many other pages since. */
  pagesTooMany: 4501,
} as const

/** The close code for a connection whose bytes are no WebSocket frames, or whose message is too big. */
export type FramingErrorCode = typeof closeCodes.protocolError | typeof closeCodes.messageTooBig
