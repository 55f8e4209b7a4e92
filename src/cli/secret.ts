import { text } from 'node:stream/consumers'
import { UsageError } from './failure.ts'
import type { Surroundings } from './io.ts'

/**
 * Reads a secret: from the flag; from standard input if the flag is `-`, so that no process list shows the secret; or
 * from the environment. Undefined if none is given.
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
