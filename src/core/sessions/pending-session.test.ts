import { describe, expect, it } from 'vitest'
import { Core, type FakeBoard } from '../../../tests/support/core.ts'
import { jpeg } from '../../../tests/support/jpeg.ts'
import { kept, started } from '../../../tests/support/sessions.ts'

describe('a pending board', () => {
  it('reaches no viewer: its frames are previews, small and few', async () => {
    const core = await Core.start()
    const board = core.connect({ wants: 'esp32cam' })
    board.sendBinary(jpeg(50))
    board.sendBinary(jpeg(60))
    expect(core.streams.peek(board.device.id)).toBeUndefined()
    expect(core.previews.get(board.device.id)?.jpeg).toHaveLength(50)
    core.clock.advance(5_000)
    board.sendBinary(jpeg(70))
    expect(core.previews.get(board.device.id)?.jpeg).toHaveLength(70)
  })

  it('is closed with 4008 above 1 MB in a second, and not at it', async () => {
    const core = await Core.start()
    const board = core.connect({ wants: 'esp32cam' })
    for (let picture = 0; picture < 10; picture++) board.sendBinary(jpeg(99_990))
    expect(board.connection.closedWith).toBeUndefined()
    for (let picture = 0; picture < 10; picture++) board.ping()
    expect(board.connection.closedWith).toEqual({ code: 4008, reason: 'too_much_traffic' })
    expect(core.sessions.liveOf(board.device).online).toBe(false)
  })

  it('may send its 1 MB again in the next second', async () => {
    const core = await Core.start()
    const board = core.connect({ wants: 'esp32cam' })
    for (let second = 0; second < 5; second++) {
      board.sendBinary(jpeg(999_000))
      core.clock.advance(1_000)
    }
    expect(board.connection.closedWith).toBeUndefined()
  })

  it('is admitted at once after that, without a new burst', async () => {
    const core = await Core.start()
    const board = core.connect({ wants: 'esp32cam' })
    board.sendBinary(jpeg(999_000))
    board.sendBinary(jpeg(999_000))
    expect(board.connection.closedWith?.code).toBe(4008)
    const back = core.connect({ token: board.token, wants: 'esp32cam' })
    expect(back.connection.ofType('connection_ack')).toHaveLength(1)
    back.sendBinary(jpeg(30_000))
    expect(back.connection.closedWith?.code).toBe(4008)
    core.clock.advance(1_000)
    const later = core.connect({ token: board.token, wants: 'esp32cam' })
    later.sendBinary(jpeg(30_000))
    expect(later.connection.closedWith).toBeUndefined()
  })

  it.each([10, 25])(
    'that is a camera of %i pictures a second waits an hour without a close, and nothing is dropped',
    async fps => {
      const core = await started()
      const board = core.connect({ wants: 'esp32cam' })
      const picture = jpeg(30_000)
      board.say({ type: 'connection', status: 'connected', device: 'ESP32CAM', token: board.token })
      for (let second = 0; second < 3_600; second++) {
        for (let count = 0; count < fps; count++) {
          board.say({ type: 'frame', size: picture.length, width: 800, height: 600, timestamp: second * 1000, fps })
          board.sendBinary(picture)
          core.clock.advance(1_000 / fps)
        }
        board.say({ type: 'log', message: `FPS: ${fps}.00` })
        if (second % 30 === 0) board.say({ type: 'heartbeat', timestamp: second * 1000, device: 'ESP32CAM' })
        if (second % 10 === 0) board.ping()
      }
      expect(board.connection.closedWith).toBeUndefined()
      expect(board.connection.readOns).toBe(0)
      expect(core.sessions.strangers.counters).toMatchObject({ dropped: 0, closed: 0, waited: 0 })
      expect(core.previews.get(board.device.id)?.jpeg).toHaveLength(30_000)
    },
  )

  it('may send 5 texts a second, and 50 at once; above that they are dropped before they are parsed, and counted', async () => {
    const core = await Core.start()
    const board = core.connect()
    for (let count = 0; count < 80; count++) board.say({ type: 'ping' })
    expect(board.connection.ofType('pong')).toHaveLength(50)
    core.clock.advance(10_000)
    for (let count = 0; count < 80; count++) board.say({ type: 'ping' })
    expect(board.connection.ofType('pong')).toHaveLength(100)
    expect(board.connection.closedWith).toBeUndefined()
    expect(core.sessions.strangers.counters.dropped).toBe(60)
    core.disconnect(board)
    await core.flush()
    expect(kept(core, 'traffic').at(-1)?.data).toMatchObject({ pings: 100, overBudget: 60 })
  })

  it('is not spared by texts that only look like frame metadata', async () => {
    const core = await Core.start()
    const board = core.connect()
    for (let count = 0; count < 100; count++) board.say('{"type":"frame","type":"ping"}')
    expect(board.connection.ofType('pong')).toHaveLength(50)
  })

  it('is closed above five times its rates: of texts, of frames of any kind, also empty ones and pings', async () => {
    const core = await Core.start()
    const flood = async (send: (board: FakeBoard) => void, everyMs = 0) => {
      const board = core.connect()
      let sent = 0
      while (!board.connection.closedWith && sent < 2_000) {
        send(board)
        core.clock.advance(everyMs)
        sent++
      }
      return { sent, code: board.connection.closedWith?.code }
    }
    expect(await flood(board => board.say({}))).toEqual({ sent: 601, code: 4008 })
    expect(await flood(board => board.say(''))).toEqual({ sent: 601, code: 4008 })
    expect((await flood(board => board.say({}), 20)).code).toBe(4008)
    expect((await flood(board => board.say({}), 45)).code).toBeUndefined()
    expect(await flood(board => board.ping())).toEqual({ sent: 601, code: 4008 })
    expect(await flood(board => board.sendBinary(Buffer.alloc(0)))).toEqual({ sent: 601, code: 4008 })
    expect(await flood(board => board.say({ type: 'frame', size: 1 }))).toEqual({ sent: 601, code: 4008 })
  })

  it('may send as much as it likes once it is approved, on the same socket', async () => {
    const core = await Core.start()
    const board = core.connect({ wants: 'esp32cam' })
    board.sendBinary(jpeg(900_000))
    await core.done(core.deviceAdmin.approve({ type: 'host' }, board.device))
    for (let picture = 0; picture < 10; picture++) board.sendBinary(jpeg(900_000))
    expect(board.connection.closedWith).toBeUndefined()
    expect(core.streams.of(board.device.id).counters.framesReceived).toBe(10)
  })

  it('has its last 100 messages kept to look at, and only its first 100 in the journal, however often it comes back', async () => {
    const core = await Core.start()
    let board = core.connect()
    for (let count = 0; count < 250; count++) {
      if (count % 60 === 59) board = core.connect({ token: board.token })
      core.clock.advance(200)
      board.say({ type: 'note', count })
    }
    const messages = core.sessions.messagesOf(board.device.id)
    expect(messages.map(({ message }) => message.count)).toEqual(Array.from({ length: 100 }, (_, index) => 150 + index))
    core.disconnect(board)
    await core.flush()
    expect(kept(core)).toHaveLength(100)
    const uncounted = kept(core, 'traffic').reduce((sum, row) => sum + Number(row.data?.messagesNotKept ?? 0), 0)
    expect(uncounted).toBe(150)
  })
})
