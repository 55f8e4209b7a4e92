/** How much of a soak is wanted, as given to `npm run soak`; a soak falls back to its own usual amount. */
export interface SoakOptions {
  /** Repetitions: `--count N`. */
  count: number | undefined
  /** Seconds: `--seconds N`. */
  seconds: number | undefined
  /** 32 bits, for everything that is chosen at random: `--seed N`. It is printed before the run. */
  seed: number
  /** Aborted by Ctrl-C: finish the step at hand, clean up and return. */
  signal: AbortSignal
}

/**
 * A test that is repeated for minutes. `npm run soak` finds it as `tests/soak/NAME.ts`, which exports these three;
 * `npm test` may call the same `run` with a small count.
 */
export interface Soak {
  name: string
  /** One sentence: what is done, and what must hold. */
  summary: string
  /** @throws when something did not hold; the message says what. */
  run(options: SoakOptions, say: (line: string) => void): Promise<void>
}

/** Random numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
