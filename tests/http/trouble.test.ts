import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import type { Accounts } from '../../src/core/people/accounts.ts'
import { StoreFailure } from '../../src/core/store-failure.ts'
import { createHttp } from '../../src/transports/http/app.ts'
import type { Host } from '../../src/transports/http/http-parts.ts'
import { TrustedProxies } from '../../src/transports/tcp/client-address.ts'
import { Core } from '../support/core.ts'
import { ask } from './ask.ts'

/** The HTTP server of a core whose disk and readiness the test controls. Requests come as from its own host. */
async function openDoor() {
  const core = await Core.start()
  const errors: unknown[] = []
  const state = { ready: true }
  const http = createHttp({
    core: core.opened,
    // No test here uses the parts that are left out.
    accounts: {} as Accounts,
    host: {
      version: '1.2.3',
      publicUrl: undefined,
      hasTls: false,
      dashboardDir: '/nowhere',
      ready: () => state.ready,
      tlsPort: () => undefined,
      onStoreFailure: error => errors.push(error),
    } as Partial<Host> as Host,
    proxies: new TrustedProxies([]),
    webSockets: {
      counters: { refused: new Map(), stale: 0, unread: 0, handshakes: 0 },
      unupgraded: () => undefined,
    },
    connectionsClosed: () => 0,
    faults: { caught: (_boundary, error) => errors.push(error), counts: new Map() },
  })
  const server = createServer((request, response) => http(request, response, 'host')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const where = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
  const put = (path: string, body: object, method = 'PUT') =>
    ask(where, method, path, { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  return {
    core,
    errors,
    state,
    where,
    put,
    async [Symbol.asyncDispose]() {
      http[Symbol.dispose]()
      server.close()
      await once(server, 'close')
    },
  }
}

describe('when the disk is full', () => {
  it('nothing is promised: the asker learns that it failed, the log learns why', async () => {
    await using door = await openDoor()
    door.core.store.failure = new StoreFailure('SQLITE_FULL at /srv/darvaza/darvaza.sqlite')
    const { status, json, bytes } = await door.put('/api/enrolment', { mode: 'open' })
    expect([status, json.code]).toEqual([503, 'store_unavailable'])
    expect(bytes.toString()).not.toMatch(/SQLITE|srv|\.ts:\d/)
    expect(door.errors).toEqual([door.core.store.failure])
    expect((await ask(door.where, 'GET', '/api/enrolment')).json.mode).toBe('approve')
  })

  it('no key is made', async () => {
    await using door = await openDoor()
    door.core.store.failure = new StoreFailure('SQLITE_FULL')
    const { status, json, headers } = await door.put('/api/keys', { role: 'owner' }, 'POST')
    expect([status, json.code, headers['retry-after']]).toEqual([503, 'store_unavailable', '2'])
    expect(door.core.keys.all()).toEqual([])
  })

  it('is degraded, refuses what it could not store before anything changes, and shuts out at once', async () => {
    await using door = await openDoor()
    const board = await door.core.active()
    door.core.store.failure = new StoreFailure('SQLITE_FULL')
    door.core.journal.write({ kind: 'gateway', text: 'a row that cannot be stored' })
    await door.core.flush()
    expect((await ask(door.where, 'GET', '/ready')).json).toEqual({ status: 'degraded', away: ['disk'] })
    const name = `/api/devices/${board.device.id}`
    const renamed = await door.put(name, { name: 'other' }, 'PATCH')
    expect([renamed.status, renamed.json.code, board.device.name]).toEqual([
      503,
      'store_unavailable',
      board.device.name,
    ])
    expect(board.device.name).not.toBe('other')
    const blocked = door.put(`${name}/block`, {}, 'POST')
    await expect.poll(() => board.connection.closedWith).toBeTruthy()
    await door.core.clock.pass(2_000, 250)
    expect([(await blocked).status, (await blocked).json]).toMatchObject([503, { inForce: true }])
    door.core.store.failure = undefined
    await door.core.clock.pass(20_000, 500)
    expect((await ask(door.where, 'GET', '/ready')).json).toEqual({ status: 'ready' })
    expect(await door.core.store.loadDevices()).toMatchObject([{ state: 'blocked' }])
  })

  it('a refusal that was foreseen is not in the log', async () => {
    await using door = await openDoor()
    await ask(door.where, 'GET', '/api/devices/nobody')
    await door.put('/api/enrolment', { mode: 'ajar' })
    expect(door.errors).toEqual([])
  })
})

describe('an act', () => {
  it('is answered after it is on disk, not before', async () => {
    await using door = await openDoor()
    let answered = false
    const answer = door.put('/api/devices', { kind: 'pico', name: 'roof' }, 'POST').finally(() => {
      answered = true
    })
    await expect.poll(() => door.core.registry.find('roof')).toBeTruthy()
    expect([answered, door.core.store.writes.includes('saveDevices')]).toEqual([false, false])
    await door.core.flush()
    expect((await answer).status).toBe(201)
    expect(door.core.store.writes).toEqual(expect.arrayContaining(['saveDevices', 'append']))
  })
})

describe('while the gateway starts or stops', () => {
  it('it says so to whoever looks after it, and takes no work', async () => {
    await using door = await openDoor()
    door.state.ready = false
    const ready = await ask(door.where, 'GET', '/ready')
    expect([ready.status, ready.json.code]).toEqual([503, 'shutting_down'])
    const work = await door.put('/api/enrolment', { mode: 'open' })
    expect([work.status, work.json.code]).toEqual([503, 'shutting_down'])
    expect((await ask(door.where, 'GET', '/health')).status).toBe(200)
  })
})
