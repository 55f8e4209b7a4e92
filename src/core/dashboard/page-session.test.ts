import { describe, expect, it } from 'vitest'
import type { DeviceView } from '#protocol/api.ts'
import type { ToDashboard } from '#protocol/dashboard.ts'
import type { PictureHead } from '#protocol/picture-head.ts'
import type { Role } from '#protocol/vocabulary.ts'
import { Core, type FakeBoard } from '../../../tests/support/core.ts'
import { noFaults } from '../../../tests/support/faults.ts'
import { jpeg } from '../../../tests/support/jpeg.ts'
import type { FailureCode } from '../../errors/errors.ts'
import type { Principal } from '../access/access.ts'
import type { Device } from '../devices/device.ts'
import type { Limits } from '../limits.ts'
import { ControlLeases } from '../steering/control-leases.ts'
import { Steering } from '../steering/steering.ts'
import { DeviceFeed, feedEveryMs } from './device-feed.ts'
import type { PageConnection, PersonPrincipal } from './page-session.ts'
import { checkEveryMs, PageSessions } from './page-sessions.ts'

class FakePage implements PageConnection {
  readonly said: ToDashboard[] = []
  readonly shown: PictureHead[] = []
  closed: FailureCode | undefined
  say(message: ToDashboard): void {
    this.said.push(JSON.parse(JSON.stringify(message)))
  }
  show(head: PictureHead): void {
    this.shown.push(head)
  }
  close(why: FailureCode): void {
    this.closed ??= why
  }
  // biome-ignore lint/suspicious/noExplicitAny: tests look into messages of every shape
  of(type: ToDashboard['type']): any[] {
    return this.said.filter(message => message.type === type)
  }
}

async function parts(more: Partial<Limits> = {}) {
  const core = await Core.start()
  const { clock, registry, streams, journal, sessions, health } = core
  const limits = { ...core.limits, ...more }
  const leases = new ControlLeases(clock)
  const view = ({ id, name, state, tags, memoryFreeBytes, lastSeenAt }: Device) =>
    ({
      id,
      name,
      state,
      tags,
      memoryFree: memoryFreeBytes,
      lastSeen: lastSeenAt,
      lastFrame: null,
    }) as unknown as DeviceView
  const feed = new DeviceFeed({
    registry,
    clock,
    view,
    enrolment: () => ({ waiting: registry.pending().size }) as never,
    faults: noFaults,
  })
  const pageSessions = new PageSessions({
    version: '1',
    clock,
    limits,
    registry,
    streams,
    steering: new Steering(sessions, registry, journal, leases),
    leases,
    journal,
    health,
    feed,
    entryView: row => row as never,
    faults: noFaults,
  })
  const open = (id: string, role: Role, grants?: string[]) => {
    const person: PersonPrincipal = { type: 'person', id, label: id, role, grants }
    const page = new FakePage()
    const state: { now: Principal | FailureCode } = { now: person }
    const pageSession = pageSessions.open(person, page, { language: 'en' }, () => state.now)
    return { page, pageSession, state, receive: (message: object) => pageSession.receive(JSON.stringify(message)) }
  }
  return { core, pageSessions, leases, open, feed }
}

describe('a page that follows several kinds', () => {
  it('is told of each of them, and of nothing else', async () => {
    const { core, open } = await parts()
    const { page, receive } = open('mina', 'owner')
    receive({ type: 'follow', journal: { kind: ['refusal', 'connection'] } })
    for (const kind of ['refusal', 'gateway', 'connection.opened', 'act', 'connection.closed'] as const)
      core.journal.write({ kind, text: kind })
    core.clock.advance(200)
    expect(page.of('entries').flatMap(({ entries }) => entries.map(({ kind }: { kind: string }) => kind))).toEqual([
      'refusal',
      'connection.opened',
      'connection.closed',
    ])
  })
})

describe('the pages of one person', () => {
  it('are so many at most: a further one closes the page that was touched the longest ago, and no one else’s', async () => {
    const { core, open, pageSessions, leases } = await parts({ pagesPerPerson: 3 })
    const stranger = open('omid', 'owner')
    const pages = [open('mina', 'owner')]
    for (let count = 1; count < 3; count++) {
      core.clock.advance(1_000)
      pages.push(open('mina', 'owner'))
    }
    const [wall, forgotten, third] = pages
    core.clock.advance(1_000)
    // The second page is hidden and only sends pings; the oldest page still draws.
    forgotten!.receive({ type: 'ping', id: 1 })
    wall!.receive({ type: 'drawn', camera: 0, sequence: 1 })
    core.clock.advance(100)
    const fourth = open('mina', 'owner')
    expect(forgotten!.page.closed).toBe('pages_too_many')
    expect([stranger, wall!, third!, fourth].map(({ page }) => page.closed)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ])
    expect(pageSessions.size).toBe(4)
    // The socket of the closed page closes only later, which must not end the lease of the person's other pages.
    const board = await core.active()
    leases.act(nameOf(board), { id: 'mina', name: 'Mina' }, 'take', false)
    pageSessions.remove(forgotten!.pageSession)
    expect(leases.of(nameOf(board))?.holder.id).toBe('mina')
    forgotten!.receive({ type: 'follow', journal: {} })
    core.journal.write({ kind: 'gateway', text: 'x' })
    core.clock.advance(1_000)
    expect(forgotten!.page.of('entries')).toEqual([])
  })
})

const nameOf = (board: FakeBoard) => board.device.id

describe('a page', () => {
  it('is told of every device it reaches, then of changes, together and at most four times a second', async () => {
    const { core, open } = await parts()
    const one = await core.active()
    const { page } = open('mina', 'owner')
    expect(page.of('devices')[0].devices.map((device: DeviceView) => device.id)).toEqual([nameOf(one)])
    const two = await core.active()
    core.registry.change(one.device, { tags: ['a'] })
    core.registry.change(one.device, { tags: ['b'] })
    core.clock.advance(feedEveryMs)
    expect(page.of('devices')).toHaveLength(2)
    expect(
      page
        .of('devices')[1]
        .devices.map((device: DeviceView) => device.id)
        .sort(),
    ).toEqual([nameOf(one), nameOf(two)].sort())
  })

  it('is not told that a board is merely alive, but of facts that changed without an event', async () => {
    const { core, open } = await parts()
    const board = await core.active()
    const { page } = open('mina', 'owner')
    core.clock.advance(5_000)
    page.said.length = 0
    board.say({ type: 'ping', memory_free: 1_234 })
    core.clock.advance(2_500)
    expect(page.of('devices').map(({ devices }) => devices[0].memoryFree)).toEqual([1_234])
    board.say({ type: 'ping', memory_free: 1_234 })
    core.clock.advance(5_000)
    expect(page.of('devices')).toHaveLength(1)
  })

  it('with grants learns nothing of other devices: not their names, pictures, journal, leases or orders', async () => {
    const { core, open, leases } = await parts()
    const mine = await core.active({ wants: 'esp32cam' })
    const other = await core.active({ wants: 'esp32cam' })
    const { page, receive } = open('omid', 'operator', [nameOf(mine)])
    receive({ type: 'follow', journal: {} })
    receive({ type: 'watch', cameras: [mine, other].map(board => ({ device: nameOf(board), rate: 'full' })) })
    receive({ type: 'steer', id: 1, device: nameOf(other), servo1: 1, servo2: 1 })
    receive({ type: 'lease', device: nameOf(other), act: 'take' })
    leases.act(nameOf(other), { id: 'mina', name: 'Mina' }, 'take', false)
    other.sendBinary(jpeg())
    mine.sendBinary(jpeg())
    other.say({ type: 'log', message: 'psst' })
    core.registry.change(other.device, { tags: ['secret'] })
    await core.flush()
    core.clock.advance(1_000)
    expect(page.shown).toHaveLength(1)
    expect(page.of('outcome')[0].error.code).toBe('device_not_found')
    expect(page.of('enrolment')).toEqual([])
    expect(JSON.stringify(page.said)).not.toContain(nameOf(other))
  })

  it('loses a device whose tag it was granted by, when the tag goes', async () => {
    const { core, open } = await parts()
    const board = await core.active()
    core.registry.change(board.device, { tags: ['garden'] })
    const { page } = open('omid', 'viewer', ['#garden'])
    expect(page.of('devices')[0].devices).toHaveLength(1)
    core.registry.change(board.device, { tags: [] })
    core.clock.advance(feedEveryMs)
    expect(page.of('devices')[1]).toMatchObject({ devices: [], removed: [nameOf(board)] })
  })

  it('sees the first picture of a camera as soon as it is approved', async () => {
    const { core, open } = await parts()
    const board = core.connect({ wants: 'esp32cam' })
    const { page, receive } = open('mina', 'owner')
    receive({ type: 'watch', cameras: [{ device: nameOf(board), rate: 'full' }] })
    board.sendBinary(jpeg())
    expect(page.shown).toEqual([])
    await core.done(core.deviceAdmin.approve({ type: 'host' }, board.device))
    core.clock.advance(feedEveryMs)
    board.sendBinary(jpeg())
    expect(page.shown).toHaveLength(1)
  })

  it('asks for nothing while it is hidden', async () => {
    const { core, open } = await parts()
    const board = await core.active({ wants: 'esp32cam' })
    const { page, receive } = open('mina', 'owner')
    receive({ type: 'watch', cameras: [{ device: nameOf(board), rate: 'full' }] })
    receive({ type: 'watch', cameras: [] })
    board.sendBinary(jpeg())
    expect([page.shown.length, core.streams.of(nameOf(board)).viewers]).toEqual([0, 0])
  })

  it('lets messages be that it does not understand', async () => {
    const { pageSessions, open } = await parts()
    const { pageSession, page, receive } = open('mina', 'owner')
    const before = page.said.length
    for (const text of ['', '{', '[]', 'null', '{"type":"watch"}', '{"type":"nothing"}']) pageSession.receive(text)
    receive({ type: 'drawn', camera: 77, sequence: 1 })
    receive({ type: 'ping', id: 7 })
    expect(page.said.slice(before)).toMatchObject([{ type: 'pong', id: 7 }])
    pageSessions.remove(pageSession)
  })
})

describe('steering from a page', () => {
  it('takes the lease, tells the outcome, and is refused to others until the lease ends', async () => {
    const { core, open } = await parts()
    const board = await core.active()
    const mina = open('mina', 'operator')
    const omid = open('omid', 'operator')
    mina.receive({ type: 'steer', id: 1, device: nameOf(board), servo1: 40, servo2: 50 })
    expect(board.connection.ofType('servo')[0].command).toEqual({ servo1: 40, servo2: 50 })
    board.say({ type: 'ack', command_type: 'servo', status: 'success' })
    await core.flush()
    expect(mina.page.of('outcome')).toMatchObject([{ id: 1, ok: true, ack: { status: 'success' } }])
    expect(omid.page.of('lease').at(-1)).toMatchObject({ holder: { id: 'mina', you: false } })
    omid.receive({ type: 'steer', id: 9, device: nameOf(board), servo1: 1, servo2: 1 })
    await core.flush()
    expect(omid.page.of('outcome')).toMatchObject([{ id: 9, ok: false, error: { code: 'lease_held' } }])
    core.clock.advance(5_000)
    expect(omid.page.of('lease').at(-1)).toMatchObject({ holder: null })
  })

  it('is not for viewers', async () => {
    const { core, open } = await parts()
    const board = await core.active()
    const { page, receive } = open('sara', 'viewer')
    receive({ type: 'steer', id: 1, device: nameOf(board), servo1: 1, servo2: 1 })
    receive({ type: 'lease', device: nameOf(board), act: 'take' })
    await core.flush()
    expect(page.of('outcome')).toMatchObject([{ ok: false, error: { code: 'forbidden' } }])
    expect(page.of('lease').at(-1)).toMatchObject({ holder: null })
  })

  it('ends with the last page of whoever steers', async () => {
    const { core, pageSessions, leases, open } = await parts()
    const board = await core.active()
    const first = open('mina', 'operator')
    const second = open('mina', 'operator')
    first.receive({ type: 'lease', device: nameOf(board), act: 'take' })
    pageSessions.remove(first.pageSession)
    expect(leases.of(nameOf(board))?.holder.id).toBe('mina')
    pageSessions.remove(second.pageSession)
    expect(leases.of(nameOf(board))).toBeUndefined()
  })
})

describe('a session', () => {
  it.each([
    ['ended', 'session_missing' as const, 'session_missing'],
    ['with another role', { type: 'person', id: 'mina', label: 'mina', role: 'viewer' } as const, 'access_changed'],
    [
      'with other grants',
      { type: 'person', id: 'mina', label: 'mina', role: 'owner', grants: ['#a'] } as const,
      'access_changed',
    ],
    ['of somebody else', { type: 'person', id: 'omid', label: 'omid', role: 'owner' } as const, 'session_missing'],
  ])('%s closes its page within a second', async (_what, now, why) => {
    const { core, open } = await parts()
    const { page, state } = open('mina', 'owner')
    core.clock.advance(checkEveryMs)
    expect(page.closed).toBeUndefined()
    state.now = now
    core.clock.advance(1_000)
    expect(page.closed).toBe(why)
  })

  it('leaves no timer and no listener behind', async () => {
    const { core, pageSessions, open, feed } = await parts()
    const before = core.clock.timers
    const { pageSession, receive } = open('mina', 'owner')
    receive({ type: 'follow', journal: {} })
    core.journal.write({ kind: 'gateway', text: 'something' })
    pageSessions.remove(pageSession)
    await core.flush()
    expect(core.clock.timers).toBe(before)
    expect([pageSessions.size, feed.all().length]).toEqual([0, 0])
  })
})
