import { openConversations } from '../fuzz/conversations.ts'
import { decoders } from '../fuzz/decoders.ts'
import { openRoutes } from '../fuzz/routes.ts'
import type { SoakOptions } from '../support/soak.ts'

export const name = 'damaged'
export const summary = 'damaged inputs to every decoder, conversation and route: none throws, none is read as another'

/** The default number of inputs. */
const inputs = 100_000
/** The share of inputs for requests, which take a thousand times as long as a decoder. */
const slowShare = 0.05

export async function run(
  { count = inputs, seconds, seed, signal }: SoakOptions,
  say: (line: string) => void,
): Promise<void> {
  await using routes = await openRoutes()
  const slow = [...(await openConversations()), ...routes.targets]
  const slowInputs = Math.ceil((count * slowShare) / slow.length)
  const fastInputs = Math.ceil((count - slowInputs * slow.length) / decoders.length)
  const turns = [
    ...decoders.map(target => ({ target, inputs: fastInputs })),
    ...slow.map(target => ({ target, inputs: slowInputs })),
  ]
  const turnMs = seconds === undefined ? {} : { withinMs: (seconds * 1_000) / turns.length }
  let all = 0
  for (const { target, inputs: most } of turns) {
    if (signal.aborted) return
    const { tried, find } = await target.run({ seed, inputs: most, ...turnMs })
    if (find) throw new Error(`${target.name} with this input: ${find.input}`, { cause: find.error })
    all += tried
    say(`${target.name}: ${tried} inputs`)
  }
  say(`${all} damaged inputs in all`)
}
