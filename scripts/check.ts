/* npm run check: types and style, in seconds. npm test does the same first. */
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'

const root = dirname(import.meta.dirname)

/** Runs a tool of node_modules under the Node that runs this script. Returns whether it exited with 0. */
export function tool(file: string, ...args: string[]): boolean {
  const { status } = spawnSync(process.execPath, [join(root, 'node_modules', file), ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  return status === 0
}

/** Checks types and style. Calls `count` with the name and result of each check. */
export function checkTypesAndStyle(count: (name: string, fine: boolean) => void): void {
  const tsc = (project: string): boolean => tool('typescript/bin/tsc', '--noEmit', '-p', project)
  count('types (tsc)', tsc('.'))
  count('types of the dashboard (tsc)', tsc('dashboard'))
  count('types of the browser tests (tsc)', tsc('tests/browser'))
  count('style (biome)', tool('@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'))
}

if (import.meta.main) {
  checkTypesAndStyle((name, fine) => {
    console.log(`${fine ? 'ok' : 'FAILED'}: ${name}`)
    if (!fine) process.exitCode = 1
  })
}
