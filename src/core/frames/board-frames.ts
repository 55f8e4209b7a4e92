import type { Clock } from '../clock.ts'
import type { CameraStreams } from './camera-streams.ts'
import { Frame } from './frame.ts'
import type { Previews } from './previews.ts'

/** Receives the pictures of boards, for the viewers of an approved camera or as the preview of a pending one. */
export class BoardFrames {
  readonly #clock: Clock
  readonly #streams: CameraStreams
  readonly #previews: Previews

  constructor(clock: Clock, streams: CameraStreams, previews: Previews) {
    this.#clock = clock
    this.#streams = streams
    this.#previews = previews
  }

  /** Receives a picture of an approved camera. `receivedTicks`: on the monotonic clock. */
  publish(deviceId: string, jpeg: Buffer, receivedTicks: number): void {
    this.#streams.of(deviceId).publish(new Frame(jpeg, this.#clock.now(), receivedTicks))
  }

  /** Receives a picture of a pending camera. */
  preview(deviceId: string, jpeg: Buffer): void {
    this.#previews.offer(deviceId, jpeg)
  }

  /** Counts a binary message that is not a JPEG. */
  countNotJpeg(): void {
    this.#streams.counters.notJpeg++
  }

  /** The number of viewers of a camera. */
  viewersOf(deviceId: string): number {
    return this.#streams.peek(deviceId)?.viewers ?? 0
  }
}
