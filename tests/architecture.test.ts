import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { dashboardSources } from '../scripts/build-dashboard.ts'

const root = dirname(import.meta.dirname)

/**
 * protocol ← texts ← errors ← core ← adapters, transports, simulator, cli ← gateway ← main. A folder of src may import
 * from itself and from the folders listed for it. Adapters and transports never import from each other.
 */
const mayImport: Record<string, readonly string[]> = {
  protocol: [],
  texts: ['protocol'],
  errors: ['protocol', 'texts'],
  core: ['protocol', 'texts', 'errors'],
  config: ['protocol', 'core', 'errors'],
  'control-socket': [],
  adapters: ['protocol', 'texts', 'errors', 'core', 'config', 'control-socket'],
  transports: ['protocol', 'texts', 'errors', 'core', 'config'],
  simulator: ['protocol', 'errors'],
  cli: ['protocol', 'texts', 'errors', 'core', 'simulator', 'control-socket'],
  gateway: ['protocol', 'texts', 'errors', 'core', 'config', 'control-socket', 'adapters', 'transports'],
  serve: ['protocol', 'config', 'control-socket', 'gateway', 'adapters'],
  main: ['serve', 'cli'],
}

const files = globSync('src/**/*.ts', { cwd: root }).filter(file => !file.endsWith('.test.ts'))
const folderOf = (file: string): string => relative('src', file).split('/')[0]!.replace(/\.ts$/, '')

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8')
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(match => match[1]!)
}

/** The file that `file` imports by `path`, from the root of the repository. `#protocol/*` stands for src/protocol. */
const targetOf = (file: string, path: string): string =>
  path.startsWith('#') ? path.replace(/^#/, 'src/') : join(dirname(file), path)

describe('the folders of the program', () => {
  it('each have a rule here, and each rule has a folder', () => {
    expect(new Set(files.map(folderOf))).toEqual(new Set(Object.keys(mayImport)))
  })

  it.each(files)('%s imports only from folders below its own', file => {
    const folder = folderOf(file)
    const wrong = importsOf(file)
      .filter(path => /^[.#]/.test(path))
      .map(path => folderOf(targetOf(file, path)))
      .filter(other => other !== folder && !mayImport[folder]!.includes(other))
    expect(wrong).toEqual([])
  })

  it('imports the protocol and the texts by their names, #protocol and #texts', () => {
    const everywhere = globSync('{src,tests,scripts,bench}/**/*.ts', { cwd: root })
    const byPath = everywhere.flatMap(file =>
      importsOf(file)
        .filter(path => path.startsWith('../') && /^src\/(protocol|texts)\//.test(targetOf(file, path)))
        .filter(path => !file.startsWith(targetOf(file, path).split('/').slice(0, 2).join('/')))
        .map(path => `${file}: ${path}`),
    )
    expect(byPath).toEqual([])
  })

  it.each(globSync('dashboard/src/**/*.{ts,tsx}', { cwd: root }))(
    '%s imports from src only #protocol and #texts',
    file => {
      const wrong = importsOf(file).filter(path =>
        path.startsWith('#')
          ? !/^#(protocol|texts)\//.test(path)
          : path.startsWith('.') && /^src\//.test(targetOf(file, path)),
      )
      expect(wrong).toEqual([])
    },
  )

  it('keeps the schema library out of the dashboard', () => {
    const valuesFrom = (file: string): string[] =>
      [...readFileSync(join(root, file), 'utf8').matchAll(/^(?:import|export)(?! type)[^']*?from '([^']+)'/gm)]
        .map(match => match[1]!)
        .map(path => (/^[.#]/.test(path) ? targetOf(file, path) : path))
    const reached = new Set(globSync('dashboard/src/**/*.{ts,tsx}', { cwd: root }))
    for (const file of reached) if (/\.tsx?$/.test(file)) for (const path of valuesFrom(file)) reached.add(path)
    expect(reached).toContain('src/protocol/vocabulary.ts')
    expect(reached).not.toContain('zod')
    // A source file that is missing here would not cause a new build of the page when it changes.
    const built = new Set(globSync(dashboardSources, { cwd: root }))
    expect([...reached].filter(file => file.startsWith('src/') && !built.has(file))).toEqual([])
  })

  it.each(files.filter(file => /^src\/(core|protocol|texts|errors)/.test(file)))(
    '%s does no input or output of its own',
    file => {
      const text = readFileSync(join(root, file), 'utf8')
      expect(importsOf(file).filter(path => path.startsWith('node:') && !['node:crypto'].includes(path))).toEqual([])
      expect(text).not.toMatch(/\b(setTimeout|setInterval|setImmediate|Date\.now|performance\.now|process\.)/)
    },
  )

  it('keeps every file under 400 lines', () => {
    const long = files.filter(file => readFileSync(join(root, file), 'utf8').split('\n').length > 400)
    expect(long).toEqual([])
  })

  it('declares no exported type name in two folders', () => {
    const folders = new Map<string, Set<string>>()
    for (const file of [...files, ...globSync('dashboard/src/**/*.{ts,tsx}', { cwd: root })])
      for (const [, name] of readFileSync(join(root, file), 'utf8').matchAll(
        /^export (?:abstract )?(?:class|interface|type) (\w+)/gm,
      ))
        folders.set(name!, (folders.get(name!) ?? new Set()).add(dirname(file)))
    expect(folders.size).toBeGreaterThan(100)
    expect([...folders].filter(([, where]) => where.size > 1).map(([name, where]) => [name, ...where])).toEqual([])
  })

  it('casts away a type in at most four places', () => {
    const casts = files.flatMap(file => readFileSync(join(root, file), 'utf8').match(/[\w)\]}] as never\b/g) ?? [])
    expect(casts.length).toBeLessThanOrEqual(4)
  })

  it('never reads the environment outside the configuration and the command line', () => {
    const readers = files.filter(file => /process\.env/.test(readFileSync(join(root, file), 'utf8')))
    expect(readers.filter(file => !/^src\/(serve|cli\/|adapters\/log\/)/.test(file))).toEqual([])
  })
})

describe('the dashboard and the command line', () => {
  const valueImports = (file: string): string[] => {
    const text = readFileSync(join(root, file), 'utf8')
    return [...text.matchAll(/^(?:import|export)\s+(?!type\b)(?:[^'\n]|\n(?!import|export))*?from '([^']+)'/gm)].map(
      match => match[1]!,
    )
  }
  const protocolFile = (path: string, from: string): string | undefined => {
    const file = path.replace(/^#protocol\//, 'src/protocol/')
    const whole = file.startsWith('.') ? relative(root, join(root, dirname(from), file)) : file
    return whole.startsWith('src/protocol/') ? whole : undefined
  }
  const hasZod = (file: string): boolean =>
    valueImports(file).some(path => {
      const next = protocolFile(path, file)
      return path === 'zod' || (next !== undefined && hasZod(next))
    })
  const clients = globSync(['dashboard/src/**/*.{ts,tsx}', 'src/cli/**/*.ts'], { cwd: root })

  it('import values from files of the protocol without zod only', () => {
    const loaded = clients
      .filter(file => !file.endsWith('.test.ts'))
      .flatMap(file => valueImports(file).map(path => [file, protocolFile(path, file)] as const))
      .filter((pair): pair is [string, string] => pair[1] !== undefined)
    expect(new Set(loaded.map(([, file]) => file)).size).toBeGreaterThan(3)
    expect(loaded.filter(([, file]) => hasZod(file))).toEqual([])
  })
})
