import { describe, expect, it } from 'vitest'
import { openConversations } from './conversations.ts'
import { decoders } from './decoders.ts'
import { openRoutes } from './routes.ts'

/** The number of damaged inputs, shared among all decoders. `npm run fuzz` tries many more. */
const inputsInAll = 2_000
const seed = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31))

describe(`with FUZZ_SEED=${seed}`, () => {
  it.each(decoders.map(decoder => [decoder.name, decoder] as const))('damaged %s', async (_name, decoder) => {
    const { tried, find } = await decoder.run({ seed, inputs: Math.ceil(inputsInAll / decoders.length) })
    expect(find).toBeUndefined()
    expect(tried).toBeGreaterThan(0)
  })

  it('damaged conversations of boards', async () => {
    for (const conversations of await openConversations())
      expect((await conversations.run({ seed, inputs: 200 })).find).toBeUndefined()
  })

  it('damaged requests to every route, by an owner', async () => {
    await using routes = await openRoutes()
    for (const one of routes.targets) expect((await one.run({ seed, inputs: 200 })).find).toBeUndefined()
  })
})
