/**
 * Every number that bounds or paces the gateway, in one place. A number derived from measurements of boards in the
 * field cites its field rule (docs/field-rules.md); most others bound the cost of pending boards, strangers and floods
 * (docs/threat-model.md). Tests inject shorter times; docs/config.md is made from this file.
 */
export const defaultLimits = {
  /** How long after minting a claim may be approved automatically. An older claim waits for approval by a person. */
  claimTtlMs: 24 * 3_600_000,
  /** A pending board that is offline for this long is forgotten; it may return. */
  pendingForgottenAfterMs: 7 * 86_400_000,
  /** A removed device can be restored for this long; then only its tombstone stays. */
  removedForgottenAfterMs: 30 * 86_400_000,
  /** The most pending boards, per address and in all. An address is an IPv4 /32 or an IPv6 /64. */
  pendingPerAddress: 64,
  pendingInAll: 1_000,
  /**
   * The traffic of a pending board over all its connections together. More bytes than this close the connection with
   * 4008. WebSocket frames and texts above their rate are dropped; above five times the rate they close it with 4008 too.
   * A camera of 25 pictures a second needs 50 frames (metadata and picture), so 120 leaves ample room. The metadata of
   * pictures does not count as texts; `pendingTextBurst` texts may come at once.
   */
  pendingBytesPerSecond: 1_000_000,
  pendingFramesPerSecond: 120,
  pendingTextsPerSecond: 5,
  pendingTextBurst: 50,
  /** CPU time of one core that pending boards, connection tests and sockets without a token may use together. */
  pendingCpuMsPerSecond: 100,
  /** The last messages of pending boards, kept for the owner: number and size, for each board and for all together. */
  pendingMessagesKept: 100,
  pendingMessageBytes: 64 * 1024,
  pendingMessageBytesInAll: 16 * 1024 * 1024,
  /** Kept messages are dropped this long after the board disconnected. */
  pendingMessagesForgottenAfterMs: 3_600_000,
  /** Journal rows about pending boards, per address, so that they do not displace the history. */
  pendingRowsPerMinute: 60,
  pendingRowBurst: 300,
  /** Previews of pending cameras: the interval, and the largest sizes of one and of all together. */
  previewEveryMs: 5_000,
  previewBytes: 128 * 1024,
  previewBytesInAll: 16 * 1024 * 1024,
  /** Requests to `GET /public/tokens`, per address. */
  mintsPerMinute: 60,
  mintBurst: 200,
  /** Attempts with unknown API keys, per address; a known key is never limited. */
  wrongKeysPerMinute: 30,
  wrongKeyBurst: 30,
  /** Attempts to sign in or to use a one-time link, per address; a device known to the account is counted by itself. */
  entriesPerMinute: 20,
  entryBurst: 40,
  /** Sign-in attempts per address and account. */
  guessesPerMinute: 5,
  guessBurst: 5,
  /** Sign-in attempts per account, from all unknown devices together. */
  unknownGuessesPerHour: 30,
  /** Password hashes that wait for their turn, per address and in all. */
  hashesWaitingPerAddress: 8,
  hashesWaitingInAll: 32,
  /** Largest body an API request may have. */
  requestBytes: 64 * 1024,
  /** Requests of one connection that wait for answers; one more ends it. Browsers send no second one unanswered. */
  requestsUnanswered: 16,
  /** A repeated refusal is held for a random time between these two (field rule 15). */
  refusalHoldMinMs: 5_000,
  refusalHoldMaxMs: 8_000,
  /** A refusal counts as repeated if the last one was at most this long ago. */
  refusalMemoryMs: 10 * 60_000,
  /** Refusals held at once, per address and in all; beyond that the socket is closed unread. */
  refusalsHeldPerAddress: 8,
  refusalsHeldInAll: 2_000,
  /** An unfinished handshake ends after this time; all of them together take at most this much memory. */
  handshakeTimeoutMs: 10_000,
  handshakeBytesInAll: 64 * 1024 * 1024,
  /** The header block of one request: 1,500 reconnects of an ESP32-CAM make about 350 KB (field rule 2). */
  headerBytes: 1024 * 1024,
  /** More than any token or path needs: a longer one is refused before other code reads the request. */
  tokenCharacters: 1_024,
  pathBytes: 8 * 1024,
  /** The number of different header names. Lines that repeat a name are not counted (field rule 2). */
  headerNames: 200,
  /** A handshake older than this is dropped before any token work: the board has given up (field rule 28). */
  handshakeStaleMs: 1_000,
  /** The `auth` message that a client without headers sends first. */
  authMessageTimeoutMs: 5_000,
  authMessageBytes: 4 * 1024,
  /** A connection test gets pings for at most this long; at most this many run at once per address. */
  probeMs: 120_000,
  probesPerAddress: 4,
  /** The interval of text pings, at most 25 s (field rule 8); a protocol ping is sent half way between two. */
  pingEveryMs: 10_000,
  /** A connection counts as dead only after this long without an inbound byte (field rule 11). */
  deadAfterMs: 45_000,
  /** A command without an ack for this long ends with `ack_timeout` (field rule 12). */
  ackTimeoutMs: 20_000,
  /** A smooth move longer than this is sent in steps, so that a stop can take effect between them (field rule 14). */
  smoothStepDegrees: 45,
  /** A device is contested after three displacements between two live addresses within 10 min. */
  contestedDisplacements: 3,
  contestedWithinMs: 10 * 60_000,
  /**
   * A new connection with a shared token and no device id counts as a second board if the old socket answers a ping
   * within this.
   */
  sharedTwinWaitMs: 20_000,
  /** Devices per shared token; further devices are pending. */
  devicesPerSharedToken: 1_000,
  /** Inbound payloads (field rule 26): pictures; all texts and a Pico's messages. A camera's larger text is skipped. */
  frameBytes: 2 * 1024 * 1024,
  textBytes: 64 * 1024,
  /** Journal rows of an approved board besides readings, which all get one. The rest is counted in one row a minute. */
  rowsPerSecond: 50,
  rowBurst: 500,
  rowSummaryEveryMs: 60_000,
  /**
   * While this many readings of an approved board wait for the disk, the gateway does not read from the board, unless
   * it is a camera. One commit stores as many at once, and boards that send fewer than 200 a second are never paused.
   */
  readingsUnderWay: 200,
  /** An approved camera’s messages besides pictures, limited where many arrive at once; the surplus is dropped. */
  cameraMessagesPerSecond: 200,
  /** A viewer that received nothing for this long is disconnected. */
  viewerStalledMs: 30_000,
  viewersPerCamera: 500,
  /** Open dashboard pages of one person; a further one closes the page that was used the longest ago. */
  pagesPerPerson: 50,
  /** The longest time an `acknowledged` message waits for its commit. */
  commitWithinMs: 25,
  /**
   * A request that waits for the disk is refused after `storeWaitMs`. A failed write is tried again after
   * `storeRetryMs`, which grows up to eightfold with further failures.
   */
  storeWaitMs: 2_000,
  storeRetryMs: 1_000,
  /**
   * Journal rows that wait for a stalled disk, in three queues of 64 MiB in all: actions of people, readings, others.
   * If its queue is full, an action or a reading is refused, and any other row is dropped and counted.
   */
  actsWaiting: 20_000,
  actBytesWaiting: 16 * 1024 * 1024,
  readingsWaiting: 100_000,
  readingBytesWaiting: 24 * 1024 * 1024,
  rowsWaiting: 100_000,
  rowBytesWaiting: 24 * 1024 * 1024,
  /** Frequent messages are counted and written this often, and at the end of a connection. */
  trafficEveryMs: 5 * 60_000,
  /**
   * The black box (flight recorder) of each board: the last 12 hours, in at most 96 events and 32 samples, 3.6 KB when
   * full and nothing for a board without events. At most 20,000 boards have one (72 MB); the oldest is dropped first.
   * On disk, each is one row of the same size: events are stored within a minute, samples within five.
   */
  blackBoxMs: 12 * 3_600_000,
  blackBoxEvents: 96,
  blackBoxSamples: 32,
  blackBoxesInAll: 20_000,
  blackBoxSampleEveryMs: 15_000,
  blackBoxSaveEveryMs: 60_000,
  /** A trend is reported only after this long. */
  healthAfterMs: 10 * 60_000,
  /**
   * An answer this late is a stall: Wi-Fi power saving delays by up to 0.3 s (three beacons), stalls in the field last
   * 10 s (field rule 11).
   */
  stallMs: 2_000,
  /** The shortest interval between pings that keep a connection alive. */
  keepAliveLeastMs: 1_000,
  /** A reading is late if it was taken this long ago; a time older than the second number is ignored. */
  readingLateMs: 5_000,
  readingOldestMs: 30 * 86_400_000,
  /** Journal retention. */
  journalMaxAgeMs: 30 * 86_400_000,
  journalMaxBytes: 512 * 1024 * 1024,
  /** Shutdown: how long boards get to answer the Close before their sockets are cut (field rule 17). */
  closeWaitMs: 5_000,
} as const

export type Limits = { [name in keyof typeof defaultLimits]: number }
