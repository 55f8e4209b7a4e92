import type { Clock } from '../clock.ts'
import type { FaultSink } from '../faults/faults.ts'
import type { Limits } from '../limits.ts'
import { FrameCounters, CameraStream } from './camera-stream.ts'

/** A room for each camera, made when first needed. */
export class CameraStreams {
  readonly #rooms = new Map<string, CameraStream>()
  readonly #clock: Clock
  readonly #limits: Limits
  readonly counters = new FrameCounters()

  readonly #faults: FaultSink

  constructor(clock: Clock, limits: Limits, faults: FaultSink) {
    this.#faults = faults
    this.#clock = clock
    this.#limits = limits
  }

  of(deviceId: string): CameraStream {
    let room = this.#rooms.get(deviceId)
    if (!room) this.#rooms.set(deviceId, (room = new CameraStream(this.counters, () => this.#clock.ticks(), this.#faults)))
    return room
  }

  /** The room, if anything ever happened in it. */
  peek(deviceId: string): CameraStream | undefined {
    return this.#rooms.get(deviceId)
  }

  /** Viewers of all cameras. */
  get viewers(): number {
    let count = 0
    for (const room of this.#rooms.values()) count += room.viewers
    return count
  }

  /** Once a second: sends away who takes nothing any more, or may not watch any more. */
  sweep(): void {
    for (const room of this.#rooms.values()) room.sweep(this.#limits.viewerStalledMs)
  }

  close(deviceId: string): void {
    this.#rooms.get(deviceId)?.close()
    this.#rooms.delete(deviceId)
  }

  closeAll(): void {
    for (const deviceId of [...this.#rooms.keys()]) this.close(deviceId)
  }
}
