import type { Limits } from '../limits.ts'
import { TokenBucket } from '../token-bucket.ts'

/** The kind of a frame, by its header: the first frame of a text or binary message, a further one, a ping or a pong. */
export type FrameKind = 'text' | 'binary' | 'continuation' | 'control'

/** A text this long or longer is not frame metadata, and is counted before it is decoded. */
const metadataBytes = 512
/** Matches texts that may be frame metadata; only parsing decides. Keys come in any order (field rule 23). */
const metadataLook = /"type"\s*:\s*"frame"/

/** A stranger's surplus is dropped; above this many times its rates, its connection is closed. */
const closeFactor = 5

/** Bytes that may still be received after the gateway's Close: the current picture, and data already sent. */
const bytesAfterClose = 256 * 1024

/** The rates of one stranger. The connections of a pending device share an account: a reconnect allows no new burst. */
export class StrangerAccount {
  readonly messages: TokenBucket
  readonly texts: TokenBucket
  readonly bytes: TokenBucket
  readonly messagesAtMost: TokenBucket
  readonly textsAtMost: TokenBucket
  #usedMs = 0
  #usedTicks: number

  constructor(limits: Limits, ticks: number) {
    const { pendingFramesPerSecond: frames, pendingTextsPerSecond: texts, pendingTextBurst: burst } = limits
    this.messages = new TokenBucket(frames, frames, ticks)
    this.texts = new TokenBucket(texts, burst, ticks)
    this.bytes = new TokenBucket(limits.pendingBytesPerSecond, limits.pendingBytesPerSecond, ticks)
    this.messagesAtMost = new TokenBucket(frames * closeFactor, frames * closeFactor, ticks)
    this.textsAtMost = new TokenBucket(texts * closeFactor, burst * closeFactor, ticks)
    this.#usedTicks = ticks
  }

  /** Recent time spent on this stranger, in ms: the sum is halved each second. */
  usedMs(ticks: number): number {
    this.#usedMs *= 2 ** ((this.#usedTicks - ticks) / 1_000)
    this.#usedTicks = ticks
    return this.#usedMs
  }

  spend(ticks: number, ms: number): void {
    this.#usedMs = this.usedMs(ticks) + ms
  }
}

/** The shared budget of all strangers, as a single stranger's budget uses it. */
export interface StrangerShare {
  /** Counts for the metrics. */
  readonly counters: { dropped: number; closed: number }
  /** The monotonic clock, in ms. */
  ticks(): number
  /** Whether a message of this account may be handled now. */
  hasTurn(account: StrangerAccount, ticks: number): boolean
  /** Counts a read of `bytes` bytes that took `ms`. */
  spent(stranger: StrangerBudget, ms: number, bytes: number): void
  /** Whether a connection that may be paused is paused now; it is read again when its turn comes. */
  mustWait(stranger: StrangerBudget): boolean
  remove(stranger: StrangerBudget): void
}

/** The part of a stranger's socket that its budget uses. */
export interface StrangerConnection {
  /** Whether reading may be stopped for a while: false for a camera (field rule 20). */
  readonly mayWait: boolean
  /** Stops reading until `readOn`. */
  stop(): void
  readOn(): void
  /** Sends Close 4008. */
  close(): void
  /** Ends the socket without a Close. */
  destroy(): void
}

/**
 * The budget of one connection that is not known yet: a pending board, a connection test, a client whose token has not
 * been received. Decides about each read and each frame before its bytes are handled.
 */
export class StrangerBudget {
  readonly account: StrangerAccount
  readonly connection: StrangerConnection
  readonly #all: StrangerShare
  readonly #textBytes: number
  /** Messages dropped since the last call of `takeDropped`. */
  #dropped = 0
  /** Whether the partly received message is dropped; its further frames are then dropped too. */
  #dropping = false
  #isOver = false
  #bytesAfterEnd = 0
  /** When the current read began, and whether its messages may be handled. */
  #beganTicks: number
  #hasTurn = true
  /** The last text looked like frame metadata and was not counted as a text; if it is not, `mayHandleText` decides. */
  isUncounted = false
  /** Whether reading is stopped until this connection's turn comes. */
  isWaiting = false

  constructor(account: StrangerAccount, connection: StrangerConnection, all: StrangerShare, textBytes: number) {
    this.account = account
    this.connection = connection
    this.#all = all
    this.#textBytes = textBytes
    this.#beganTicks = all.ticks()
  }

  /** Called when bytes were read. Returns false if they must not be handled and nothing more is read. */
  begin(bytes: number): boolean {
    this.#beganTicks = this.#all.ticks()
    this.#hasTurn = this.#all.hasTurn(this.account, this.#beganTicks)
    if (!this.#isOver) {
      if (!this.account.bytes.take(this.#beganTicks, bytes)) this.#close()
      return true
    }
    this.#bytesAfterEnd += bytes
    if (this.#bytesAfterEnd <= bytesAfterClose) return true
    this.connection.destroy()
    return false
  }

  /** Called when the bytes were handled. Returns false if nothing is read before `StrangerConnection.readOn`. */
  end(bytes: number): boolean {
    this.#all.spent(this, this.#all.ticks() - this.#beganTicks, bytes)
    return this.#isOver || !this.connection.mayWait || !this.#all.mustWait(this)
  }

  /** Whether a frame's message is received; otherwise its payload, of `length` bytes, is skipped. */
  admits(kind: FrameKind, length: number, isLast: boolean): boolean {
    const admitted = this.#isOver ? false : this.#admits(kind, length, isLast)
    if (kind !== 'control') this.#dropping = !admitted && !isLast
    return admitted
  }

  #admits(kind: FrameKind, length: number, isLast: boolean): boolean {
    // The clock is read once for all frames of a read: there may be ten thousand.
    const ticks = this.#beganTicks
    const { messages, messagesAtMost, texts, textsAtMost } = this.account
    if (!messagesAtMost.take(ticks)) return this.#close()
    // A ping is answered while its rate holds: a pong costs little, and a board that gets none closes its connection.
    if (!messages.take(ticks)) return this.#drop()
    if (kind === 'control') return true
    if (this.#dropping || !this.#hasTurn) return this.#drop()
    if (kind !== 'text' || (isLast && length < metadataBytes)) return true
    // A text that is too large counts as a message here; the receiver reports it.
    if (length > this.#textBytes) return true
    return texts.level(ticks) >= 1 || (textsAtMost.take(ticks) ? this.#drop() : this.#close())
  }

  /** Whether a completely received text may be parsed. */
  mayParse(text: string): boolean {
    if (this.#isOver) return false
    this.isUncounted = text.length < metadataBytes && metadataLook.test(text)
    return this.isUncounted || this.mayHandleText()
  }

  /** Whether a text that is not frame metadata may be handled. */
  mayHandleText(): boolean {
    const ticks = this.#all.ticks()
    if (!this.account.textsAtMost.take(ticks)) return this.#close()
    return this.account.texts.take(ticks) || this.#drop()
  }

  /** Returns how many messages were dropped since the last call. */
  takeDropped(): number {
    const dropped = this.#dropped
    this.#dropped = 0
    return dropped
  }

  /** Called when the device was approved, or the connection ended. */
  leave(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#all.remove(this)
    if (this.isWaiting) this.connection.readOn()
    this.isWaiting = false
  }

  /** Ends the connection because it sends too much. @internal for `StrangerBudgets` */
  close(): void {
    this.#close()
  }

  #drop(): false {
    this.#dropped++
    this.#all.counters.dropped++
    return false
  }

  #close(): false {
    if (this.#isOver) return false
    this.#all.counters.closed++
    this.leave()
    this.connection.close()
    return false
  }
}
