/** The options given to `npm run soak`. Without an amount, a soak uses its own default. */
export interface SoakOptions {
  /** Repetitions: `--count N`. */
  count: number | undefined
  /** Seconds: `--seconds N`. */
  seconds: number | undefined
  /** The 32-bit seed of all random choices: `--seed N`. It is printed before the run. */
  seed: number
  /** Ctrl-C aborts this signal: the soak then finishes its current step, cleans up and returns. */
  signal: AbortSignal
}

/**
 * A test that is repeated for minutes. `npm run soak` finds it as `tests/soak/NAME.ts`, which exports these three;
 * `npm test` may call the same `run` with a small count.
 */
export interface Soak {
  name: string
  /** One sentence that says what the soak does and what must hold. */
  summary: string
  /** @throws an error that names the property that did not hold. */
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
