import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseSync } from 'vite'

/** A node of a syntax tree (ESTree with TypeScript's node types), with its position in the text. */
export interface Node {
  type: string
  start: number
  end: number
  [field: string]: unknown
}

export interface Source {
  /** The file's path from the root of the repository. */
  file: string
  text: string
  /** All nodes of the file, each before the nodes inside it. */
  nodes: Node[]
}

export const isNode = (value: unknown): value is Node => typeof (value as Node | null)?.type === 'string'

function* nodesIn(node: Node): Generator<Node> {
  yield node
  for (const value of Object.values(node))
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) yield* nodesIn(child)
}

/** Parses the product's files that match a pattern, except tests. @throws Error for a file that cannot be parsed */
export function sourcesOf(...patterns: string[]): Source[] {
  const root = dirname(dirname(import.meta.dirname))
  const files = globSync(patterns, { cwd: root }).filter(file => !/\.(test|fixture)\.ts$/.test(file))
  return files.sort().map(file => {
    const text = readFileSync(join(root, file), 'utf8')
    const { program, errors } = parseSync(file, text)
    if (errors.length > 0) throw new Error(`${file}: ${errors[0]!.message}`)
    return { file, text, nodes: [...nodesIn(program as unknown as Node)] }
  })
}
