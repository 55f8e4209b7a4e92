import { describe, expect, it, vi } from 'vitest'
import { live, notes, seconds, started } from '../../../tests/support/sessions.ts'

const host = { type: 'host' } as const

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
    await core.done(core.deviceAdmin.confirm(host, board.device))
    void order().catch(() => {})
    expect(board.connection.ofType('servo')).toHaveLength(1)
  })

  it('is over with a rotation', async () => {
    const core = await started()
    let board = await core.active({ address: home })
    for (const address of [away, home, away]) board = core.connect({ token: board.token, address })
    expect(board.device.contestedAt).toBeDefined()
    await core.done(core.deviceAdmin.rotate(host, board.device))
    expect(board.device.contestedAt).toBeUndefined()
    board = core.connect({ token: board.token, address: home })
    expect(board.device.contestedAt).toBeUndefined()
  })

  it('is not what a board is that merely lost its line, again and again', async () => {
    const core = await started()
    let board = await core.active({ address: home })
    for (const address of [away, home, away, home]) {
      // The board has sent nothing on the old connection for longer than any live board is silent.
      core.clock.advance(20 * seconds)
      board = core.connect({ token: board.token, address })
    }
    expect(board.device.contestedAt).toBeUndefined()
  })

  it('is not what a board is that closed its line before it came back from elsewhere', async () => {
    const core = await started()
    let board = await core.active({ address: home })
    for (const address of [away, home, away, home]) {
      core.disconnect(board)
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
    expect([first, second].map(({ connection }) => connection.closedWith)).toEqual([undefined, undefined])
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
    expect(first.connection.closedWith).toBeUndefined()
    live(core, 1, second)
    expect(first.connection.closedWith?.code).toBe(4009)
    expect(second.device).toBe(first.device)
    expect(core.registry.size).toBe(1)
    expect(core.sessions.ofDevice(first.device.id)).toBe(second.session)
    expect(first.device.connectionId).toBe(second.session.id)
    await core.flush()
    expect(notes(core, 'same_board')).toHaveLength(1)
  })

  it('ends the newcomer alone when an exception meets the decision', async () => {
    const faults = { caught: vi.fn() }
    const core = await started({ shared: [{ token, kind: 'pico' }], faults })
    const first = core.connect({ token })
    const second = core.connect({ token })
    vi.spyOn(core.registry, 'nextTwin').mockImplementationOnce(() => {
      throw new RangeError('x')
    })
    live(core, 20 * seconds, first, second)
    expect([first, second].map(({ connection }) => connection.closedWith?.code)).toEqual([undefined, 1011])
    expect(faults.caught.mock.calls.map(([boundary]) => boundary)).toEqual(['board'])
    expect(core.sessions.size).toBe(1)
    expect(core.registry.size).toBe(1)
  })

  it('asks the old one at once, in one message', async () => {
    for (const kind of ['pico', 'esp32cam'] as const) {
      const core = await fleet(kind)
      const first = core.connect({ token, wants: kind })
      first.connection.sent.length = 0
      core.connect({ token, wants: kind })
      expect([first.connection.sent.map(({ type }) => type), first.connection.pings]).toEqual(
        kind === 'pico' ? [['ping'], []] : [[], ['dvz']],
      )
    }
  })

  it('takes for an answer only what came after the question', async () => {
    const core = await fleet()
    const first = core.connect({ token })
    // The first half of a message was received before the ping, and is counted only after it.
    first.connection.bytesRead += 50
    const second = core.connect({ token })
    live(core, 20 * seconds, second)
    expect(second.device).toBe(first.device)
  })

  it('takes half a frame for an answer too', async () => {
    const core = await fleet('esp32cam')
    const first = core.connect({ token, wants: 'esp32cam' })
    const second = core.connect({ token, wants: 'esp32cam' })
    core.clock.advance(19_500)
    first.connection.bytesRead += 1_400
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
    expect(core.streams.peek(id)).toBeDefined()
    core.disconnect(second)
    first.say({ type: 'heartbeat' })
    live(core, 20 * seconds, first)
    expect([core.registry.size, core.streams.peek(id), core.sessions.size]).toEqual([1, undefined, 1])
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
      second.connection.bytesRead++
    }
    expect(second.device).toBe(first.device)
    expect([core.streams.peek(id), core.sessions.ofDevice(id)]).toEqual([undefined, undefined])
    picture()
    expect(core.streams.of(first.device.id).counters.framesReceived).toBe(2)
  })

  it('does not make a board that left and came back within the 20 s the loser of it', async () => {
    const core = await fleet()
    const first = core.connect({ token })
    const second = core.connect({ token })
    core.clock.advance(5 * seconds)
    core.disconnect(first)
    const back = core.connect({ token })
    expect(back.device).toBe(first.device)
    live(core, 20 * seconds, back, second)
    expect(back.connection.closedWith).toBeUndefined()
    expect(core.sessions.ofDevice(back.device.id)).toBe(back.session)
    expect(second.device).not.toBe(back.device)
  })
})
