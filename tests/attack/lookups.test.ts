import { expect, it } from 'vitest'
import { isNode, type Node, type Source, sourcesOf } from '../support/syntax.ts'

/*
 * An object that is used as a map also has the names that every object inherits: `constructor`, `__proto__`. So no
 * string may index an object that is typed as a map of strings, and no cast may turn a string into a key, except in the
 * places listed here with a reason. All other code uses `lookup()`, `Object.hasOwn` or a Map.
 */
const ownNames = 'the names are constants of this file'
const ownKeys = 'the keys are those that the object itself lists'
const nullPrototype = 'the headers have no prototype: `firstHeaders` makes them so'
const checked = 'asked with Object.hasOwn or a pattern before'
const allowed: Record<string, string> = {
  'dashboard/src/pages/journal/journal.tsx: spanMs[span]': 'the choices of a menu of this page',
  'src/adapters/log/safe-line.ts: (value as Record<string, unknown>)[key]': ownKeys,
  'src/cli/check/check-service.ts: body[list]': ownNames,
  'src/cli/secret.ts: env[variable]': ownNames,
  'src/cli/text/time.ts: units[unit as keyof typeof units]': checked,
  'src/config.ts: env[variable]': ownNames,
  'src/config.ts: flagOf[name as keyof typeof flagOf]': checked,
  'src/config.ts: limits[name as keyof Limits]': checked,
  'src/core/dashboard/page-session.ts: index[device.id]': 'ids are made by the gateway',
  'src/core/devices/device-registry.ts: change[field as keyof typeof change]': ownKeys,
  'src/core/devices/device-registry.ts: fields[field]': 'typed: the fields of a device',
  'src/core/diagnosis/fill-placeholders.ts: values[name]': checked,
  'src/core/journal/row-bytes.ts: (value as Record<string, unknown>)[name]': ownKeys,
  'src/errors/errors.ts: message[language]': 'typed: one of two languages',
  'src/texts/format.ts: numbers[digits]': 'a list, by a number',
  'src/texts/fold.ts: written[letter]': checked,
  'src/texts/journal-sentence.ts: found[step]': checked,
  'src/texts/journal-sentence.ts: facts[name]': checked,
  'src/texts/journal-sentence.ts: data[name]': ownNames,
  'src/simulator/esp32cam-board.ts: command[action]': ownNames,
  'src/simulator/picture/font.ts: columns[known]': checked,
  'src/simulator/refused.ts: (value as Record<string, unknown>)[key]': ownNames,
  'src/transports/http/resources/accounts.ts: incoming.headers[name]': ownNames,
  'src/transports/http/prometheus.ts: counts[labelOf(item)]': 'kinds and states are enumerations of the gateway',
  'src/transports/http/resources/refusals.ts: data?.[key]': ownNames,
  'src/transports/tcp/client-address.ts: headers[name]': nullPrototype,
  'src/transports/tcp/handshake-headers.ts: headers[name]': nullPrototype,
  'src/transports/ws/handshake-request.ts: headers[name]': nullPrototype,
  'src/transports/ws/handshake-request.ts: handshake.headers[deviceTypeHeader]': nullPrototype,
  'src/cli/verbs/snapshot.ts: headers[receivedAtHeader.toLowerCase()]': 'by one fixed name',
}

const sources = sourcesOf('src/**/*.ts', 'dashboard/src/**/*.{ts,tsx}')

/** The names of all types that are maps of strings, in all files. */
const mapTypes = new Set<string>()

function isMapType(type: unknown): boolean {
  if (!isNode(type)) return false
  if (type.type === 'TSTypeAnnotation') return isMapType(type.typeAnnotation)
  if (type.type === 'TSUnionType') return (type.types as unknown[]).some(isMapType)
  if (type.type === 'TSTypeLiteral') return (type.members as Node[]).some(each => each.type === 'TSIndexSignature')
  if (type.type !== 'TSTypeReference') return false
  const name = (type.typeName as Node).name as string
  const parameters = ((type.typeArguments as Node | null)?.params ?? []) as Node[]
  if (name === 'Record') return parameters[0]?.type === 'TSStringKeyword'
  return name === 'Readonly' || name === 'Partial' ? isMapType(parameters[0]) : mapTypes.has(name)
}

for (const { nodes } of [...sources, ...sources])
  for (const node of nodes) {
    const name = (node.id as Node | null)?.name as string
    if (node.type === 'TSTypeAliasDeclaration' && isMapType(node.typeAnnotation)) mapTypes.add(name)
    const members = (node.type === 'TSInterfaceDeclaration' ? (node.body as Node).body : []) as Node[]
    if (members.some(member => member.type === 'TSIndexSignature')) mapTypes.add(name)
  }

/** The names of all fields that are maps of strings, in all files. */
const mapFields = new Set<unknown>()
for (const { nodes } of sources)
  for (const { type, key, typeAnnotation } of nodes)
    if ((type === 'TSPropertySignature' || type === 'PropertyDefinition') && isMapType(typeAnnotation))
      mapFields.add((key as Node).name)

function wordsThatIndex({ text, nodes }: Source): string[] {
  const names = new Set<unknown>(mapFields)
  for (const { type, name, id, init, typeAnnotation } of nodes) {
    if (type === 'Identifier' && isMapType(typeAnnotation)) names.add(name)
    if (type === 'VariableDeclarator' && isNode(init) && isMapMade(init)) names.add((id as Node).name)
  }
  const isMap = (node: Node): boolean => {
    if (node.type === 'Identifier') return names.has(node.name)
    if (node.type === 'MemberExpression') return node.computed !== true && mapFields.has((node.property as Node).name)
    if (node.type === 'TSNonNullExpression' || node.type === 'ParenthesizedExpression')
      return isMap(node.expression as Node)
    return isMapMade(node)
  }
  return nodes.filter(node => isWordIndex(node, isMap)).map(({ start, end }) => text.slice(start, end))
}

function isMapMade(node: Node): boolean {
  if (node.type === 'TSAsExpression') return isMapType(node.typeAnnotation)
  const { object, property } = ((node.type === 'CallExpression' && node.callee) || {}) as Record<
    string,
    Node | undefined
  >
  return object?.name === 'Object' && property?.name === 'fromEntries'
}

function isWordIndex(node: Node, isMap: (node: Node) => boolean): boolean {
  if (node.type === 'BinaryExpression') return node.operator === 'in' && (node.left as Node).type !== 'Literal'
  if (node.type !== 'MemberExpression' || node.computed !== true) return false
  const index = node.property as Node
  if (index.type === 'Literal') return false
  return index.type === 'TSAsExpression' || isMap(node.object as Node)
}

it('is what no foreign word does: to index a plain object', () => {
  const found = sources.flatMap(source =>
    source.file === 'src/protocol/lookup.ts' ? [] : wordsThatIndex(source).map(code => `${source.file}: ${code}`),
  )
  expect(found.filter(each => !Object.hasOwn(allowed, each))).toEqual([])
  expect(Object.keys(allowed).filter(each => !found.includes(each))).toEqual([])
})
