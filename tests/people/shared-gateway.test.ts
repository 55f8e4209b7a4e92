import { execFileSync } from 'node:child_process'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { darvaza } from '../cli/support/run.ts'
import { Board } from '../support/board.ts'
import { startGateway, type TestGateway, temporaryFolder } from '../support/gateway.ts'
import { firstOwner, PersonClient } from './person-client.ts'

let gateway: TestGateway
let owner: PersonClient
beforeAll(async () => {
  gateway = await startGateway()
  owner = await firstOwner(gateway)
})
afterAll(() => gateway[Symbol.asyncDispose]())

describe('settings', () => {
  it('say how much journal is kept, are changed by an owner, and survive a restart', async () => {
    const dataDir = join(gateway.dataDir, 'settings')
    const before = await startGateway({ dataDir })
    expect((await before.api('GET', '/api/settings')).body).toEqual({ journalMaxAgeDays: 30, journalMaxMb: 512 })
    const wish = { journalMaxAgeDays: 7, journalMaxMb: 64 }
    expect((await before.api('PUT', '/api/settings', wish)).body).toEqual(wish)
    expect((await before.api('PUT', '/api/settings', { ...wish, journalMaxMb: 0 })).status).toBe(400)
    await before.stop()
    await using after = await startGateway({ dataDir })
    expect((await after.api('GET', '/api/settings')).body).toEqual(wish)
  })
})

it('says what it is built on, with every licence', async () => {
  const { body } = await owner.ask('GET', '/api/about')
  expect(body).toMatchObject({
    version: expect.stringMatching(/^\d/),
    node: process.version,
    uptimeS: expect.any(Number),
  })
  expect(body.licences).toContainEqual({ name: 'hono', version: expect.any(String), licence: 'MIT' })
  expect(body.licences.map(({ name }: { name: string }) => name)).not.toContain('vitest')
})

it('hands out a backup that is the same house', async () => {
  await gateway.api('POST', '/api/devices', { kind: 'pico', name: 'kept' })
  const { status, body, headers } = await owner.ask('GET', '/api/backup')
  expect([status, headers.get('content-type')]).toEqual([200, 'application/x-tar'])
  expect(headers.get('content-disposition')).toMatch(/^attachment; filename="darvaza-\d{4}-\d\d-\d\d\.tar"$/)
  const dataDir = join(await temporaryFolder(), 'restored')
  await mkdir(dataDir)
  await writeFile(`${dataDir}.tar`, body)
  execFileSync('tar', ['-xf', `${dataDir}.tar`, '-C', dataDir])
  expect((await readdir(dataDir)).sort()).toEqual(['darvaza.sqlite', 'gateway.key', 'people.sqlite'])
  await using restored = await startGateway({ dataDir })
  const back = new PersonClient(restored)
  for (const [name, value] of owner.cookies) back.cookies.set(name, value)
  const { body: there } = await back.ask('GET', '/api/devices')
  expect(there.devices.map(({ name }: { name: string }) => name)).toContain('kept')
  expect((await readdir(gateway.dataDir)).filter(name => name.startsWith('.backup'))).toEqual([])
})

it('draws what a board reported', async () => {
  await using board = await Board.connect(gateway)
  await board.next('connection_ack')
  const id = await board.id()
  await gateway.api('POST', `/api/devices/${id}/approve`, {})
  board.send({ type: 'sensor_data', sensor_type: 'climate', data: { temperature: 21 } })
  await board.next('ack')
  for (const range of ['15m', '24h', '30d']) {
    const { body } = await owner.ask('GET', `/api/devices/${id}/telemetry?range=${range}`)
    expect(body.series['climate.temperature']).toEqual([[expect.any(Number), 21, 21, 21]])
  }
  expect((await owner.ask('GET', `/api/devices/${id}/telemetry?range=1y`)).status).toBe(400)
})

it('runs simulated boards at a click, marked, through the public doors, and leaves nothing of them', async () => {
  expect((await owner.ask('GET', '/api/simulated')).body).toEqual({ running: false, devices: 0 })
  expect((await owner.ask('POST', '/api/simulated')).body).toEqual({ running: true, devices: 4 })
  const simulated = async () => (await owner.ask('GET', '/api/devices?tag=simulated')).body.devices
  await expect
    .poll(async () => (await simulated()).filter((each: { online: boolean }) => each.online).length, {
      timeout: 15_000,
    })
    .toBe(4)
  await expect
    .poll(async () => (await owner.ask('GET', '/api/devices/simulated-cam-1/snapshot.jpg')).status, { timeout: 15_000 })
    .toBe(200)
  expect((await owner.ask('POST', '/api/simulated')).body.devices).toBe(4)
  expect((await owner.ask('DELETE', '/api/simulated')).body).toEqual({ running: false, devices: 0 })
  expect(await simulated()).toEqual([])
  expect((await owner.ask('GET', '/api/devices?state=removed')).body.devices).toEqual([])
})

it('makes a link for a new owner on the host’s command line: into a file unless somebody sits at a terminal', async () => {
  const { code, stdout } = await darvaza(['owner', 'reset', '--data', gateway.dataDir])
  expect(code).toBe(0)
  expect(stdout).toContain(join(gateway.dataDir, 'owner-link'))
  expect(stdout).not.toContain('dvz_o_')
  expect(await readFile(join(gateway.dataDir, 'owner-link'), 'utf8')).toMatch(/^http.*\/setup#dvz_o_[\w-]{43}\n$/)
  const far = await darvaza(['owner', 'reset', '--url', gateway.url, '--key', gateway.ownerKey])
  expect([far.code, far.stderr]).toEqual([1, expect.stringContaining('Your role does not allow this.')])
})
