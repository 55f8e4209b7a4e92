import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { sourcesOf } from './support/syntax.ts'

const root = dirname(import.meta.dirname)
const files = globSync(['src/**/*.ts', 'dashboard/src/**/*.{ts,tsx}'], { cwd: root })
  .filter(file => !/\.test\.tsx?$/.test(file))
  .sort()
const read = (file: string): string => readFileSync(join(root, file), 'utf8')

/** Files of the project that `file` imports, including type-only imports. `#name/x.ts` stands for src/name/x.ts. */
function importsOf(file: string): string[] {
  const paths = [...read(file).matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(match => match[1]!)
  return paths
    .filter(path => /^[.#]/.test(path))
    .map(path => (path.startsWith('#') ? path.replace(/^#/, 'src/') : join(dirname(file), path)))
    .filter(path => files.includes(path))
}

const graph = new Map(files.map(file => [file, importsOf(file)]))

/** Groups of files that import each other in a circle: Tarjan's strongly connected components. */
function circles(): string[][] {
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const stack: string[] = []
  const found: string[][] = []
  const visit = (file: string): void => {
    index.set(file, index.size)
    low.set(file, index.get(file)!)
    stack.push(file)
    for (const next of graph.get(file)!) {
      if (!index.has(next)) visit(next)
      else if (!stack.includes(next)) continue
      low.set(file, Math.min(low.get(file)!, low.get(next)!))
    }
    if (low.get(file) !== index.get(file)) return
    const circle = stack.splice(stack.indexOf(file))
    if (circle.length > 1) found.push(circle.sort())
  }
  for (const file of files) if (!index.has(file)) visit(file)
  return found
}

/** Layers of core's folders: each may import from the layers before it. `ground`: files directly in core. */
const coreOrder: readonly (readonly string[])[] = [
  ['ground', 'access', 'faults'],
  ['frames'],
  ['journal'],
  ['people', 'devices', 'settings', 'diagnosis'],
  ['enrolment', 'sessions'],
  ['steering', 'health', 'telemetry'],
  ['dashboard'],
  ['top'],
]
/** Files directly in core that join its folders together; they are the last layer. */
const top = ['core.ts', 'store.ts', 'watched-store.ts']

function floorOf(file: string): { folder: string; floor: number } {
  const [first = '', ...rest] = relative('src/core', file).split('/')
  const folder = rest.length > 0 ? first : top.includes(first) ? 'top' : 'ground'
  return { folder, floor: coreOrder.findIndex(floor => floor.includes(folder)) }
}

describe('the structure', () => {
  it('has no circle of files, type-only imports counted', () => {
    expect(circles()).toEqual([])
  })

  it('keeps the order inside core', () => {
    const inCore = files.filter(file => file.startsWith('src/core/'))
    expect(inCore.filter(file => floorOf(file).floor < 0)).toEqual([])
    const wrong = inCore.flatMap(file =>
      graph
        .get(file)!
        .filter(other => other.startsWith('src/core/'))
        .filter(other => {
          const [from, to] = [floorOf(file), floorOf(other)]
          return to.folder !== from.folder && to.floor >= from.floor && from.floor > 0
        })
        .map(other => `${file} imports ${other}`),
    )
    const climbing = inCore
      .filter(file => floorOf(file).floor === 0)
      .flatMap(file => graph.get(file)!.filter(other => other.startsWith('src/core/') && floorOf(other).floor > 0))
    expect([...wrong, ...climbing]).toEqual([])
  })

  it('keeps the order of the transports: tcp, then ws and the HTTP kernel, then the resources', () => {
    const wrong = (from: string, to: string) =>
      files
        .filter(file => file.startsWith(`src/transports/${from}/`) && file !== 'src/transports/http/app.ts')
        .flatMap(file => graph.get(file)!.filter(other => other.startsWith(`src/transports/${to}/`)))
    const kernel = files
      .filter(file => dirname(file) === 'src/transports/http' && basename(file) !== 'app.ts')
      .flatMap(file => graph.get(file)!.filter(other => other.startsWith('src/transports/http/resources/')))
    expect([...wrong('tcp', 'ws'), ...wrong('tcp', 'http'), ...wrong('ws', 'http'), ...wrong('http', 'ws')]).toEqual([])
    expect(kernel).toEqual([])
  })

  it('declares an exported type in one folder only', () => {
    const folders = Map.groupBy(
      files.flatMap(file =>
        [...read(file).matchAll(/^export (?:abstract )?(?:class|interface|type|enum) (\w+)/gm)].map(match => ({
          name: match[1]!,
          folder: dirname(file),
        })),
      ),
      ({ name }) => name,
    )
    const twice = [...folders].filter(([, places]) => new Set(places.map(({ folder }) => folder)).size > 1)
    expect(twice.map(([name]) => name).filter(name => !inTwoFolders.has(name))).toEqual([])
    expect(inTwoFolders.size).toBeLessThanOrEqual(10)
  })

  it('names no file by a word that a stranger has to look up, and none index', () => {
    const named = files.filter(file => formerNames.has(basename(file).replace(/\.tsx?$/, '')))
    expect(named).toEqual([])
  })

  it('has no file beside a folder of the same name', () => {
    const folders = new Set(files.map(file => dirname(file)))
    expect(files.filter(file => folders.has(file.replace(/\.tsx?$/, '')))).toEqual([])
  })

  it('escapes from the types with `as never` four times at most', () => {
    const escapes = files
      .filter(file => file.startsWith('src/'))
      .flatMap(file => [...read(file).matchAll(/\bas never\b/g)].map(() => file))
    expect(escapes.length, escapes.join(', ')).toBeLessThanOrEqual(4)
  })
})

/** Exported types that two folders define, each with a reason. At most ten. */
const inTwoFolders: ReadonlyMap<string, string> = new Map([])

/** Former file names that meant nothing to new readers; none may be used again. */
const formerNames: ReadonlySet<string> = new Set([
  ...['index', 'attention', 'brake', 'opening', 'farewells', 'wire', 'ear', 'entrance', 'upgrade', 'refuse', 'refuser'],
  ...[
    'evidence',
    'visit',
    'desk',
    'desks',
    'sight',
    'care',
    'care-dialog',
    'house',
    'household',
    'door',
    'doors',
    'lane',
  ],
  ...[
    'line',
    'line-mark',
    'knock',
    'easel',
    'broken',
    'idioms',
    'spelling',
    'spellings',
    'talk',
    'dial',
    'heard',
    'gate',
  ],
  ...['black-boxes', 'box', 'session-house', 'entrance-limits', 'keyring', 'reading', 'turns', 'arch', 'resting'],
  ...['newcomer', 'newcomer-form', 'whereabouts', 'wheel', 'room', 'rooms', 'words', 'reach', 'hang-up-throttle'],
])

describe('the composition root', () => {
  it('is 150 lines at most', () => {
    expect(read('src/gateway/gateway.ts').trimEnd().split('\n').length).toBeLessThanOrEqual(150)
  })

  it.each(sourcesOf('src/gateway/**/*.ts'))('$file has no function of more than 80 lines', ({ text, nodes }) => {
    const functions = nodes.filter(({ type }) =>
      /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(type),
    )
    const lines = functions.map(({ start, end }) => text.slice(start, end).split('\n').length)
    expect(Math.max(0, ...lines)).toBeLessThanOrEqual(80)
  })
})
