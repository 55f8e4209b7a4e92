import { describe, expect, it } from 'vitest'
import type { Core } from '../../../tests/support/core.ts'
import { live, minutes, seconds, started } from '../../../tests/support/sessions.ts'

const host = { type: 'host' } as const

describe('the newest connection of a device', () => {
  it('wins, and the older one is closed with 4009', async () => {
    const core = await started()
    const older = await core.active()
    const newer = core.connect({ token: older.token })
    expect(older.connection.closedWith).toEqual({ code: 4009, reason: 'replaced' })
    expect(core.sessions.ofDevice(newer.device.id)).toBe(newer.session)
    expect([newer.device, newer.device.connectionId]).toEqual([older.device, newer.session.id])
  })

  it('displaces nobody whose socket is gone, even where that is not told yet', async () => {
    const core = await started()
    const older = await core.active()
    older.connection.finishClose = () => core.sessions.closed(older.session, 1006, false)
    const newer = core.connect({ token: older.token })
    expect(older.connection.closedWith).toBeUndefined()
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
    core.disconnect(older)
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
    expect(newer.connection.ofType('servo')).toHaveLength(1)
    older.say({ type: 'ack', command_type: 'servo' })
    await core.flush()
    expect(core.store.rows().some(row => row.text.startsWith('servo: acknowledged'))).toBe(false)
  })
})

describe('the end of a conversation', () => {
  it('is written down with its length, its code and who ended it', async () => {
    const core = await started()
    const board = await core.active({ deviceId: 'roof' })
    live(core, 12 * seconds, board)
    core.disconnect(board, 1005)
    core.disconnect(board, 1006)
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
    expect(boards.map(({ connection }) => connection.closedWith?.code)).toEqual([1001, 1001])
    expect(core.sessions.size).toBe(0)
  })

  it('frees everything: sessions come and go without leaving a trace in memory', async () => {
    const core = await started()
    const board = await core.active()
    for (let turn = 0; turn < 50; turn++) core.disconnect(core.connect({ token: board.token }))
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
    // Each board is checked once a second.
    await core.clock.pass(seconds)
    await core.flush()
    expect(reports()).toMatchObject([
      { text: 'in 300 s: frames 30, frameBytes 180', data: { seconds: 300, frames: 30 } },
    ])
    frame()
    core.disconnect(board)
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
      core.disconnect(board)
    }
    await core.flush()
    const before = rowsOf(core, flood).length
    expect(before).toBeGreaterThan(290)
    expect(before).toBeLessThanOrEqual(303)
    // Neither boards at other addresses nor approved boards at the same address lose rows.
    core.connect({ address: calm })
    known.say({ type: 'note', from: 'inside' })
    await core.flush()
    expect(rowsOf(core, calm)).toHaveLength(1)
    expect(rowsOf(core, flood)).toHaveLength(before + 1)
  })

  it('goes on at one row a second', async () => {
    const core = await started()
    const come = () => core.disconnect(core.connect({ address: flood }))
    for (let turn = 0; turn < 200; turn++) come()
    await core.flush()
    const before = rowsOf(core, flood).length
    await core.clock.pass(10 * seconds, seconds)
    for (let turn = 0; turn < 200; turn++) come()
    await core.flush()
    expect(rowsOf(core, flood).length - before).toBe(10)
  })
})
