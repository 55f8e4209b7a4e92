import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Core } from '../../../tests/support/core.ts'
import { jpeg } from '../../../tests/support/jpeg.ts'
import { kept } from '../../../tests/support/sessions.ts'

describe('a conversation', () => {
  it('begins with a connection_ack, and one more in answer to the first connect', async () => {
    const core = await Core.start()
    const board = core.connect()
    expect(board.connection.sent).toMatchObject([{ type: 'connection_ack', status: 'success' }])
    for (let turn = 0; turn < 3; turn++) board.say({ type: 'connect', device: 'pico', version: '1.0.0' })
    expect(board.connection.sent.map(message => message.type)).toEqual(['connection_ack', 'connection_ack'])
  })

  it('answers a ping with a pong, a reading and a reported position with an ack, and a question for the time', async () => {
    const core = await Core.start()
    const board = core.connect()
    board.connection.sent.length = 0
    board.say({ type: 'ping', timestamp: '2021-01-01' })
    board.say({ type: 'servo', command: { servo1: 10, servo2: 20 } })
    board.say({ type: 'time' })
    expect(board.connection.sent).toMatchObject([
      { type: 'pong' },
      { type: 'ack', command_type: 'servo', status: 'success' },
      { type: 'time', epoch_ms: core.clock.now() },
    ])
    expect(board.device.angles).toEqual({ servo1: 10, servo2: 20 })
  })

  it('tells a camera that asked how many watch it, at once and after each change, and others nothing', async () => {
    const core = await Core.start()
    const [asks, mute] = [await core.active({ wants: 'esp32cam' }), await core.active({ wants: 'esp32cam' })]
    core.sessions.start()
    const viewer = { deliver: () => {}, mayStay: () => true, drop: () => {} }
    asks.say({ type: 'viewers' })
    expect(asks.connection.ofType('viewers')).toEqual([{ type: 'viewers', count: 0 }])
    const readers = [asks, asks, mute].map(board => core.streams.of(board.device.id).join(viewer))
    core.clock.advance(1_000)
    expect(asks.connection.ofType('viewers').at(-1)).toEqual({ type: 'viewers', count: 2 })
    core.clock.advance(5_000)
    for (const reader of readers) reader.leave()
    core.clock.advance(1_000)
    expect(asks.connection.ofType('viewers').map(({ count }) => count)).toEqual([0, 2, 0])
    expect(mute.connection.ofType('viewers')).toEqual([])
    core.sessions.stop()
  })

  it('never replies to an ack, a pong, a log, an error or a word it does not know', async () => {
    const core = await Core.start()
    const board = await core.active()
    board.connection.sent.length = 0
    for (const type of [
      'ack',
      'pong',
      'log',
      'error',
      'heartbeat',
      'frame',
      'connection',
      'test',
      'unknown',
      '',
      7,
      null,
    ])
      board.say({ type, message: 'x', command_type: 'error', status: 'connected' })
    board.say({})
    for (const text of ['', 'no JSON', '[1]', '"ping"', '7', 'null', '{"type":"ping"', '\u0000']) board.say(text)
    expect(board.connection.sent).toEqual([])
  })

  it('takes messages of any shape, and never breaks', async () => {
    const core = await Core.start()
    const type = fc.constantFrom(
      ...[
        'connect',
        'connection',
        'ping',
        'pong',
        'ack',
        'log',
        'sensor_data',
        'servo',
        'frame',
        'heartbeat',
        'time',
        'viewers',
        'x',
      ],
    )
    const value = fc.oneof(fc.jsonValue(), fc.constant({ toString: 1, valueOf: 1 }), fc.constant({ __proto__: null }))
    const field = fc.constantFrom(
      ...['type', 'command', 'data', 'message', 'level', 'status', 'command_type', 'detail', 'size', 'fps', 'version'],
      ...[
        'timestamp',
        'memory_free',
        'uptime',
        'rssi',
        'servo1_angle',
        'sensor_type',
        'device',
        '__proto__',
        'toString',
      ],
    )
    const message = fc.tuple(fc.option(type), fc.dictionary(field, value)).map(([kind, rest]) =>
      // The type may be the last key.
      JSON.stringify(kind === null ? rest : { ...rest, type: kind }),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(message, fc.string(), fc.json()), { maxLength: 20 }),
        fc.boolean(),
        async (texts, active) => {
          const board = active ? await core.active() : core.connect()
          const order = active
            ? core.steering.servo({ type: 'host' }, board.device, { servo1: 1, servo2: 2 })
            : undefined
          order?.catch(() => {})
          for (const text of texts) board.say(text)
          core.disconnect(board)
        },
      ),
    )
    await core.flush()
    expect(core.store.rows().length).toBeGreaterThan(0)
  })

  it.each([
    '{"type":{"toString":1,"valueOf":1}}',
    '{"type":[{"toString":1}]}',
    '{"type":"sensor_data","sensor_type":{"toString":1}}',
    '{"type":"log","level":{"toString":1},"message":{"toString":1}}',
    '{"type":"connect","version":{"toString":1}}',
    '{"type":"servo","command":null}',
    '{"type":"servo","command":"x"}',
    '{"type":"sensor_data","data":null}',
    '{"type":"constructor"}',
    '{"__proto__":{"type":"ping"}}',
  ])('survives %s', async text => {
    const core = await Core.start()
    const board = core.connect()
    board.say(text)
    await core.flush()
    expect(kept(core)).toHaveLength(1)
  })

  it('survives what is nested as deep as a message can be', async () => {
    const core = await Core.start()
    const board = core.connect()
    const deep = `${'['.repeat(900)}${']'.repeat(900)}`
    const deeper = `${'['.repeat(30_000)}${']'.repeat(30_000)}`
    for (const nest of [deep, deeper]) {
      board.say(`{"type":"x","d":${nest}}`)
      board.say(`{"type":"sensor_data","sensor_type":${nest},"data":{"sequence":${nest}}}`)
    }
    await core.flush()
    expect(kept(core)).toHaveLength(4)
  })

  it('stamps what it hears on receipt, whatever the board believes the time to be', async () => {
    const core = await Core.start()
    const board = core.connect()
    for (const timestamp of ['1970-01-01T00:00:00', 0, 946_684_800, '2021-01-01', 12_345, -1])
      board.say({ type: 'log', message: 'hello', timestamp })
    await core.flush()
    expect(new Set(kept(core).map(row => row.at))).toEqual(new Set([board.session.openedAt]))
  })
})

describe('a reading', () => {
  it('is acknowledged after it is on disk, not before', async () => {
    const core = await Core.start()
    const board = await core.active()
    board.connection.sent.length = 0
    board.say({ type: 'sensor_data', sensor_type: 'climate', data: { t: 21.5, sequence: 7 } })
    await core.clock.pass(core.limits.commitWithinMs - 1)
    expect([board.connection.sent, kept(core)]).toEqual([[], []])
    await core.clock.pass(1)
    expect(kept(core)).toMatchObject([{ text: 'reported climate', data: { data: { t: 21.5, sequence: 7 } } }])
    expect(board.connection.sent).toMatchObject([
      { type: 'ack', command_type: 'sensor_data', status: 'success', sensor_type: 'climate', sequence: 7 },
    ])
  })

  it('acknowledges no reading of a new board before the board itself is stored', async () => {
    const core = await Core.start({ mode: 'open' })
    const save = core.store.saveDevices.bind(core.store)
    core.store.saveDevices = async () => {
      throw new Error('the disk took the rows and not the devices')
    }
    const board = core.connect()
    board.say({ type: 'sensor_data', data: { sequence: 1 } })
    await core.flush()
    expect(core.store.rows().some(({ data }) => data?.type === 'sensor_data')).toBe(true)
    expect(board.connection.ofType('ack')).toEqual([])
    core.store.saveDevices = save
    await core.clock.pass(2_000, 100)
    board.say({ type: 'sensor_data', data: { sequence: 2 } })
    await core.flush()
    expect(board.connection.ofType('ack')).toMatchObject([{ sequence: 2 }])
  })

  it('is not acknowledged when it could not be stored', async () => {
    const core = await Core.start()
    const board = await core.active()
    board.connection.sent.length = 0
    core.store.failure = new Error('disk full')
    board.say({ type: 'sensor_data', data: { sequence: 1 } })
    await core.clock.pass(5_000, 100)
    core.store.failure = undefined
    await core.clock.pass(5_000, 100)
    expect(board.connection.sent).toEqual([])
    expect(kept(core)).toHaveLength(1)
  })

  it('gets back its own words only where they are plain and short: a Pico reads 4 KiB', async () => {
    const core = await Core.start()
    const board = await core.active()
    board.connection.sent.length = 0
    board.say({ type: 'sensor_data', sensor_type: 'x'.repeat(50_000), data: { sequence: { deep: [1] } } })
    board.say({ type: 'sensor_data', sensor_type: ['a'], data: { sequence: 'y'.repeat(50_000) } })
    await core.flush()
    expect(board.connection.sent).toHaveLength(2)
    for (const message of board.connection.sent) expect(JSON.stringify(message).length).toBeLessThan(4_096)
  })
})

describe('binary messages', () => {
  async function camera() {
    const core = await Core.start()
    const board = await core.active({ wants: 'esp32cam' })
    return { core, board, stream: core.streams.of(board.device.id) }
  }

  it('are frames, with metadata or without, byte for byte', async () => {
    const { board, stream } = await camera()
    const picture = jpeg(100)
    board.sendBinary(picture)
    expect(stream.latest?.jpeg).toBe(picture)
    const other = jpeg(200)
    board.say({ type: 'frame', size: 200, fps: 12.5 })
    board.sendBinary(other)
    expect(stream.latest?.jpeg).toBe(other)
    expect(board.session.traffic).toMatchObject({ frames: 2, frameBytes: 300, sizeMismatches: 0 })
    expect(board.session.fps).toBe(12.5)
  })

  it('are frames even where the metadata names another size, which is counted', async () => {
    const { board, stream } = await camera()
    board.say({ type: 'frame', size: 5 })
    board.sendBinary(jpeg(100))
    board.sendBinary(jpeg(100))
    expect(stream.counters.framesReceived).toBe(2)
    expect(board.session.traffic.sizeMismatches).toBe(1)
  })

  it('that are no JPEG are counted and dropped', async () => {
    const { board, stream } = await camera()
    for (const noise of ['', 'ffd8', 'ffd800', '00ffd8ffd9', 'ffd8ffd900ff'])
      board.sendBinary(Buffer.from(noise, 'hex'))
    board.say({ type: 'frame', size: 100 })
    board.sendBinary(Buffer.alloc(100))
    board.sendBinary(jpeg(100))
    expect(stream.counters).toMatchObject({ framesReceived: 1, notJpeg: 6 })
    expect(board.session.traffic).toMatchObject({ notJpeg: 6, sizeMismatches: 0 })
  })

  it('of a Pico are counted and dropped', async () => {
    const core = await Core.start()
    const board = await core.active()
    board.sendBinary(jpeg(100))
    expect(board.session.traffic.unexpectedBinaries).toBe(1)
    expect(core.streams.peek(board.device.id)).toBeUndefined()
  })

  it('of a generic board are frames too', async () => {
    const core = await Core.start()
    const { token } = await core.done(core.deviceAdmin.create({ type: 'host' }, { kind: 'generic' }))
    const board = core.connect({ token, wants: 'generic' })
    board.sendBinary(jpeg(100))
    expect(core.streams.of(board.device.id).counters.framesReceived).toBe(1)
  })
})

describe('liveness', () => {
  it('ends after 45 s without a byte, not a millisecond sooner', async () => {
    const core = await Core.start()
    const board = await core.active()
    board.say({ type: 'ping' })
    core.clock.advance(44_999)
    expect(board.session.isDead(core.clock.ticks())).toBe(false)
    core.clock.advance(1)
    expect(board.session.isDead(core.clock.ticks())).toBe(true)
  })

  it('ends 45 s after the handshake for a board that never says a word', async () => {
    const core = await Core.start()
    const board = core.connect()
    core.clock.advance(44_999)
    expect(board.session.isDead(core.clock.ticks())).toBe(false)
    core.clock.advance(1)
    expect(board.session.isDead(core.clock.ticks())).toBe(true)
  })

  it('is kept by the bytes of a frame that is still on its way', async () => {
    const core = await Core.start()
    const board = await core.active({ wants: 'esp32cam' })
    for (let turn = 0; turn < 10; turn++) {
      core.clock.advance(44_000)
      board.connection.bytesRead += 1
      expect(board.session.isDead(core.clock.ticks())).toBe(false)
    }
    core.clock.advance(44_999)
    expect(board.session.isDead(core.clock.ticks())).toBe(false)
    core.clock.advance(1)
    expect(board.session.isDead(core.clock.ticks())).toBe(true)
  })

  it('is kept by a protocol ping or pong', async () => {
    const core = await Core.start()
    const board = core.connect()
    for (const kind of ['ping', 'pong'] as const) {
      core.clock.advance(44_999)
      board.connection.bytesRead += 6
      board.session.onControl(kind)
    }
    core.clock.advance(44_999)
    expect(board.session.isDead(core.clock.ticks())).toBe(false)
  })

  it('measures the round trip by either kind of ping', async () => {
    const core = await Core.start()
    const board = core.connect()
    board.session.keepAlive('text')
    core.clock.advance(120)
    board.say({ type: 'pong' })
    expect(board.session.roundTripMs).toBe(120)
    board.session.keepAlive('protocol')
    expect(board.connection.pings).toEqual(['dvz'])
    core.clock.advance(80)
    board.session.onControl('pong')
    expect(board.session.roundTripMs).toBe(80)
    core.clock.advance(500)
    board.session.onControl('pong')
    board.say({ type: 'pong' })
    expect(board.session.roundTripMs).toBe(80)
  })
})

describe('after the end', () => {
  it('nothing is sent, nothing is heard', async () => {
    const core = await Core.start()
    const board = await core.active({ wants: 'esp32cam' })
    const before = { sent: board.connection.sent.length, seen: board.device.lastSeenAt }
    core.sessions.end(board.session, 'silent')
    core.clock.advance(1_000)
    board.say({ type: 'ping' })
    board.say({ type: 'connect', device: 'x', version: '9' })
    board.sendBinary(jpeg(100))
    board.session.onControl('ping')
    board.session.keepAlive('text')
    board.session.keepAlive('protocol')
    board.session.greet()
    board.session.end(1000, 'again')
    expect(board.connection.sent).toHaveLength(before.sent)
    expect(board.device).toMatchObject({ lastSeenAt: before.seen })
    expect(board.device.firmware).toBeUndefined()
    expect(core.streams.peek(board.device.id)).toBeUndefined()
    expect(board.connection.closedWith?.code).toBe(4010)
  })
})
