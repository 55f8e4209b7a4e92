/*
 * npm run lockfile: takes out of package-lock.json what npm would judge by the machine's own Node, which runs none of these
 * packages: `engines` (an optional package that does not fit is silently left out, the native part of the build tool
 * among them; any other is warned about) and `hasInstallScript` (the one script, of bufferutil, only looks for what is
 * in the package already). To be run after every change of the dependencies: docs/decisions/0001-runtime.md.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const file = join(dirname(import.meta.dirname), 'package-lock.json')

/** The text of a lockfile without what depends on the machine's own Node. The root's `engines` stay. */
export function withoutHostChecks(text: string): string {
  const lock = JSON.parse(text) as { packages: Record<string, { engines?: unknown; hasInstallScript?: unknown }> }
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (path === '') continue
    delete entry.engines
    delete entry.hasInstallScript
  }
  return `${JSON.stringify(lock, null, 2)}\n`
}

if (import.meta.main) writeFileSync(file, withoutHostChecks(readFileSync(file, 'utf8')))
