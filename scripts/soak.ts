/*
 * npm run soak -- NAME [--seconds N | --count N] [--seed N]: runs one long test of tests/soak/, and exits with 1 if it
 * fails. Without a name it lists all soaks and exits with 2. Ctrl-C ends it after the current step; a second Ctrl-C
 * ends it at once.
 */
import { readdirSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Soak } from '../tests/support/soak.ts'

const say = (line: string): void => console.log(line)
const folder = new URL('../tests/soak/', import.meta.url)

async function allSoaks(): Promise<Soak[]> {
  const files = readdirSync(folder).filter(file => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  return Promise.all(files.toSorted().map(async file => (await import(new URL(file, folder).href)) as Soak))
}

function usage(problem: string, soaks: readonly Soak[]): never {
  console.error(`soak: ${problem}\n\nnpm run soak -- NAME [--seconds N | --count N] [--seed N]\n`)
  for (const { name, summary } of soaks) console.error(`  ${name.padEnd(16)} ${summary}`)
  process.exit(2)
}

/** Reads the whole number given to a flag. */
function amount(flag: string, text: string | undefined, soaks: readonly Soak[]): number | undefined {
  if (text === undefined) return undefined
  if (!/^\d{1,10}$/.test(text)) usage(`--${flag} takes a whole number, not "${text}".`, soaks)
  return Number(text)
}

const soaks = await allSoaks()
const options = { count: { type: 'string' }, seconds: { type: 'string' }, seed: { type: 'string' } } as const
const { values, positionals } = (() => {
  try {
    return parseArgs({ allowPositionals: true, options })
  } catch (error) {
    return usage((error as Error).message, soaks)
  }
})()
if (positionals.length !== 1) usage('give the name of one soak.', soaks)
const soak = soaks.find(({ name }) => name === positionals[0])
if (!soak) usage(`no soak is called "${positionals[0]}".`, soaks)

const interrupted = new AbortController()
process.on('SIGINT', () => {
  if (interrupted.signal.aborted) process.exit(130)
  say('soak: ends after this step; Ctrl-C again ends it at once')
  interrupted.abort()
})

const seed = amount('seed', values.seed, soaks) ?? Math.floor(Math.random() * 2 ** 32)
say(`soak: ${soak.name}: ${soak.summary}`)
say(`soak: seed ${seed}`)
const started = performance.now()
try {
  await soak.run(
    {
      count: amount('count', values.count, soaks),
      seconds: amount('seconds', values.seconds, soaks),
      seed,
      signal: interrupted.signal,
    },
    say,
  )
  const word = interrupted.signal.aborted ? 'interrupted' : 'held'
  say(`soak: ${soak.name} ${word} after ${Math.round((performance.now() - started) / 1000)} s`)
  process.exit(interrupted.signal.aborted ? 130 : 0)
} catch (error) {
  console.error(`soak: ${soak.name} FAILED with seed ${seed}:`, error)
  process.exit(1)
}
