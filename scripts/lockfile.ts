/*
 * npm run lockfile: removes from package-lock.json what npm would check against the machine's own Node, although that
 * Node runs none of these packages. `engines`: npm silently skips optional packages that do not fit, such as the native
 * part of the build tool, and warns about others. `hasInstallScript`: the only script, of bufferutil, just looks for a
 * file that the package already contains. Run this after every change of the dependencies:
 * docs/decisions/0001-runtime.md.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const file = join(dirname(import.meta.dirname), 'package-lock.json')

/** The text of a lockfile without the fields that depend on the machine's own Node. The root's `engines` stay. */
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
