import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Action, actions, type Role, roles } from '../../src/core/access/access.ts'
import { type RouteName, type Row, routeNames, routes } from '../../src/transports/http/routes.ts'
import { ask } from '../http/ask.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { firstOwner, guest, Visitor } from './visitor.ts'

/*
 * Every route and every socket × everybody: nobody, viewer, operator and owner, and the same roles fenced in by grants,
 * asking for a device of theirs and for another's.
 */

let gateway: TestGateway
let own: string
let foreign: string
const people = {} as Record<Role, Visitor>
const fenced = {} as Record<Role, Visitor>

beforeAll(async () => {
  gateway = await startGateway({
    limits: { guessBurst: 10_000, entryBurst: 10_000, guessesPerMinute: 10_000, entriesPerMinute: 10_000 },
  })
  const make = async (name: string) =>
    (await gateway.api('POST', '/api/devices', { kind: 'esp32cam', name })).body.device.id as string
  own = await make('own')
  foreign = await make('foreign')
  const first = await firstOwner(gateway)
  for (const role of roles) {
    people[role] = await guest(first, role)
    fenced[role] = await guest(first, role, [own])
  }
})
afterAll(() => gateway[Symbol.asyncDispose]())

/** HEAD for GET, so that no stream begins; a body that no route takes, so that nothing is changed by those who may. */
function asking(visitor: Visitor, name: RouteName, device: string) {
  const [method = '', path = ''] = name.split(' ')
  const cookie = visitor.cookies.size > 0 ? { cookie: visitor.cookie } : {}
  return ask(gateway, method === 'GET' ? 'HEAD' : method, path.replace('/devices/{id}', `/devices/${device}`), {
    headers: { ...cookie, origin: gateway.url, 'content-type': 'application/json' },
    body: method === 'GET' ? undefined : 'no json',
  })
}

/** What one's own grants cannot reach past. */
const houseWide: ReadonlySet<Action> = new Set([
  'device.create',
  'enrolment.read',
  'enrolment.change',
  'key.manage',
  'metrics.read',
  'people.manage',
  'gateway.admin',
] as const)
/** These end the very session that asks, or act without a body: each has a test of its own. */
const ending: ReadonlySet<string> = new Set([
  'POST /api/auth/revoke-sessions',
  'POST /api/auth/revoke-other-sessions',
  'POST /api/simulated',
  'DELETE /api/simulated',
])
const closed = routeNames.filter(name => actions[routes[name].action] !== 'public')
const most = (role: Role, least: string): boolean =>
  least !== 'host' && roles.indexOf(role) >= roles.indexOf(least as Role)

describe.each(closed)('%s', name => {
  const row: Row = routes[name]
  const least = actions[row.action]

  it('is for nobody who is not signed in', async () => {
    expect((await asking(new Visitor(gateway), name, own)).status).toBe(401)
  })

  if (ending.has(name)) return
  it.each(roles)('is for a %s as the table says', async role => {
    const { status } = await asking(people[role], name, own)
    if (most(role, least)) expect(status).not.toBeOneOf([401, 403, 500])
    else expect(status).toBe(403)
  })

  it.each(roles)('is for a %s with grants as far as they reach', async role => {
    const { status } = await asking(fenced[role], name, own)
    if (most(role, least) && !houseWide.has(row.action)) expect(status).not.toBeOneOf([401, 403, 500])
    else expect(status).toBe(403)
    if (row.device) expect((await asking(fenced[role], name, foreign)).status).toBe(404)
  })
})

it.each(roles)('a %s with grants cannot tell a foreign device from none, at any route', async role => {
  for (const name of closed.filter(each => (routes[each] as Row).device)) {
    const [method = '', path = ''] = name.split(' ')
    const at = async (device: string) => {
      const { status, body } = await fenced[role].ask(
        method,
        path.replace('{id}', device),
        method === 'GET' ? undefined : {},
      )
      return [status, body]
    }
    expect([name, await at(foreign)]).toEqual([name, await at('d_nothinghere')])
  }
})

describe('sockets', () => {
  it.each(roles)('show a %s the devices they reach and no other', async role => {
    for (const [visitor, reached] of [
      [people[role], [own, foreign]],
      [fenced[role], [own]],
    ] as const) {
      await using page = visitor.dashboard()
      const { devices } = await page.heard(message => message.type === 'devices')
      expect(devices.map(({ id }: { id: string }) => id).sort()).toEqual([...reached].sort())
    }
  })

  it.each(roles)('let a %s steer as the table says, and nobody a foreign device', async role => {
    await using page = fenced[role].dashboard()
    await page.heard(message => message.type === 'devices')
    page.say({ type: 'steer', id: 1, device: own, servo1: 90, servo2: 90 })
    page.say({ type: 'steer', id: 2, device: foreign, servo1: 90, servo2: 90 })
    const own1 = await page.heard(message => message.type === 'outcome' && message.id === 1)
    const foreign2 = await page.heard(message => message.type === 'outcome' && message.id === 2)
    expect([own1.error.code, foreign2.error.code]).toEqual([
      most(role, actions['device.steer']) ? 'device_offline' : 'forbidden',
      'device_not_found',
    ])
  })

  it('are opened by no key and by nobody', async () => {
    await using page = new Visitor(gateway).dashboard()
    expect(await page.refused).toBe(401)
  })
})
