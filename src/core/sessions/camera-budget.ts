import { TokenBucket } from '../token-bucket.ts'
import type { FrameKind } from './stranger-budget.ts'

/** A smaller binary message is not a picture, and counts as much as a text message. */
const pictureBytes = 1_024
/** After this many frames in one read, the other connections are read first. */
const framesPerRead = 256

/**
 * Limits the messages of an approved camera other than pictures. Reading from a camera never stops, unlike reading from
 * other boards (field rule 20), so surplus messages are dropped before they are handled, and counted.
 */
export class CameraBudget {
  readonly #messages: TokenBucket
  #ticks: number
  #dropped = 0
  #droppedBefore = 0
  #frames = 0

  /** `perSecond`: the messages allowed per second, and also in one burst. */
  constructor(perSecond: number, ticks: number) {
    this.#messages = new TokenBucket(perSecond, perSecond, ticks)
    this.#ticks = ticks
  }

  /** Called when a read begins. */
  begin(ticks: number): void {
    this.#ticks = ticks
    this.#frames = 0
    this.#droppedBefore = this.#dropped
  }

  /** Whether a frame's message is received. The receiver itself skips the rest of a message whose start was dropped. */
  admits(kind: FrameKind, length: number): boolean {
    this.#frames++
    if (kind === 'continuation' || (kind === 'binary' && length >= pictureBytes)) return true
    if (this.#messages.take(this.#ticks)) return true
    this.#dropped++
    return false
  }

  /** Whether a message of this read was dropped. */
  get hasDropped(): boolean {
    return this.#dropped > this.#droppedBefore
  }

  /** Whether this read cost more than reading part of a picture. */
  get isLoud(): boolean {
    return this.#frames > framesPerRead || this.hasDropped
  }

  /** Returns how many messages were dropped since the last call. */
  takeDropped(): number {
    const dropped = this.#dropped
    this.#dropped = 0
    this.#droppedBefore = 0
    return dropped
  }
}
