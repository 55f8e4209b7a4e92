import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readPictureHead } from '#protocol/picture-head.ts'
import { Board } from '../support/board.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { jpeg } from '../support/jpeg.ts'
import { firstOwner, guest, type Page, PersonClient } from './person-client.ts'

let gateway: TestGateway
let owner: PersonClient
beforeAll(async () => {
  gateway = await startGateway({ limits: { guessBurst: 1_000, entryBurst: 1_000 } })
  owner = await firstOwner(gateway)
})
afterAll(() => gateway[Symbol.asyncDispose]())

const ofType = (type: string) => (message: { type: string }) => message.type === type
const headOf = (picture: Buffer) => readPictureHead(new DataView(picture.buffer, picture.byteOffset, picture.length))

async function camera(): Promise<Board & { device: string }> {
  const board = await Board.connect(gateway, { kind: 'esp32cam' })
  await board.next('connection_ack')
  const device = await board.id()
  await gateway.api('POST', `/api/devices/${device}/approve`, {})
  return Object.assign(board, { device })
}

async function watching(page: Page, device: string): Promise<number> {
  page.say({ type: 'watch', cameras: [{ device, rate: 'full' }] })
  const { index } = await page.heard(message => message.type === 'cameras' && device in message.index)
  return index[device]
}

describe('a page', () => {
  it('is greeted, told of its devices and of enrolment, and answered', async () => {
    await using page = owner.dashboard()
    expect(await page.heard(ofType('hello'))).toMatchObject({ person: { id: owner.id, role: 'owner', grants: null } })
    expect(await page.heard(ofType('devices'))).toMatchObject({ all: true })
    expect(await page.heard(ofType('enrolment'))).toMatchObject({ mode: 'approve' })
    page.say({ type: 'ping', id: 5 })
    expect(await page.heard(ofType('pong'))).toMatchObject({ id: 5, now: expect.any(Number) })
  })

  it('sees pictures byte for byte, two at most until it has drawn', async () => {
    await using board = await camera()
    await using page = owner.dashboard()
    await page.heard(ofType('hello'))
    const index = await watching(page, board.device)
    // 70 KB and 300 bytes need the two extended length formats of WebSocket frames (64 and 16 bits).
    const pictures = [jpeg(70_000, 1), jpeg(300, 2), jpeg(1_000, 3)]
    for (const picture of pictures) board.ws.send(picture)
    const [first, second] = await page.shown(2)
    expect(headOf(first!)).toMatchObject({ camera: index, sequence: 1 })
    expect(headOf(first!)!.addedMs).toBeGreaterThanOrEqual(0)
    expect(first!.subarray(24).equals(pictures[0]!)).toBe(true)
    expect(second!.subarray(24).equals(pictures[1]!)).toBe(true)
    page.say({ type: 'ping', id: 1 })
    await page.heard(ofType('pong'))
    expect(page.pictures).toHaveLength(2)
    page.say({ type: 'drawn', camera: index, sequence: 1 })
    expect((await page.shown(3))[2]!.subarray(24).equals(pictures[2]!)).toBe(true)
  })

  it('sees the journal as it happens', async () => {
    await using page = owner.dashboard()
    await page.heard(ofType('hello'))
    page.say({ type: 'follow', journal: { kind: 'act' } })
    page.say({ type: 'ping', id: 1 })
    await page.heard(ofType('pong'))
    await gateway.api('POST', '/api/devices', { kind: 'pico', name: 'followed' })
    const { entries } = await page.heard(ofType('entries'))
    expect(entries[0]).toMatchObject({ kind: 'act', device: 'followed', at: expect.stringMatching(/Z$/) })
  })

  it('is told a diagnosis as it happens, in the language it chose, with its own address', async () => {
    await using board = await camera()
    await using page = owner.dashboard()
    await page.heard(ofType('hello'))
    page.say({ type: 'follow', journal: { device: board.device, kind: 'gateway', language: 'fa' } })
    page.say({ type: 'ping', id: 1 })
    await page.heard(ofType('pong'))
    board.ws.send(Buffer.from('no picture at all'))
    const { entries } = await page.heard(ofType('entries'))
    const { body } = await owner.ask('GET', `/api/journal?device=${board.device}&kind=gateway`, undefined, {
      headers: { 'accept-language': 'fa' },
    })
    expect(entries[0].diagnosis.sentence).toMatch(/[آ-ی]/)
    expect(entries).toEqual(body.entries)
  })

  it('is told when its person opened too many others, and is let in again where they choose to be', async () => {
    await using house = await startGateway({ limits: { pagesPerPerson: 2 } })
    const sara = await firstOwner(house)
    await using first = sara.dashboard()
    await first.heard(ofType('hello'))
    await using second = sara.dashboard()
    await second.heard(ofType('hello'))
    await using third = sara.dashboard()
    expect(await first.closed).toEqual({ code: 4501, reason: 'pages_too_many' })
    await using again = sara.dashboard()
    await again.heard(ofType('hello'))
    expect((await second.closed).code).toBe(4501)
    third.say({ type: 'ping', id: 1 })
    await third.heard(ofType('pong'))
  })

  it('steers, holds the lease, and keeps others from steering by page and by API until it lets go', async () => {
    await using board = await Board.connect(gateway)
    await board.next('connection_ack')
    const device = await board.id()
    await gateway.api('POST', `/api/devices/${device}/approve`, {})
    const operator = await guest(owner, 'operator')
    await using mine = operator.dashboard()
    await using theirs = owner.dashboard()
    for (const page of [mine, theirs]) await page.heard(ofType('hello'))
    mine.say({ type: 'steer', id: 1, device, servo1: 30, servo2: 60 })
    expect((await board.next('servo')).command).toEqual({ servo1: 30, servo2: 60 })
    board.send({ type: 'ack', command_type: 'servo', status: 'success' })
    expect(await mine.heard(ofType('outcome'))).toMatchObject({ id: 1, ok: true, ack: { status: 'success' } })
    expect(await theirs.heard(ofType('lease'))).toMatchObject({ device, holder: { id: operator.id, you: false } })

    theirs.say({ type: 'steer', id: 2, device, servo1: 1, servo2: 1 })
    expect(await theirs.heard(ofType('outcome'))).toMatchObject({ id: 2, ok: false, error: { code: 'lease_held' } })
    const byApi = await gateway.api('POST', `/api/devices/${device}/servo`, { servo1: 1, servo2: 1 })
    expect([byApi.status, byApi.body.code]).toEqual([409, 'lease_held'])

    theirs.say({ type: 'lease', device, act: 'seize' })
    await mine.heard(message => message.type === 'lease' && message.holder?.id === owner.id)
    theirs.say({ type: 'lease', device, act: 'release' })
    await mine.heard(message => message.type === 'lease' && message.holder === null)
  })
})

describe('the door of pages', () => {
  it('is shut to other sites, to pages without an Origin, and to those without a session', async () => {
    for (const origin of ['https://evil.example', null]) {
      await using page = owner.dashboard({ origin })
      expect([origin, await page.refused]).toEqual([origin, 403])
    }
    const nobody = new PersonClient(gateway)
    await using page = nobody.dashboard()
    expect(await page.refused).toBe(401)
  })

  it('tells a page whose session is over so, with 4001', async () => {
    const client = await guest(owner, 'viewer')
    await owner.ask('DELETE', `/api/people/${client.id}`)
    await using page = client.dashboard()
    expect(await page.closed).toEqual({ code: 4001, reason: 'session_missing' })
  })

  it('keeps pictures for viewers behind the session and the Origin as well', async () => {
    await using board = await camera()
    const { WebSocket } = await import('ws')
    const view = (headers: Record<string, string>) =>
      new WebSocket(`${gateway.wsUrl}/ws/view/${board.device}`, { headers })
    const own = view({ cookie: owner.cookie, origin: gateway.url })
    await once(own, 'open')
    own.terminate()
    for (const headers of [{ cookie: owner.cookie, origin: 'https://evil.example' }, { cookie: owner.cookie }]) {
      const foreign = view(headers as Record<string, string>)
      foreign.on('error', () => {})
      const [, response] = await once(foreign, 'unexpected-response')
      expect(response.statusCode).toBe(403)
      foreign.terminate()
    }
  })
})

describe('within a second', () => {
  const acts: [string, (client: PersonClient) => Promise<unknown>, string][] = [
    [
      'a page closes whose session signs out',
      client => client.ask('POST', '/api/auth/sign-out', {}),
      'session_missing',
    ],
    [
      'a page closes whose person is sent away',
      client => owner.ask('DELETE', `/api/people/${client.id}`),
      'session_missing',
    ],
    [
      'a page closes whose role changes',
      client => owner.ask('PATCH', `/api/people/${client.id}`, { role: 'viewer' }),
      'access_changed',
    ],
    [
      'a page closes whose grants change',
      client => owner.ask('PATCH', `/api/people/${client.id}`, { grants: ['#a'] }),
      'access_changed',
    ],
  ]
  it.each(acts)('%s', async (_what, act, reason) => {
    const client = await guest(owner, 'operator')
    await using page = client.dashboard()
    await page.heard(ofType('hello'))
    expect((await act(client)) as object).toMatchObject({ status: 200 })
    const late = new Promise(resolve => setTimeout(resolve, 1_000, 'still open after a second'))
    expect(await Promise.race([page.closed, late])).toEqual({ code: 4001, reason })
  })
})

it('tells pages that the gateway shuts down', async () => {
  await using fresh = await startGateway()
  const client = await firstOwner(fresh)
  await using page = client.dashboard()
  await page.heard(ofType('hello'))
  await fresh.stop()
  expect(await page.closed).toEqual({ code: 1001, reason: 'shutting_down' })
})
