import { expect, it } from 'vitest'
import { run } from '../soak/kill-writes.ts'

/** Fewer kills than the 200 of `npm run soak -- kill-writes`. */
const kills = 10

it('loses nothing that was acknowledged, and needs no repair, however often it is killed while it writes', async () => {
  const seed = Math.floor(Math.random() * 2 ** 32)
  const lines: string[] = []
  const { signal } = new AbortController()
  try {
    await run({ count: kills, seconds: undefined, seed, signal }, line => lines.push(line))
  } catch (error) {
    throw new Error(`with seed ${seed}: ${(error as Error).message}`, { cause: error })
  }
  expect(lines.at(-1)).toMatch(/^10 kills in all: [1-9]\d* readings/)
}, 240_000)
