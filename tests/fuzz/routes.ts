import { Agent, request } from 'node:http'
import { text as textOf } from 'node:stream/consumers'
import fc from 'fast-check'
import { type RouteName, routeNames, routes } from '../../src/transports/access-table.ts'
import { openApiDocument } from '../../src/transports/http/app.ts'
import { firstOwner } from '../people/person-client.ts'
import { startGateway } from '../support/gateway.ts'
import { damagedText, type FuzzTarget, target } from './target.ts'

/** The part of JSON Schema that the OpenAPI document uses. */
interface Schema {
  type?: string | string[]
  enum?: unknown[]
  properties?: Record<string, Schema>
  items?: Schema
  format?: string
  minimum?: number
  maximum?: number
  $ref?: string
}

interface Operation {
  parameters?: { name: string; in: string; schema?: Schema }[]
  requestBody?: { content: { 'application/json': { schema: Schema } } }
}

interface Asked {
  name: RouteName
  path: string
  headers: Record<string, string>
  body: string | undefined
}

/** Routes left out: they stream without end, copy all data, start boards, or end the session of the request. */
const left: ReadonlySet<RouteName> = new Set<RouteName>([
  'GET /api/devices/{id}/stream.mjpeg',
  'GET /api/backup',
  'POST /api/simulated',
  'POST /api/auth/sign-out',
  'POST /api/auth/revoke-session',
  'POST /api/auth/revoke-sessions',
  'POST /api/auth/revoke-other-sessions',
])

const hostile: readonly unknown[] = [
  ...[
    null,
    true,
    0,
    -1,
    1.5,
    1e308,
    Number.MAX_SAFE_INTEGER,
    '',
    ' ',
    '\0',
    '\ud800',
    '\u202e',
    '__proto__',
    'constructor',
  ],
  ...[
    [],
    {},
    [[]],
    [null],
    { length: 1e9 },
    { toString: null },
    { __proto__: null, valueOf: 1 },
    'x'.repeat(5_000),
    'é'.repeat(300),
  ],
  JSON.parse('{"__proto__":{"role":"owner"},"constructor":{"prototype":{}}}'),
  JSON.parse(`${'['.repeat(500)}${']'.repeat(500)}`),
]

/** A value that fits this schema, with hostile values in some places. */
function anyValueOf(schema: Schema, schemas: Record<string, Schema>): fc.Arbitrary<unknown> {
  if (schema.$ref) return anyValueOf(schemas[schema.$ref.split('/').at(-1)!]!, schemas)
  return fc.oneof(
    { weight: 5, arbitrary: rightValue(schema, schemas) },
    { weight: 1, arbitrary: fc.constantFrom(...hostile) },
  )
}

function rightValue(schema: Schema, schemas: Record<string, Schema>): fc.Arbitrary<unknown> {
  if (schema.enum) return fc.constantFrom(...schema.enum)
  switch ([schema.type].flat()[0]) {
    case 'object':
      return fc.record(
        Object.fromEntries(
          Object.entries(schema.properties ?? { other: {} }).map(([name, one]) => [name, anyValueOf(one, schemas)]),
        ),
        { requiredKeys: [] },
      )
    case 'array':
      return fc.array(anyValueOf(schema.items ?? {}, schemas), { maxLength: 4 })
    case 'boolean':
      return fc.boolean()
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -10, max: schema.maximum ?? 1_000 })
    case 'number':
      return fc.double({ min: schema.minimum ?? -10, max: schema.maximum ?? 1_000, noNaN: true })
    case 'string':
      return schema.format === 'date-time'
        ? fc.constantFrom('2026-11-23T18:42:00.000Z', '0000-01-01T00:00:00Z', '+275760-09-13T00:00:00Z', '2026-13-40')
        : schema.format === 'email'
          ? fc.constantFrom('a@example.org', 'a@[127.0.0.1]', '@', `${'a'.repeat(250)}@x.y`)
          : fc.oneof(fc.string({ maxLength: 70 }), fc.constantFrom('fuzzed-board', 'd_nothinghere', 'tag', '1.2'))
    default:
      return fc.jsonValue({ maxDepth: 3 })
  }
}

/** Encodes a path for a request line. */
const printable = (path: string): string =>
  path.replaceAll(/[^\x21-\x7e]/g, character =>
    /[\ud800-\udfff]/.test(character) ? '%ff' : encodeURIComponent(character),
  )

/** A request for one of the routes, made by its OpenAPI description and then damaged. */
function asking(ids: readonly string[]): fc.Arbitrary<Asked> {
  const { paths, components } = openApiDocument() as unknown as {
    paths: Record<string, Record<string, Operation>>
    components: { schemas: Record<string, Schema> }
  }
  const id = fc.oneof(fc.constantFrom(...ids), damagedText(['d_abcdefghijkl', '__proto__', '%2e%2e', '%E0%A4%A']))
  const headers = fc.record(
    {
      'accept-language': damagedText(['fa', 'en-US,en;q=0.9', 'fa;q=0.5, en']).map(text =>
        printable(text).slice(0, 200),
      ),
      'content-type': fc.constantFrom(
        'application/json',
        'application/json; charset=utf-8',
        'text/plain',
        'application/x-www-form-urlencoded',
      ),
      range: fc.constantFrom('bytes=0-', 'bytes=5-1', 'bytes=-9999999999', 'bytes=0-0,1-1'),
      'if-none-match': fc.constant('*'),
    },
    { requiredKeys: [] },
  )
  return fc.constantFrom(...routeNames.filter(name => !left.has(name) && !('page' in routes[name]))).chain(name => {
    const [method = '', path = ''] = name.split(' ')
    const operation = paths[path]?.[method.toLowerCase()] ?? {}
    const queries = (operation.parameters ?? []).filter(parameter => parameter.in === 'query')
    const query = fc.record(
      Object.fromEntries(
        queries.map(({ name: key, schema = {} }) => [
          key,
          fc.oneof(
            anyValueOf(schema, components.schemas).map(value =>
              typeof value === 'object' ? JSON.stringify(value) : String(value),
            ),
            damagedText(['1', 'x']),
          ),
        ]),
      ),
      { requiredKeys: [] },
    )
    const schema = operation.requestBody?.content['application/json'].schema ?? { type: 'object' }
    const right = anyValueOf(schema, components.schemas).map(value => JSON.stringify(value) ?? 'null')
    const body =
      method === 'GET'
        ? fc.constant(undefined)
        : fc.option(fc.oneof({ weight: 3, arbitrary: right }, { weight: 1, arbitrary: damagedText(right) }), {
            nil: undefined,
          })
    return fc.tuple(id, query, headers, body).map(([one, values, more, said]) => ({
      name,
      path: printable(
        path.replace(/\{\w+\}/, one) +
          (queries.length > 0 ? `?${new URLSearchParams(values as Record<string, string>)}` : ''),
      ),
      headers: { 'content-type': 'application/json', ...more },
      body: said,
    }))
  })
}

const ourParts = ['status', 'code', 'message', 'hint']
const accountsParts = ['code', 'message']

/** Sends an owner's requests to a real gateway. No answer may be 5xx; each error must have code, text and remedy. */
export async function openRoutes(): Promise<{ targets: FuzzTarget[] } & AsyncDisposable> {
  const gateway = await startGateway()
  const owner = await firstOwner(gateway)
  const { body } = await gateway.api('POST', '/api/devices', { kind: 'pico', name: 'fuzzed-board' })
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const answerTo = ({ name, path, headers, body: said }: Asked): Promise<{ status: number; text: string }> => {
    const who = path.startsWith('/api/auth')
      ? { cookie: owner.cookie, origin: gateway.url }
      : { authorization: `Bearer ${gateway.ownerKey}` }
    const length = said === undefined ? {} : { 'content-length': Buffer.byteLength(said) }
    return new Promise((resolve, reject) => {
      const call = request(
        {
          host: '127.0.0.1',
          port: gateway.port,
          agent,
          method: name.split(' ')[0],
          path,
          headers: { ...headers, ...who, ...length },
        },
        response => void textOf(response).then(text => resolve({ status: response.statusCode ?? 0, text }), reject),
      )
      call.on('error', reject)
      call.end(said)
    })
  }
  const all = target('routes', asking([body.device.id, 'fuzzed-board', owner.id]), async asked => {
    const { name } = asked
    const { status, text } = await answerTo(asked)
    if (status >= 500) throw new Error(`answered ${status}: ${text}`)
    if (status < 400) return
    const failure = JSON.parse(text) as Record<string, unknown>
    // The library for accounts sends only a code and a sentence of its own.
    const parts = failure.status !== 'error' && name.includes(' /api/auth/') ? accountsParts : ourParts
    for (const part of parts)
      if (typeof failure[part] !== 'string' || failure[part] === '')
        throw new Error(`${status} without a ${part}: ${text}`)
  })
  return {
    targets: [all],
    async [Symbol.asyncDispose]() {
      agent.destroy()
      await gateway[Symbol.asyncDispose]()
    },
  }
}
