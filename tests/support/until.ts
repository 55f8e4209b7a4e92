import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Polls `ask` until it returns something truthy. It is for state that only the API shows; messages that arrive over a
 * socket are awaited there instead.
 */
export async function until<T>(
  what: string,
  ask: () => T | Promise<T>,
  withinMs = 30_000,
): Promise<Exclude<NonNullable<T>, false>> {
  const deadline = performance.now() + withinMs
  let last: T
  do {
    last = await ask()
    if (last) return last as Exclude<NonNullable<T>, false>
    await sleep(20)
  } while (performance.now() < deadline)
  throw new Error(`${what} did not happen within ${withinMs} ms; last: ${JSON.stringify(last)}`)
}
