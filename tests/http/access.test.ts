import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Role, roles } from '#protocol/vocabulary.ts'
import { actions } from '../../src/core/access/access.ts'
import { type AccessRow, type RouteName, routeNames, routes } from '../../src/transports/access-table.ts'
import { Board } from '../support/board.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { ask, bearer } from './ask.ts'

let gateway: TestGateway
let device: string
const keys = {} as Record<Role, string>
const fenced = {} as Record<Role, string>

beforeAll(async () => {
  gateway = await startGateway({ limits: { wrongKeyBurst: 1_000 } })
  device = (await gateway.api('POST', '/api/devices', { kind: 'esp32cam', name: 'roof' })).body.device.id
  for (const role of roles) {
    keys[role] = await gateway.key(role)
    fenced[role] = await gateway.key(role, { grants: ['#elsewhere'] })
  }
})
afterAll(() => gateway[Symbol.asyncDispose]())

const protectedRoutes = routeNames.filter(name => actions[routes[name].action] !== 'public')
/** Routes about a person's own account, or only for the gateway's host. No key may use them, whatever its role. */
const keyless = protectedRoutes.filter(name => /^(self\.|owner\.reset)/.test(routes[name].action))
const about = routeNames.filter(name => (routes[name] as AccessRow).device)

/** Sends HEAD for GET, so that no stream begins, and an invalid body, so that allowed requests change little. */
function asking(name: RouteName, headers: Record<string, string>) {
  const [method = '', path = ''] = name.split(' ')
  return ask(gateway, method === 'GET' ? 'HEAD' : method, path.replace('{id}', device), {
    headers: { ...headers, 'content-type': 'application/json' },
    body: method === 'GET' ? undefined : 'no json',
  })
}

describe.each(protectedRoutes)('%s', name => {
  const least = actions[routes[name].action] as Role

  it('wants a key that this gateway made', async () => {
    expect((await asking(name, {})).status).toBe(401)
    expect((await asking(name, bearer('dvz_k_nobody'))).status).toBe(401)
    expect((await asking(name, bearer(await gateway.mint('pico')))).status).toBe(401)
  })

  if (keyless.includes(name)) return
  it(`is for ${least}s and above`, async () => {
    for (const role of roles) {
      const { status } = await asking(name, bearer(keys[role]))
      if (roles.indexOf(role) < roles.indexOf(least)) expect([role, status]).toEqual([role, 403])
      else expect([role, status]).not.toEqual([role, expect.toBeOneOf([401, 403, 500])])
    }
  })
})

it.each(keyless)('%s is for no key', async name => {
  for (const role of roles) expect((await asking(name, bearer(keys[role]))).status).toBe(403)
})

describe.each(about)('%s', name => {
  it.each(roles)('hides a device outside the grants of a %s as if it did not exist', async role => {
    const [method = '', path = ''] = name.split(' ')
    const there = await ask(gateway, method, path.replace('{id}', device), { headers: bearer(fenced[role]) })
    const nowhere = await ask(gateway, method, path.replace('{id}', 'd_nothinghere'), { headers: bearer(fenced[role]) })
    expect(there.status).toBe(404)
    expect(there.json.code).toBe('device_not_found')
    expect(there.bytes.equals(nowhere.bytes)).toBe(true)
  })
})

describe('a key with grants', () => {
  it('reaches the devices it was granted, by id and by tag, and no house-wide route', async () => {
    const tagged = (await gateway.api('POST', '/api/devices', { kind: 'pico', name: 'shed', tags: ['garden'] })).body
      .device
    await gateway.api('POST', '/api/devices', { kind: 'pico', name: 'not-granted', tags: ['gardens'] })
    const key = await gateway.key('owner', { grants: [device, '#garden'] })
    const { body } = await gateway.api('GET', '/api/devices', undefined, { key })
    expect(body.devices.map((each: { id: string }) => each.id).sort()).toEqual([device, tagged.id].sort())
    for (const [method, path] of [
      ['GET', '/api/keys'],
      ['POST', '/api/devices'],
      ['GET', '/api/enrolment'],
      ['GET', '/metrics'],
    ] as const)
      expect((await gateway.api(method, path, undefined, { key })).status).toBe(403)
  })

  it('may not retag its devices, for tags carry the grants of others, nor name them, for taken names tell of others', async () => {
    const key = await gateway.key('operator', { grants: [device] })
    for (const change of [{ tags: ['garden'] }, { name: 'roof' }, { name: 'not-granted' }, { name: 'free' }]) {
      const { status, body } = await gateway.api('PATCH', `/api/devices/${device}`, change, { key })
      expect([change, status, body.code]).toEqual([change, 403, 'forbidden'])
    }
    const approve = `/api/devices/${device}/approve`
    const named = async (name: string) => (await gateway.api('POST', approve, { name }, { key })).body
    expect(await named('not-granted')).toEqual(await named('free'))
  })

  it('sees in the journal what its devices did, and nothing of the rest of the house', async () => {
    await using stranger = await Board.connect(gateway)
    await stranger.next('connection_ack')
    const key = await gateway.key('viewer', { grants: [device] })
    const { body } = await gateway.api('GET', '/api/journal?limit=1000', undefined, { key })
    expect(body.entries.length).toBeGreaterThan(0)
    expect(new Set(body.entries.map((entry: { deviceId: string }) => entry.deviceId))).toEqual(new Set([device]))
    const other = await gateway.api('GET', `/api/journal?device=${await stranger.id()}`, undefined, { key })
    expect([other.status, other.body.code]).toEqual([404, 'device_not_found'])
    const none = await gateway.key('viewer', { grants: ['#nothing'] })
    expect((await gateway.api('GET', '/api/journal', undefined, { key: none })).body.entries).toEqual([])
  })
})

it('asks the gateway’s own host for no key', async () => {
  const { status, json } = await ask({ socketPath: `${gateway.dataDir}/control.sock` }, 'GET', '/api/keys')
  expect(status).toBe(200)
  expect(json.keys.length).toBeGreaterThan(0)
})
