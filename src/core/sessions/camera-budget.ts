import { TokenBucket } from '../token-bucket.ts'
import type { FrameKind } from './stranger-budget.ts'

/** A smaller binary message is no picture: it costs as much as a text. */
const pictureBytes = 1_024
/** After so many frames in one read, whoever else has sent something is read first. */
const framesPerRead = 256

/**
 * What an approved camera may send beside its pictures while it sends a lot. It cannot be made to wait, as a board that is
 * no camera can (field rule 20), so that its surplus is dropped before it is looked at, and counted.
 */
export class CameraBudget {
  readonly #messages: TokenBucket
  #ticks: number
  #dropped = 0
  #droppedBefore = 0
  #frames = 0

  /** `perSecond`: messages, of which as many may come at once. */
  constructor(perSecond: number, ticks: number) {
    this.#messages = new TokenBucket(perSecond, perSecond, ticks)
    this.#ticks = ticks
  }

  /** Bytes were read, and are about to be looked at. */
  begin(ticks: number): void {
    this.#ticks = ticks
    this.#frames = 0
    this.#droppedBefore = this.#dropped
  }

  /** Whether a frame's message is received. Of a message whose beginning was dropped, the rest is skipped in any case. */
  admits(kind: FrameKind, length: number): boolean {
    this.#frames++
    if (kind === 'continuation' || (kind === 'binary' && length >= pictureBytes)) return true
    if (this.#messages.take(this.#ticks)) return true
    this.#dropped++
    return false
  }

  /** Whether something of this read was dropped. */
  get hasDropped(): boolean {
    return this.#dropped > this.#droppedBefore
  }

  /** Whether this read cost more than a picture's part does. */
  get isLoud(): boolean {
    return this.#frames > framesPerRead || this.hasDropped
  }

  /** Messages dropped since the last call. */
  takeDropped(): number {
    const dropped = this.#dropped
    this.#dropped = 0
    this.#droppedBefore = 0
    return dropped
  }
}
