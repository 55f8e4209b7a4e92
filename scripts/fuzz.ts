/*
 * npm run fuzz [-- --seconds N] [--only NAME] [--seed N]: sends damaged input to decoders and routes for N seconds
 * (default 60), in rounds with a new seed each. Prints the smallest input that breaks a property and exits with 1.
 */
import { parseArgs } from 'node:util'
import { openConversations } from '../tests/fuzz/conversations.ts'
import { decoders } from '../tests/fuzz/decoders.ts'
import { openRoutes } from '../tests/fuzz/routes.ts'
import type { FuzzTarget } from '../tests/fuzz/target.ts'

const say = (line: string): void => console.log(line)
/** The time that each target gets in a round, in ms. */
const turnMs = 1_000

function usage(problem: string, targets: readonly FuzzTarget[]): never {
  console.error(`fuzz: ${problem}\n\nnpm run fuzz [-- --seconds N] [--only NAME] [--seed N]\n`)
  console.error(`Names: ${targets.map(({ name }) => name).join(', ')}`)
  process.exit(2)
}

await using routes = await openRoutes()
const all = [...decoders, ...(await openConversations()), ...routes.targets]
const options = { seconds: { type: 'string' }, only: { type: 'string' }, seed: { type: 'string' } } as const
const { values } = (() => {
  try {
    return parseArgs({ options })
  } catch (error) {
    return usage((error as Error).message, all)
  }
})()
for (const flag of ['seconds', 'seed'] as const)
  if (!/^\d{1,10}$/.test(values[flag] ?? '0')) usage(`--${flag} takes a whole number.`, all)
const targets = all.filter(({ name }) => values.only === undefined || name === values.only)
if (targets.length === 0) usage(`nothing is called "${values.only}".`, all)

const deadline = performance.now() + Number(values.seconds ?? 60) * 1_000
let seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31))
let tried = 0
let rounds = 0
say(`fuzz: seed ${seed}: ${targets.map(({ name }) => name).join(', ')}`)
for (; performance.now() < deadline; seed++, rounds++) {
  for (const { name, run } of targets) {
    const withinMs = Math.min(turnMs, deadline - performance.now())
    if (withinMs <= 0) break
    const result = await run({ seed, inputs: 1_000_000, withinMs })
    tried += result.tried
    if (!result.find) continue
    say(`fuzz: FOUND in ${name} with --only ${name} --seed ${seed}, after ${tried} inputs. The smallest input:`)
    say(result.find.input)
    console.error(result.find.error)
    process.exitCode = 1
    break
  }
  if (process.exitCode === 1) break
}
if (process.exitCode !== 1) say(`fuzz: nothing found in ${tried} inputs, ${rounds} rounds; the next seed is ${seed}`)
