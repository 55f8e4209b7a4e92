import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { type FromDashboard, fromDashboard } from '#protocol/dashboard.ts'
import { type Role, roles } from '#protocol/vocabulary.ts'
import { type Action, actions, houseWide } from '../../src/core/access/access.ts'
import {
  type AccessRow,
  type RouteName,
  routeNames,
  routes,
  socketNames,
  sockets,
} from '../../src/transports/access-table.ts'
import { ask } from '../http/ask.ts'
import { Board } from '../support/board.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { jpeg } from '../support/jpeg.ts'
import { firstOwner, guest, type Page, type PersonClient } from './person-client.ts'

/*
 * Tests every route, every socket and every message of a page for every kind of client: not signed in; viewer, operator
 * and owner, each as a person and as an API key, each also restricted by grants. Each client asks for a camera that its
 * grants include and for one that they do not. Both cameras are online.
 */

let gateway: TestGateway
let own: string
let foreign: string
let boards: Record<'own' | 'foreign', Board>
const people = {} as Record<Role, PersonClient>
const fenced = {} as Record<Role, PersonClient>
const keys = {} as Record<Role, string>
const fencedKeys = {} as Record<Role, string>
/** Owner keys that belong to a person with a lower role: such a key must not exceed that person's role. */
const theirKeys = {} as Record<Role, string>
const fencedTheirKeys = {} as Record<Role, string>

beforeAll(async () => {
  gateway = await startGateway({
    limits: {
      ...{ guessBurst: 10_000, entryBurst: 10_000, guessesPerMinute: 10_000, entriesPerMinute: 10_000 },
      ...{ refusalHoldMinMs: 1, refusalHoldMaxMs: 2 },
    },
  })
  const camera = async (name: string) => {
    const board = await Board.connect(gateway, { kind: 'esp32cam', acknowledges: true })
    await board.next('connection_ack')
    await board.api('POST', '/approve', { name })
    board.ws.send(jpeg())
    return board
  }
  boards = { own: await camera('mine-at-home'), foreign: await camera('not-yours-at-all') }
  own = await boards.own.id()
  foreign = await boards.foreign.id()
  const first = await firstOwner(gateway)
  for (const role of roles) {
    people[role] = await guest(first, role)
    fenced[role] = await guest(first, role, [own])
    keys[role] = await gateway.key(role)
    fencedKeys[role] = await gateway.key(role, { grants: [own] })
    theirKeys[role] = await gateway.key('owner', { person: people[role].id })
    fencedTheirKeys[role] = await gateway.key('owner', { person: fenced[role].id })
  }
})
afterAll(async () => {
  for (const board of Object.values(boards)) await board[Symbol.asyncDispose]()
  await gateway[Symbol.asyncDispose]()
})

interface Asker {
  kind: 'nobody' | 'person' | 'key' | 'their key'
  role?: Role
  fenced: boolean
}
const askers: Asker[] = [
  { kind: 'nobody', fenced: false },
  ...(['person', 'key', 'their key'] as const).flatMap(kind =>
    [false, true].flatMap(isFenced => roles.map(role => ({ kind, role, fenced: isFenced }))),
  ),
]
const called = ({ kind, role, fenced: isFenced }: Asker) =>
  [kind, role, isFenced && 'with grants'].filter(Boolean).join(' ')

function headersOf({ kind, role, fenced: isFenced }: Asker): Record<string, string> {
  const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` })
  if (kind === 'key') return bearer((isFenced ? fencedKeys : keys)[role!])
  if (kind === 'their key') return bearer((isFenced ? fencedTheirKeys : theirKeys)[role!])
  return kind === 'person' ? { cookie: (isFenced ? fenced : people)[role!].cookie, origin: gateway.url } : {}
}

/** The expected status, computed a second way: 401 not signed in, 403 role or grants, 404 foreign device, 0 allowed. */
function verdict(asker: Asker, action: Action, device?: 'own' | 'foreign'): 0 | 401 | 403 | 404 {
  const least = actions[action]
  if (least === 'public') return 0
  if (asker.kind === 'nobody') return 401
  if (device === 'foreign' && asker.fenced) return 404
  if (action.startsWith('self.') && asker.kind !== 'person') return 403
  if (least === 'host' || roles.indexOf(asker.role!) < roles.indexOf(least)) return 403
  return asker.fenced && houseWide.has(action) ? 403 : 0
}

/** Sends HEAD for GET, so that no stream begins, and an invalid body, so that allowed requests change nothing. */
function asking(asker: Asker, name: RouteName, device: string) {
  const [method = '', path = ''] = name.split(' ')
  return ask(gateway, method === 'GET' ? 'HEAD' : method, path.replace('/devices/{id}', `/devices/${device}`), {
    headers: { ...headersOf(asker), 'content-type': 'application/json' },
    body: method === 'GET' ? undefined : 'no json',
  })
}

/** Routes that end the session of the request or act without a body. Each has a test of its own. */
const ending: ReadonlySet<string> = new Set([
  'POST /api/auth/revoke-sessions',
  'POST /api/auth/revoke-other-sessions',
  'POST /api/simulated',
  'DELETE /api/simulated',
])
/** Routes that act without a body. They are not called where they are allowed, as other tests need the device. */
const acting: ReadonlySet<string> = new Set([
  'DELETE /api/devices/{id}',
  'POST /api/devices/{id}/restore',
  'POST /api/devices/{id}/confirm',
])
const closed = routeNames.filter(name => actions[routes[name].action] !== 'public')

describe.each(closed)('%s', name => {
  const row: AccessRow = routes[name]
  it.each(askers.map(asker => [called(asker), asker] as const))('for %s', async (_called, asker) => {
    for (const device of row.device ? (['own', 'foreign'] as const) : [undefined]) {
      const expected = verdict(asker, row.action, device)
      if (expected === 0 && (ending.has(name) || acting.has(name))) continue
      const { status } = await asking(asker, name, device === 'foreign' ? foreign : own)
      if (expected === 0) expect([device, status]).not.toEqual([device, expect.toBeOneOf([401, 403, 500])])
      else expect([device, status]).toEqual([device, expected])
    }
  })
})

it.each(roles)('a %s with grants cannot tell a foreign device from none, at any route', async role => {
  for (const name of closed.filter(each => (routes[each] as AccessRow).device)) {
    const [method = '', path = ''] = name.split(' ')
    const at = async (device: string) => {
      const body = method === 'GET' ? undefined : {}
      const { status, body: said } = await fenced[role].ask(method, path.replace('{id}', device), body)
      return [status, said]
    }
    const none = await at('d_nothinghere')
    for (const device of [foreign, 'not-yours-at-all']) expect([name, await at(device)]).toEqual([name, none])
  }
})

describe.each(roles)('a %s with grants', role => {
  /** Matches everything that could reveal the other camera. */
  const traces = () => new RegExp([foreign, 'not-yours-at-all', boards.foreign.deviceId, 'psst'].join('|'), 'i')
  const rounds = [
    '',
    '?limit=1000',
    '?q=yours',
    '?q=psst',
    '?kind=message',
    '?kind=act',
    '?after=0',
    '?since=2020-01-01T00:00:00Z',
  ]

  it('reads of no foreign device in any answer that is not about one', async () => {
    boards.foreign.send({ type: 'log', message: 'psst, said the other camera' })
    boards.own.send({ type: 'log', message: 'mine says hello' })
    await expect
      .poll(async () => (await gateway.api('GET', '/api/journal?q=psst')).body.entries.length)
      .toBeGreaterThan(0)
    for (const name of closed.filter(each => each.startsWith('GET ') && !each.includes('{'))) {
      for (const query of rounds) {
        const { status, body } = await fenced[role].ask('GET', name.slice(4) + query)
        expect([name, query, status, JSON.stringify(body ?? null).match(traces())]).toEqual([name, query, status, null])
      }
    }
  })

  it('reads its own journal page by page, and comes upon nothing else', async () => {
    const texts: string[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { body }: { body: { entries: { deviceId: string }[]; nextCursor: string | null } } = await fenced[role].ask(
        'GET',
        `/api/journal?limit=2${cursor && `&cursor=${cursor}`}`,
      )
      for (const entry of body.entries) expect(entry.deviceId).toBe(own)
      texts.push(JSON.stringify(body))
      cursor = body.nextCursor
    }
    expect(texts.length).toBeGreaterThan(1)
    expect(texts.join().match(traces())).toBeNull()
  })

  it('hears and sees nothing of a foreign device on the dashboard’s socket, whatever it says there', async () => {
    await using other = people.owner.dashboard()
    await other.heard(message => message.type === 'hello')
    await using page = fenced[role].dashboard()
    await page.heard(message => message.type === 'hello')
    const both = [own, foreign].map(device => ({ device, rate: 'full' }))
    page.say({ type: 'follow', journal: { device: 'not-yours-at-all' } })
    page.say({ type: 'follow', journal: {} })
    page.say({ type: 'watch', cameras: [...both, { device: 'not-yours-at-all', rate: 'full' }] })
    for (const act of ['take', 'ask', 'renew', 'release', 'seize', 'grant'])
      page.say({ type: 'lease', device: foreign, act })
    page.say({ type: 'steer', id: 1, device: foreign, servo1: 90, servo2: 90 })
    page.say({ type: 'steer', id: 2, device: 'd_nothinghere', servo1: 90, servo2: 90 })
    page.say({ type: 'drawn', camera: 1, sequence: 1 })
    expect(await page.heard(message => message.type === 'cameras')).toMatchObject({ index: { [own]: 0 } })
    const [there, nowhere] = [1, 2].map(id => page.heard(message => message.type === 'outcome' && message.id === id))
    expect((await there).error).toEqual((await nowhere).error)
    other.say({ type: 'lease', device: foreign, act: 'take' })
    await other.heard(message => message.type === 'lease' && message.device === foreign)
    boards.foreign.send({ type: 'log', message: `psst ${role}` })
    boards.foreign.ws.send(jpeg(2_000, 9))
    await gateway.api('PATCH', `/api/devices/${foreign}`, { tags: [`for-${role}`] })
    boards.own.send({ type: 'log', message: `mine again, ${role}` })
    await page.heard(message => message.type === 'entries' && JSON.stringify(message).includes(`mine again, ${role}`))
    expect(JSON.stringify(page.said).match(traces())).toBeNull()
    expect(page.pictures.map(picture => picture.readUInt16BE(2))).not.toContain(1)
  })
})

/** Resolves to the status of a WebSocket handshake; 101 means success. */
function knock(path: string, headers: Record<string, string>): Promise<number> {
  const ws = new WebSocket(gateway.wsUrl + path, { headers })
  return new Promise(resolve => {
    ws.on('error', () => {})
    ws.on('open', () => {
      resolve(101)
      ws.terminate()
    })
    ws.on('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0)
      ws.terminate()
    })
  })
}

describe.each(socketNames)('%s', name => {
  const row: AccessRow = sockets[name]
  it.each(askers.map(asker => [called(asker), asker] as const))('for %s', async (_called, asker) => {
    for (const device of row.device ? (['own', 'foreign'] as const) : [undefined]) {
      const status = await knock(name.replace('{id}', device === 'foreign' ? foreign : own), headersOf(asker))
      // Board sockets accept only board tokens, and the dashboard socket only signed-in people; others get 401.
      const refused = row.action === 'public.board' || (row.action === 'self.dashboard' && asker.kind !== 'person')
      expect([device, status]).toEqual([device, refused ? 401 : verdict(asker, row.action, device) || 101])
    }
  })
})

/** For each message that a page may send: sends it and resolves to whether the gateway accepted it. */
const words: Record<FromDashboard['type'], (page: Page, device: string) => Promise<boolean>> = {
  async watch(page, device) {
    page.say({ type: 'watch', cameras: [{ device, rate: 'full' }] })
    return device in (await page.heard(message => message.type === 'cameras')).index
  },
  async drawn(page) {
    page.say({ type: 'drawn', camera: 0, sequence: 0 })
    return await words.ping(page, '')
  },
  async follow(page, device) {
    const mark = `follow ${Math.random()}`
    page.say({ type: 'follow', journal: {} })
    await words.ping(page, '')
    const board = boards[device === own ? 'own' : 'foreign']
    board.send({ type: 'log', message: mark })
    await board.settled()
    boards.own.send({ type: 'log', message: `after ${mark}` })
    await page.heard(message => message.type === 'entries' && JSON.stringify(message).includes(`after ${mark}`))
    return page.said.some(message => message.type === 'entries' && JSON.stringify(message).includes(`"${mark}`))
  },
  async steer(page, device) {
    page.say({ type: 'steer', id: 7, device, servo1: 90, servo2: 90 })
    const { ok, error } = await page.heard(message => message.type === 'outcome' && message.id === 7)
    return ok || !['forbidden', 'device_not_found'].includes(error.code)
  },
  async lease(page, device) {
    page.say({ type: 'lease', device, act: 'take' })
    await words.ping(page, '')
    const told = page.said.findLast(message => message.type === 'lease' && message.device === device)
    page.say({ type: 'lease', device, act: 'release' })
    return told?.holder?.you === true
  },
  async ping(page) {
    const id = Math.floor(Math.random() * 1e9)
    page.say({ type: 'ping', id })
    return (await page.heard(message => message.type === 'pong' && message.id === id)) !== undefined
  },
}

const actionOf: Record<FromDashboard['type'], Action> = {
  watch: 'device.watch',
  drawn: 'self.dashboard',
  follow: 'device.journal',
  steer: 'device.steer',
  lease: 'device.steer',
  ping: 'self.dashboard',
}

describe.each(fromDashboard.options.map(option => option.shape.type.value))('a page’s word "%s"', word => {
  it.each(askers.filter(({ kind }) => kind === 'person').map(asker => [called(asker), asker] as const))(
    'for %s',
    async (_called, asker) => {
      const client = (asker.fenced ? fenced : people)[asker.role!]
      for (const device of ['own', 'foreign'] as const) {
        await using page = client.dashboard()
        await page.heard(message => message.type === 'hello')
        const passed = await words[word](page, device === 'own' ? own : foreign)
        const isAboutDevice = actionOf[word].startsWith('device.')
        expect([device, passed]).toEqual([
          device,
          verdict(asker, actionOf[word], isAboutDevice ? device : undefined) === 0,
        ])
      }
    },
  )
})

it.each(roles)('a page shows a %s the devices they reach and no other', async role => {
  for (const [client, reached] of [
    [people[role], [own, foreign]],
    [fenced[role], [own]],
  ] as const) {
    await using page = client.dashboard()
    const { devices } = await page.heard(message => message.type === 'devices')
    expect(devices.map(({ id }: { id: string }) => id).sort()).toEqual([...reached].sort())
  }
})
