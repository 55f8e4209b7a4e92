import { useSyncExternalStore } from 'react'

/** An observable value. Data of the live socket is kept in signals, outside of React. */
export class Signal<T> {
  #value: T
  readonly #listeners = new Set<() => void>()

  constructor(value: T) {
    this.#value = value
  }

  get value(): T {
    return this.#value
  }

  set(value: T): void {
    if (Object.is(value, this.#value)) return
    this.#value = value
    for (const listener of [...this.#listeners]) listener()
  }

  readonly get = (): T => this.#value

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}

export const useSignal = <T>(signal: Signal<T>): T => useSyncExternalStore(signal.subscribe, signal.get)

/** Reads a part of a signal: the component is drawn again only when the part changes. `select` returns a primitive. */
export const useSelected = <T, P extends string | number | boolean | undefined>(
  signal: Signal<T>,
  select: (value: T) => P,
): P => useSyncExternalStore(signal.subscribe, () => select(signal.value))
