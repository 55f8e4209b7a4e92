import { EventEmitter } from 'node:events'
import type { Bus, BusMessages } from '../../core/bus.ts'

/** The bus of a gateway that is one process: everybody hears at once. */
export class InProcessBus implements Bus {
  readonly #emitter = new EventEmitter()

  async publish<Topic extends keyof BusMessages>(topic: Topic, message: BusMessages[Topic]): Promise<void> {
    this.#emitter.emit(topic, message)
  }

  subscribe<Topic extends keyof BusMessages>(
    topic: Topic,
    listener: (message: BusMessages[Topic]) => void,
  ): () => void {
    this.#emitter.on(topic, listener)
    return () => this.#emitter.off(topic, listener)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#emitter.removeAllListeners()
  }
}
