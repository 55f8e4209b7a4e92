import { describe, expect, it } from 'vitest'
import { live, minutes, seconds, started } from '../../../tests/support/sessions.ts'

describe('keeping alive', () => {
  it('says something as text to every board at least every 25 s, and pings by protocol as often', async () => {
    const core = await started()
    const boards = Array.from({ length: 25 }, () => core.connect())
    const last = boards.map(() => core.clock.ticks())
    for (let ms = 0; ms < 5 * minutes; ms += 500) {
      for (const board of boards) board.connection.bytesRead++
      core.clock.advance(500)
      for (const [index, { connection }] of boards.entries()) {
        if (connection.sent.splice(0).length > 0) last[index] = core.clock.ticks()
        expect(core.clock.ticks() - last[index]!).toBeLessThanOrEqual(10 * seconds)
      }
    }
    for (const { connection } of boards) expect(connection.pings.length).toBeGreaterThanOrEqual(29)
  })

  it('never sends a board both kinds of ping at once, and not to all boards in the same moment', async () => {
    const core = await started({ mode: 'open' })
    const boards = Array.from({ length: 100 }, () => core.connect())
    for (let step = 0; step < 40; step++) {
      const before = boards.map(({ connection }) => [connection.sent.length, connection.pings.length] as const)
      for (const board of boards) board.connection.bytesRead++
      core.clock.advance(1_000)
      const text = boards.filter(({ connection }, index) => connection.sent.length > before[index]![0])
      const protocol = boards.filter(({ connection }, index) => connection.pings.length > before[index]![1])
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
    expect(board.connection.closedWith).toBeUndefined()
    expect(core.sessions.liveOf(board.device)).toMatchObject({ online: true, presence: 'online' })
    core.clock.advance(1_100)
    expect(board.connection.closedWith).toEqual({ code: 4010, reason: 'silent' })
    expect(core.sessions.liveOf(board.device)).toEqual({ online: false, presence: 'reconnecting' })
    await core.flush()
    expect(core.store.rows().at(-1)).toMatchObject({ kind: 'connection.closed', data: { code: 4010, by: 'gateway' } })
  })

  it('is none while a frame trickles in', async () => {
    const core = await started()
    const board = await core.active({ wants: 'esp32cam' })
    for (let turn = 0; turn < 20; turn++) {
      core.clock.advance(40 * seconds)
      board.connection.bytesRead++
    }
    expect(board.connection.closedWith).toBeUndefined()
  })

  it('is none after 16 s of deafness while a servo moves', async () => {
    const core = await started()
    const board = await core.active()
    for (let turn = 0; turn < 10; turn++) {
      core.clock.advance(16 * seconds)
      board.say({ type: 'ack', command_type: 'servo' })
    }
    expect(board.connection.closedWith).toBeUndefined()
  })
})

describe('presence', () => {
  it('goes from online through a minute of reconnecting to offline', async () => {
    const core = await started()
    const board = await core.active()
    expect(core.sessions.liveOf(board.device)).toMatchObject({ online: true, presence: 'online', library: 'a test' })
    core.disconnect(board)
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
    core.disconnect(left)
    await core.flush()
    const killed = await core.store.loadDevices()
    core.sessions.endAll()
    expect(online.connection.closedWith).toEqual({ code: 1001, reason: 'shutting_down' })
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
