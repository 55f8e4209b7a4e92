import { describe, expect, it } from 'vitest'
import { Core, type CoreOptions, type FakeBoard } from '../../../tests/support/core.ts'

const host = { type: 'host' } as const
const seconds = 1_000
const minutes = 60 * seconds

const notes = (core: Core, event: string) => core.store.rows().filter(row => row.data?.event === event)

async function started(options: CoreOptions = {}) {
  const core = await Core.start(options)
  core.sessions.start()
  return core
}

/** Time passes, and these boards answer the gateway's pings as real ones do. */
function live(core: Core, ms: number, ...boards: FakeBoard[]): void {
  for (let left = ms; left > 0; left -= seconds) {
    core.clock.advance(Math.min(seconds, left))
    for (const board of boards) {
      const said = board.line.sent.splice(0)
      if (!board.session.closed && said.some(({ type }) => type === 'ping')) board.say({ type: 'pong' })
    }
  }
}

describe('keeping alive', () => {
  it('says something as text to every board at least every 25 s, and pings by protocol as often', async () => {
    const core = await started()
    const boards = Array.from({ length: 25 }, () => core.connect())
    const last = boards.map(() => core.clock.ticks())
    for (let ms = 0; ms < 5 * minutes; ms += 500) {
      for (const board of boards) board.line.bytesRead++
      core.clock.advance(500)
      for (const [index, { line }] of boards.entries()) {
        if (line.sent.splice(0).length > 0) last[index] = core.clock.ticks()
        expect(core.clock.ticks() - last[index]!).toBeLessThanOrEqual(10 * seconds)
      }
    }
    for (const { line } of boards) expect(line.pings.length).toBeGreaterThanOrEqual(29)
  })

  it('never sends a board both kinds of ping at once, and not to all boards in the same moment', async () => {
    const core = await started({ mode: 'open' })
    const boards = Array.from({ length: 100 }, () => core.connect())
    for (let step = 0; step < 40; step++) {
      const before = boards.map(({ line }) => [line.sent.length, line.pings.length] as const)
      for (const board of boards) board.line.bytesRead++
      core.clock.advance(1_000)
      const text = boards.filter(({ line }, index) => line.sent.length > before[index]![0])
      const protocol = boards.filter(({ line }, index) => line.pings.length > before[index]![1])
      expect(text.filter(board => protocol.includes(board))).toEqual([])
      expect([text.length, protocol.length]).toEqual([10, 10])
    }
  })

  it('ends when stopped, and leaves no timer', async () => {
    const core = await started()
    core.connect()
    await core.flush()
    core.sessions.stop()
    await core.flush()
    expect(core.clock.timers).toBe(0)
  })
})

describe('a dead board', () => {
  it('is noticed after 45 s, within a second, and closed with 4010', async () => {
    const core = await started()
    const board = await core.active()
    live(core, 30 * seconds, board)
    const lastByte = core.clock.ticks()
    board.say({ type: 'ping' })
    while (core.clock.ticks() - lastByte < 44_900) core.clock.advance(100)
    expect(board.line.closedWith).toBeUndefined()
    expect(core.sessions.liveOf(board.device)).toMatchObject({ online: true, presence: 'online' })
    core.clock.advance(1_100)
    expect(board.line.closedWith).toEqual({ code: 4010, reason: 'silent' })
    expect(core.sessions.liveOf(board.device)).toEqual({ online: false, presence: 'reconnecting' })
    await core.flush()
    expect(core.store.rows().at(-1)).toMatchObject({ kind: 'connection.closed', data: { code: 4010, by: 'gateway' } })
  })

  it('is none while a frame trickles in', async () => {
    const core = await started()
    const board = await core.active({ wants: 'esp32cam' })
    for (let turn = 0; turn < 20; turn++) {
      core.clock.advance(40 * seconds)
      board.line.bytesRead++
    }
    expect(board.line.closedWith).toBeUndefined()
  })

  it('is none after 16 s of deafness while a servo moves', async () => {
    const core = await started()
    const board = await core.active()
    for (let turn = 0; turn < 10; turn++) {
      core.clock.advance(16 * seconds)
      board.say({ type: 'ack', command_type: 'servo' })
    }
    expect(board.line.closedWith).toBeUndefined()
  })
})

describe('presence', () => {
  it('goes from online through a minute of reconnecting to offline', async () => {
    const core = await started()
    const board = await core.active()
    expect(core.sessions.liveOf(board.device)).toMatchObject({ online: true, presence: 'online', library: 'a test' })
    core.gone(board)
    expect(core.sessions.liveOf(board.device)).toEqual({ online: false, presence: 'reconnecting' })
    core.clock.advance(minutes - 1)
    expect(core.sessions.liveOf(board.device).presence).toBe('reconnecting')
    core.clock.advance(1)
    expect(core.sessions.liveOf(board.device).presence).toBe('offline')
    const back = core.connect({ token: board.token })
    expect(core.sessions.liveOf(back.device).presence).toBe('online')
  })

  it('is in the store, for the next start: who was online when the gateway ended is marked so', async () => {
    const core = await started()
    const [online, left] = [await core.active(), await core.active()]
    core.gone(left)
    await core.flush()
    const killed = await core.store.loadDevices()
    core.sessions.endAll()
    expect(online.line.closedWith).toEqual({ code: 1001, reason: 'shutting_down' })
    await core.registry.close()
    const stopped = await core.store.loadDevices()
    for (const devices of [killed, stopped]) {
      expect(devices.find(({ id }) => id === online.device.id)?.connectionId).toBe(online.session.id)
      expect(devices.find(({ id }) => id === left.device.id)?.connectionId).toBeUndefined()
    }
  })

  it('knows when a board was last seen, while it runs to the moment, in the store to the minute', async () => {
    const core = await started()
    const board = await core.active()
    await core.flush()
    for (let turn = 0; turn < 30; turn++) {
      await core.clock.pass(10 * seconds, seconds)
      board.say({ type: 'ping' })
      expect(board.device.lastSeenAt).toBe(core.clock.now())
      const [stored] = await core.store.loadDevices()
      expect(core.clock.now() - stored!.lastSeenAt!).toBeLessThanOrEqual(70 * seconds)
    }
  })

  it('knows the address, the firmware and what else a board tells of itself', async () => {
    const core = await started()
    const board = core.connect({ address: '198.51.100.9', firmware: '1.0.0', deviceId: 'A0:B1' })
    expect(board.device).toMatchObject({ lastAddress: '198.51.100.9', firmware: '1.0.0', saysItIs: 'A0:B1' })
    board.say({ type: 'connect', device: 'pico', version: '1.0.1', memory_free: 100_000, rssi: -70, uptime: 12 })
    await core.flush()
    const facts = { firmware: '1.0.1', memoryFreeBytes: 100_000, signalDbm: -70, uptimeS: 12 }
    expect(board.device).toMatchObject(facts)
    expect((await core.store.loadDevices())[0]).toMatchObject(facts)
  })
})

describe('the newest connection of a device', () => {
  it('wins, and the older one is closed with 4009', async () => {
    const core = await started()
    const older = await core.active()
    const newer = core.connect({ token: older.token })
    expect(older.line.closedWith).toEqual({ code: 4009, reason: 'replaced' })
    expect(core.sessions.ofDevice(newer.device.id)).toBe(newer.session)
    expect([newer.device, newer.device.connectionId]).toEqual([older.device, newer.session.id])
  })

  it('displaces nobody whose socket is gone, even where that is not told yet', async () => {
    const core = await started()
    const older = await core.active()
    older.line.settle = () => core.sessions.closed(older.session, 1006, false)
    const newer = core.connect({ token: older.token })
    expect(older.line.closedWith).toBeUndefined()
    expect(core.sessions.ofDevice(newer.device.id)).toBe(newer.session)
    expect(newer.device).toMatchObject({ connectionId: newer.session.id })
    expect(newer.device.disconnectedAt).toBeUndefined()
    await core.flush()
    const closed = core.store.rows().filter(row => row.kind === 'connection.closed')
    expect(closed.map(({ data }) => data?.code)).toEqual([1006])
  })

  it('stays when the older one closes late', async () => {
    const core = await started()
    const older = await core.active()
    const newer = core.connect({ token: older.token })
    core.clock.advance(18 * seconds)
    newer.say({ type: 'ping' })
    core.gone(older)
    expect(core.sessions.liveOf(newer.device).online).toBe(true)
    expect(core.sessions.ofDevice(newer.device.id)).toBe(newer.session)
    expect(newer.device).toMatchObject({ connectionId: newer.session.id })
    expect(newer.device.disconnectedAt).toBeUndefined()
    await core.flush()
    const closed = core.store.rows().filter(row => row.kind === 'connection.closed')
    expect(closed).toHaveLength(1)
  })

  it('gets the commands', async () => {
    const core = await started()
    const older = await core.active()
    const waiting = core.steering.servo(host, older.device, { servo1: 1, servo2: 2 })
    const newer = core.connect({ token: older.token })
    await expect(waiting).rejects.toMatchObject({ code: 'device_offline' })
    void core.steering.servo(host, newer.device, { servo1: 3, servo2: 4 })
    expect(newer.line.ofType('servo')).toHaveLength(1)
    older.say({ type: 'ack', command_type: 'servo' })
    await core.flush()
    expect(core.store.rows().some(row => row.text.startsWith('servo: acknowledged'))).toBe(false)
  })
})

describe('one token and two boards', () => {
  const [home, away] = ['203.0.113.7', '198.51.100.9']

  it('is noticed at the third displacement, named in plain words, and pauses steering until confirmed', async () => {
    const core = await started()
    let board = await core.active({ address: home, deviceId: 'roof' })
    for (const address of [away, home, away]) {
      expect(board.device.contestedAt).toBeUndefined()
      core.clock.advance(5 * seconds)
      board = core.connect({ token: board.token, address })
    }
    expect(board.device.contestedAt).toBe(core.clock.now())
    await core.flush()
    expect(notes(core, 'contested')).toMatchObject([{ data: { addresses: [home, away] }, deviceId: board.device.id }])
    expect(notes(core, 'contested')[0]!.text).toMatch(
      /Two boards use the token of roof, from 203\.0\.113\.7 and 198\.51/,
    )
    const order = () => core.steering.servo(host, board.device, { servo1: 1, servo2: 2 })
    await expect(order()).rejects.toMatchObject({ code: 'device_contested' })
    board = core.connect({ token: board.token, address: home })
    await core.flush()
    expect(notes(core, 'contested')).toHaveLength(1)
    await core.done(core.care.confirm(host, board.device))
    void order().catch(() => {})
    expect(board.line.ofType('servo')).toHaveLength(1)
  })

  it('is over with a rotation', async () => {
    const core = await started()
    let board = await core.active({ address: home })
    for (const address of [away, home, away]) board = core.connect({ token: board.token, address })
    expect(board.device.contestedAt).toBeDefined()
    await core.done(core.care.rotate(host, board.device))
    expect(board.device.contestedAt).toBeUndefined()
    board = core.connect({ token: board.token, address: home })
    expect(board.device.contestedAt).toBeUndefined()
  })

  it('is not what a board is that merely lost its line, again and again', async () => {
    const core = await started()
    let board = await core.active({ address: home })
    for (const address of [away, home, away, home]) {
      // Nothing was heard from the old connection for longer than any living board is silent.
      core.clock.advance(20 * seconds)
      board = core.connect({ token: board.token, address })
    }
    expect(board.device.contestedAt).toBeUndefined()
  })

  it('is not what a board is that closed its line before it came back from elsewhere', async () => {
    const core = await started()
    let board = await core.active({ address: home })
    for (const address of [away, home, away, home]) {
      core.gone(board)
      board = core.connect({ token: board.token, address })
    }
    expect(board.device.contestedAt).toBeUndefined()
  })

  it('is not what a board is that keeps coming from one address', async () => {
    const core = await started()
    let board = await core.active({ address: home })
    for (let turn = 0; turn < 10; turn++) board = core.connect({ token: board.token, address: home })
    expect(board.device.contestedAt).toBeUndefined()
  })
})

describe('a shared token without an id', () => {
  const token = 'one-for-the-whole-fleet'
  const fleet = (kind: 'pico' | 'esp32cam' = 'pico') => started({ shared: [{ token, kind }] })

  it('makes the newcomer a second board when the old one answers within 20 s', async () => {
    const core = await fleet()
    const first = core.connect({ token })
    const second = core.connect({ token })
    live(core, 19 * seconds, first, second)
    expect(core.registry.size).toBe(1)
    live(core, 1 * seconds, first, second)
    expect(second.device).not.toBe(first.device)
    expect(second.device.name).toBe(`${first.device.name}-2`)
    expect(core.registry.find(`${first.device.name}-2`)).toBe(second.device)
    expect([first, second].map(({ line }) => line.closedWith)).toEqual([undefined, undefined])
    expect(core.sessions.liveOf(second.device).online).toBe(true)
    await core.flush()
    expect(notes(core, 'second_board')).toHaveLength(1)
    expect(await core.store.loadDevices()).toHaveLength(2)
  })

  it('makes it the same board come back when the old one is silent for 20 s', async () => {
    const core = await fleet()
    const first = core.connect({ token })
    const second = core.connect({ token })
    live(core, 20 * seconds - 1, second)
    expect(first.line.closedWith).toBeUndefined()
    live(core, 1, second)
    expect(first.line.closedWith?.code).toBe(4009)
    expect(second.device).toBe(first.device)
    expect(core.registry.size).toBe(1)
    expect(core.sessions.ofDevice(first.device.id)).toBe(second.session)
    expect(first.device.connectionId).toBe(second.session.id)
    await core.flush()
    expect(notes(core, 'same_board')).toHaveLength(1)
  })

  it('asks the old one at once, in one message', async () => {
    for (const kind of ['pico', 'esp32cam'] as const) {
      const core = await fleet(kind)
      const first = core.connect({ token, wants: kind })
      first.line.sent.length = 0
      core.connect({ token, wants: kind })
      expect([first.line.sent.map(({ type }) => type), first.line.pings]).toEqual(
        kind === 'pico' ? [['ping'], []] : [[], ['dvz']],
      )
    }
  })

  it('takes for an answer only what came after the question', async () => {
    const core = await fleet()
    const first = core.connect({ token })
    // The first half of a message: read, but looked at only later.
    first.line.bytesRead += 50
    const second = core.connect({ token })
    live(core, 20 * seconds, second)
    expect(second.device).toBe(first.device)
  })

  it('takes half a frame for an answer too', async () => {
    const core = await fleet('esp32cam')
    const first = core.connect({ token, wants: 'esp32cam' })
    const second = core.connect({ token, wants: 'esp32cam' })
    core.clock.advance(19_500)
    first.line.bytesRead += 1_400
    core.clock.advance(500)
    expect(second.device).not.toBe(first.device)
    expect(core.registry.size).toBe(2)
  })

  it('counts on: a third board while the second is still being told apart', async () => {
    const core = await fleet()
    const boards = [core.connect({ token }), core.connect({ token }), core.connect({ token })]
    live(core, 20 * seconds, ...boards)
    const devices = [...core.registry.all()]
    expect(devices).toHaveLength(3)
    expect(new Set(devices.map(({ name }) => name)).size).toBe(3)
    expect(new Set(devices.map(({ member }) => member)).size).toBe(3)
    expect(boards.map(({ session }) => core.sessions.ofDevice(session.device.id))).toEqual(
      boards.map(({ session }) => session),
    )
  })

  it('leaves nothing of a newcomer that goes before it is told apart', async () => {
    const core = await fleet('esp32cam')
    const first = core.connect({ token, wants: 'esp32cam' })
    const second = core.connect({ token, wants: 'esp32cam' })
    const { id } = second.device
    second.sendBinary(Buffer.from('ffd80000ffd9', 'hex'))
    expect(core.rooms.peek(id)).toBeDefined()
    core.gone(second)
    first.say({ type: 'heartbeat' })
    live(core, 20 * seconds, first)
    expect([core.registry.size, core.rooms.peek(id), core.sessions.size]).toEqual([1, undefined, 1])
  })

  it('leaves nothing of a newcomer that turned out to be a known board', async () => {
    const core = await fleet('esp32cam')
    const first = core.connect({ token, wants: 'esp32cam' })
    const second = core.connect({ token, wants: 'esp32cam' })
    const { id } = second.device
    const picture = () => second.sendBinary(Buffer.from('ffd80000ffd9', 'hex'))
    picture()
    for (let ms = 0; ms < 20 * seconds; ms += 5 * seconds) {
      core.clock.advance(5 * seconds)
      second.line.bytesRead++
    }
    expect(second.device).toBe(first.device)
    expect([core.rooms.peek(id), core.sessions.ofDevice(id)]).toEqual([undefined, undefined])
    picture()
    expect(core.rooms.of(first.device.id).counters.framesReceived).toBe(2)
  })

  it('does not make a board that left and came back within the 20 s the loser of it', async () => {
    const core = await fleet()
    const first = core.connect({ token })
    const second = core.connect({ token })
    core.clock.advance(5 * seconds)
    core.gone(first)
    const back = core.connect({ token })
    expect(back.device).toBe(first.device)
    live(core, 20 * seconds, back, second)
    expect(back.line.closedWith).toBeUndefined()
    expect(core.sessions.ofDevice(back.device.id)).toBe(back.session)
    expect(second.device).not.toBe(back.device)
  })
})

describe('the end of a conversation', () => {
  it('is written down with its length, its code and who ended it', async () => {
    const core = await started()
    const board = await core.active({ deviceId: 'roof' })
    live(core, 12 * seconds, board)
    core.gone(board, 1005)
    core.gone(board, 1006)
    await core.flush()
    const closed = core.store.rows().filter(row => row.kind === 'connection.closed')
    expect(closed).toMatchObject([
      {
        text: 'disconnected after 12 s (code 1005, by the board or the network)',
        connectionId: board.session.id,
        deviceId: board.device.id,
        address: '203.0.113.7',
        data: { code: 1005, by: 'board', seconds: 12 },
      },
    ])
  })

  it('comes for all at a shutdown with Close 1001', async () => {
    const core = await started()
    const boards = [await core.active(), core.connect()]
    core.sessions.endAll()
    expect(boards.map(({ line }) => line.closedWith?.code)).toEqual([1001, 1001])
    expect(core.sessions.size).toBe(0)
  })

  it('frees everything: sessions come and go without leaving a trace in memory', async () => {
    const core = await started()
    const board = await core.active()
    for (let turn = 0; turn < 50; turn++) core.gone(core.connect({ token: board.token }))
    expect([core.sessions.size, [...core.sessions.all()].length]).toEqual([0, 0])
    await core.flush()
    core.sessions.stop()
    expect(core.clock.timers).toBe(0)
  })
})

describe('traffic', () => {
  it('is reported every 5 min, and at the end', async () => {
    const core = await started()
    const board = await core.active({ wants: 'esp32cam' })
    const frame = () => board.sendBinary(Buffer.from('ffd80000ffd9', 'hex'))
    const reports = () => core.store.rows().filter(row => row.kind === 'traffic')
    for (let turn = 0; turn < 30; turn++) {
      frame()
      await core.clock.pass(10 * seconds, seconds)
    }
    // Each board is looked at once a second.
    await core.clock.pass(seconds)
    await core.flush()
    expect(reports()).toMatchObject([
      { text: 'in 300 s: frames 30, frameBytes 180', data: { seconds: 300, frames: 30 } },
    ])
    frame()
    core.gone(board)
    await core.flush()
    expect(reports()).toHaveLength(2)
    expect(reports()[1]).toMatchObject({ data: { frames: 1 } })
  })

  it('is no news when only keep-alives went by, and these do not add up to the next report', async () => {
    const core = await started()
    const board = await core.active()
    live(core, 11 * minutes, board)
    await core.flush()
    expect(core.store.rows().filter(row => row.kind === 'traffic')).toEqual([])
    expect(board.session.traffic.pongs).toBeLessThan(10)
  })
})

describe('the journal of boards that wait', () => {
  const [flood, calm] = ['203.0.113.7', '198.51.100.9']
  const rowsOf = (core: Core, address: string) => core.store.rows().filter(row => row.address === address)

  it('is bounded by address, however often they come back and with however many claims', async () => {
    const core = await started()
    const known = await core.active({ address: flood })
    for (let turn = 0; turn < 400; turn++) {
      const board = core.connect({ address: flood })
      board.say({ type: 'note', turn })
      core.gone(board)
    }
    await core.flush()
    const before = rowsOf(core, flood).length
    expect(before).toBeGreaterThan(290)
    expect(before).toBeLessThanOrEqual(303)
    // Neither its neighbours nor those who are in are kept quiet by it.
    core.connect({ address: calm })
    known.say({ type: 'note', from: 'inside' })
    await core.flush()
    expect(rowsOf(core, calm)).toHaveLength(1)
    expect(rowsOf(core, flood)).toHaveLength(before + 1)
  })

  it('goes on at one row a second', async () => {
    const core = await started()
    const come = () => core.gone(core.connect({ address: flood }))
    for (let turn = 0; turn < 200; turn++) come()
    await core.flush()
    const before = rowsOf(core, flood).length
    await core.clock.pass(10 * seconds, seconds)
    for (let turn = 0; turn < 200; turn++) come()
    await core.flush()
    expect(rowsOf(core, flood).length - before).toBe(10)
  })
})
