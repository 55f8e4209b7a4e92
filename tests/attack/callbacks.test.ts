import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseSync } from 'vite'
import { expect, it } from 'vitest'

/*
 * An exception in a callback of a socket, server, timer, worker or child process must be handled. So each callback is a
 * boundary (its code contains one of `boundaryWords`), does one thing that cannot throw (`harmless`), or is listed in
 * `reviewed` with a reason. The core's clock needs no check: it is a boundary itself (`guardedClock`).
 */
const registers = /^(?:on|once|addListener|prependListener|handleUpgrade)$/
const timers = /^(?:setTimeout|setInterval|setImmediate|queueMicrotask)$/
const boundaryWords = /\b(?:atBoundary|#?at|caught|guard)\(/
const harmless =
  /^(?:ignore|reject|resolve|\(\) => \{\}|\(\) => (?:clearTimeout|clearInterval)\(\w+\)|\(\) => \w+\.destroy\(\)|\(\) => \{\s*alive = true\s*\})$/
const settles = 'only settles a promise'
const inHandshake = 'called at once, inside the boundary of the handshake'
const reviewed: Record<string, string> = {
  'src/adapters/clock.ts: setTimeout': 'core’s timers: `guardedClock` stands around it',
  "src/adapters/data-folder/data-folder.ts: socket.once('connect')": settles,
  "src/adapters/data-folder/data-folder.ts: socket.once('error')": settles,
  "src/adapters/people/people-queries.ts: join.onRef('a.userId', '=', 'u.id').onRef('a.accountId', '=', 'u.id').on('a.providerId')":
    'a condition of a query, no listener',
  "src/adapters/log/log.ts: process.on('exit')": 'catches what a write throws',
  'src/adapters/log/output.ts: setTimeout': 'an asynchronous write: its error comes to its callback',
  "src/adapters/people/accounts-worker.ts: port.on('message')":
    'another thread: its end is noticed, and it is restarted',
  "src/adapters/simulation/simulated-boards.ts: child.once('exit')": 'sets a field, or settles a promise',
  "src/adapters/threads/restarting-thread.ts: worker.on('message')": 'settles promises, and writes to the log',
  "src/adapters/threads/restarting-thread.ts: worker.on('messageerror')": 'sets a variable, and ends the thread',
  "src/adapters/threads/restarting-thread.ts: worker.on('error')": 'sets a variable',
  "src/adapters/threads/restarting-thread.ts: worker.on('exit')": 'settles promises, and writes to the log',
  'src/serve/serve.ts: process.on(name)': settles,
  "src/transports/http/resources/mjpeg.ts: response.once('close')": 'deletes from a set',
  "src/transports/tcp/listener.ts: connection.once('close')": 'deletes from a set, and counts',
  "src/transports/tcp/listener.ts: response.once('close')": 'counts',
  "src/transports/tcp/listener.ts: response.once('finish')": 'counts',
  'src/transports/ws/board-socket.ts: setTimeout': 'destroys a socket',
  'src/transports/ws/board-socket.ts: setImmediate': '`readOn` has a boundary',
  'src/transports/ws/dashboard-endpoint.ts: this.#server.handleUpgrade(requestFor(handshake))': inHandshake,
  'src/transports/ws/handshake-queue.ts: setImmediate': 'each handshake has its boundary in `#serveOne`',
  'src/transports/ws/refusal-answer.ts: setTimeout': 'the refuser passes functions with a boundary',
  "src/transports/ws/refusal-answer.ts: socket.once('close')": 'the refuser passes functions with a boundary',
  'src/transports/ws/read-turns.ts: setImmediate': '`takeTurn` has a boundary',
  'src/transports/ws/keep-viewer-alive.ts: setInterval': 'the caller passes a boundary, in which each ping runs',
  "src/transports/ws/keep-viewer-alive.ts: ws.on('pong')": 'sets a variable',
  'src/transports/ws/viewer-endpoint.ts: this.#server.handleUpgrade(requestFor(handshake))': inHandshake,
}

const root = dirname(dirname(import.meta.dirname))
const files = globSync('src/{transports,core,gateway,adapters,serve}/**/*.ts', { cwd: root })
  .filter(file => !/\.(test|fixture|contract)\.ts$/.test(file))
  .sort()

interface Node {
  type: string
  start: number
  end: number
  [field: string]: unknown
}

const isNode = (value: unknown): value is Node => typeof (value as Node | null)?.type === 'string'

function* nodesIn(node: Node): Generator<Node> {
  yield node
  for (const value of Object.values(node))
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) yield* nodesIn(child)
}

/** The registrations in a source whose callback nothing guards, each as the code of the call up to the callback. */
function ownerless(file: string, source: string): string[] {
  const { program } = parseSync(file, source)
  const nodes = [...nodesIn(program as unknown as Node)]
  const code = ({ start, end }: Node) => source.slice(start, end)
  /** The code of the function that a name refers to in this file, or else the name. */
  const bodyOf = (callback: Node): string => {
    const name = callback.type === 'MemberExpression' ? code(callback.property as Node) : code(callback)
    if (!/^#?\w+$/.test(name)) return code(callback)
    const made = nodes.find(
      node =>
        (node.type === 'VariableDeclarator' && isNode(node.id) && node.id.name === name) ||
        (node.type === 'FunctionDeclaration' && isNode(node.id) && node.id.name === name) ||
        (node.type === 'PropertyDefinition' && isNode(node.key) && code(node.key) === name && isNode(node.value)) ||
        (node.type === 'AssignmentExpression' && code(node.left as Node) === `this.${name}`),
    )
    return made ? code(made) : name
  }
  return nodes.flatMap(node => {
    if (node.type !== 'CallExpression') return []
    const callee = node.callee as Node
    const called = callee.type === 'MemberExpression' ? code(callee.property as Node) : code(callee)
    const [first, second] = node.arguments as Node[]
    const isTimer = callee.type === 'Identifier' && timers.test(called)
    const isEvent = callee.type === 'MemberExpression' && registers.test(called) && second !== undefined
    if (!isTimer && !isEvent) return []
    const callback = isTimer ? first! : (node.arguments as Node[]).at(-1)!
    const body = bodyOf(callback)
    if (harmless.test(code(callback)) || boundaryWords.test(body) || /\} catch /.test(body)) return []
    return [`${file}: ${isTimer ? called : `${code(callee)}(${code(first!)})`}`]
  })
}

const found = files.flatMap(file => ownerless(file, readFileSync(join(root, file), 'utf8')))

it('of a socket, timer, worker or child process has an owner for its exceptions', () => {
  expect([...new Set(found)].filter(each => !Object.hasOwn(reviewed, each))).toEqual([])
  expect(Object.keys(reviewed).filter(each => !found.includes(each))).toEqual([])
})

it('is found where it has none', () => {
  const named = 'function onData() { parse() }\nsocket.on("data", onData)'
  expect(ownerless('a.ts', named)).toEqual(['a.ts: socket.on("data")'])
  expect(ownerless('a.ts', 'setTimeout(() => turn(), 5)')).toEqual(['a.ts: setTimeout'])
  expect(ownerless('a.ts', 'setTimeout(() => this.#at(() => turn()), 5)')).toEqual([])
})
