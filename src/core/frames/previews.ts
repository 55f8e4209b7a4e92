import type { Clock } from '../clock.ts'
import type { Limits } from '../limits.ts'
import { Frame } from './frame.ts'

/** One small picture of each pending camera, for owners only. All together are limited in bytes. */
export class Previews {
  readonly #frames = new Map<string, Frame>()
  readonly #clock: Clock
  readonly #limits: Limits
  #bytes = 0

  constructor(clock: Clock, limits: Limits) {
    this.#clock = clock
    this.#limits = limits
  }

  get(deviceId: string): Frame | undefined {
    return this.#frames.get(deviceId)
  }

  /** Keeps at most one picture of each camera every 5 s; when all together are too large, drops the oldest. */
  offer(deviceId: string, jpeg: Buffer): void {
    const ticks = this.#clock.ticks()
    const before = this.#frames.get(deviceId)
    if (jpeg.length > this.#limits.previewBytes) return
    if (before && ticks - before.receivedTicks < this.#limits.previewEveryMs) return
    this.forget(deviceId)
    // The picture is copied, because the bytes of a message may be a slice of a much larger buffer.
    this.#frames.set(deviceId, new Frame(Buffer.from(jpeg), this.#clock.now(), ticks))
    this.#bytes += jpeg.length
    while (this.#bytes > this.#limits.previewBytesInAll) this.forget(this.#frames.keys().next().value!)
  }

  forget(deviceId: string): void {
    const frame = this.#frames.get(deviceId)
    if (!frame) return
    this.#bytes -= frame.jpeg.length
    this.#frames.delete(deviceId)
  }
}
