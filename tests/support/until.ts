import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Asks again and again until `ask` gives something truthy, for what cannot be awaited: a state behind the API. Whatever
 * comes over a socket is awaited there.
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
