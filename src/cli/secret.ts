import { text } from 'node:stream/consumers'
import { UsageError } from './failure.ts'
import type { Surroundings } from './io.ts'

/**
 * A secret as it was given: as a flag, from standard input for `-`, so that it shows in no process list, or from the
 * environment. Undefined where there is none.
 */
export async function secretFrom(
  flag: string,
  typed: string | undefined,
  variable: string,
  { env, stdin }: Pick<Surroundings, 'env' | 'stdin'>,
): Promise<string | undefined> {
  if (typed !== '-') return (typed ?? env[variable])?.trim() || undefined
  const piped = (await text(stdin)).trim()
  if (!piped) throw new UsageError(`${flag} - reads from standard input, which was empty.`)
  return piped
}
