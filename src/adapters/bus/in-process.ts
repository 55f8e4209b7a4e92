import { EventEmitter } from 'node:events'
import type { Bus, BusMessages } from '../../core/bus.ts'
import type { FaultSink } from '../../core/faults/faults.ts'
import { atBoundary } from '../../core/faults/faults.ts'

/** The bus of a gateway that is one process: all listeners receive a message at once. */
export class InProcessBus implements Bus {
  readonly #emitter = new EventEmitter()
  readonly #faults: FaultSink

  /** `faults` receives an exception in a listener; the other listeners receive the message all the same. */
  constructor(faults: FaultSink) {
    this.#faults = faults
  }

  async publish<Topic extends keyof BusMessages>(topic: Topic, message: BusMessages[Topic]): Promise<void> {
    this.#emitter.emit(topic, message)
  }

  subscribe<Topic extends keyof BusMessages>(
    topic: Topic,
    listener: (message: BusMessages[Topic]) => void,
  ): () => void {
    const deliver = (message: BusMessages[Topic]) => atBoundary(this.#faults, 'bus', () => listener(message))
    this.#emitter.on(topic, deliver)
    return () => this.#emitter.off(topic, deliver)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#emitter.removeAllListeners()
  }
}
