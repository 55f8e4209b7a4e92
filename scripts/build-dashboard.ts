/*
 * Builds the dashboard into dist/dashboard if its sources have changed: index.html, assets whose names contain their
 * hash, and for each asset its .br and .gz, so that the gateway never compresses while it serves.
 *   sh bin/with-node scripts/build-dashboard.ts [--force]
 */
import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, gzip, constants as zlib } from 'node:zlib'

const root = dirname(import.meta.dirname)
const target = join(root, 'dist/dashboard')
/** The files that the page is built from. Of the gateway's source a page may import `src/protocol` and `src/texts`. */
export const dashboardSources = [
  'dashboard/**/*',
  'src/{protocol,texts}/**/*.ts',
  'package-lock.json',
  'scripts/build-dashboard.ts',
]

/** A short hash of all sources of the page. */
function sourceHash(): string {
  const hash = createHash('sha256')
  const files = dashboardSources.flatMap(pattern => globSync(pattern, { cwd: root, withFileTypes: true }))
  const paths = files.filter(file => file.isFile()).map(file => join(file.parentPath, file.name))
  for (const path of paths.sort())
    hash
      .update(`${path.slice(root.length)}\0`)
      .update(readFileSync(path))
      .update('\0')
  return hash.digest('base64url').slice(0, 24)
}

async function compress(folder: string): Promise<void> {
  const files = globSync('assets/*.{js,css,svg}', { cwd: folder }).concat('gate.svg')
  await Promise.all(
    files.map(async name => {
      const file = join(folder, name)
      const bytes = readFileSync(file)
      const quality = { params: { [zlib.BROTLI_PARAM_QUALITY]: 11 } }
      writeFileSync(`${file}.br`, await promisify(brotliCompress)(bytes, quality))
      writeFileSync(`${file}.gz`, await promisify(gzip)(bytes, { level: 9 }))
    }),
  )
}

/** Moves the fresh page to its place. Another build may do the same at once; both come from the same sources. */
function moveIn(fresh: string, old: string): void {
  const busy = (error: unknown) =>
    ['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')
  try {
    renameSync(target, old)
  } catch (error) {
    if (!busy(error)) throw error
  }
  try {
    renameSync(fresh, target)
  } catch (error) {
    if (!busy(error)) throw error
  }
}

/** Resolves to the folder of the built page. Builds only if the sources have changed. */
export async function buildDashboard(say: (line: string) => void, force = false): Promise<string> {
  const hash = sourceHash()
  const stamp = join(target, '.built-from')
  if (!force && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return target
  say('Building the dashboard …')
  const { build } = await import('vite')
  // A test runner sets `test`, which would build React's slow development version, and later starts would serve it.
  const before = process.env.NODE_ENV
  process.env.NODE_ENV = 'production'
  const configFile = join(root, 'dashboard/vite.config.ts')
  // The page is built beside its place and then moved, so that a running gateway never serves half a page.
  mkdirSync(dirname(target), { recursive: true })
  const parent = mkdtempSync(join(dirname(target), '.dashboard-'))
  try {
    const fresh = join(parent, 'dashboard')
    await build({ configFile, mode: 'production', logLevel: 'warn', build: { outDir: fresh } })
    await compress(fresh)
    writeFileSync(join(fresh, '.built-from'), hash)
    moveIn(fresh, join(parent, 'old'))
  } finally {
    if (before === undefined) delete process.env.NODE_ENV
    else process.env.NODE_ENV = before
    rmSync(parent, { recursive: true, force: true })
  }
  return target
}

/** The remedy where the page could not be built. */
function remedy(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return `This user may not write in ${root}. As the user who owns it: sh bin/with-node scripts/build-dashboard.ts`
  return 'Install the packages anew, in this folder and without --omit=optional: npm ci'
}

if (import.meta.main) {
  try {
    await buildDashboard(line => console.log(line), process.argv.includes('--force'))
  } catch (error) {
    const [reason] = (error as Error).message.split('\n')
    console.error(`darvaza: the dashboard could not be built: ${reason}\n${remedy(error)}`)
    process.exitCode = 1
  }
}
