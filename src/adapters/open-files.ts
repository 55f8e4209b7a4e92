import { readFileSync } from 'node:fs'

/**
 * The fewest file descriptors to run with: an idle gateway has 45 open, 65 with every thread it starts later, and a
 * board needs one.
 */
const fewest = 128

/** @throws Error when this process may open too few files to run */
export function checkOpenFiles(limit = openFilesLimit()): void {
  if (limit !== undefined && limit < fewest)
    throw new Error(
      `This process may open ${limit} files and needs ${fewest} at least. Raise the limit: ulimit -n 65536, or LimitNOFILE=65536 in its unit.`,
    )
}

/**
 * How many file descriptors this process may have. Node raises the soft limit to the hard one when it starts.
 * Undefined where there is no limit, or where reading it from the system takes a search (macOS).
 */
export function openFilesLimit(): number | undefined {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? []
    return soft === undefined ? undefined : Number(soft)
  } catch {
    return undefined
  }
}
