import { readFileSync } from 'node:fs'
import { connect, Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { InProcessBus } from '../../src/adapters/bus/in-process.ts'
import { DeviceFeed, feedEveryMs } from '../../src/core/dashboard/device-feed.ts'
import { PageSession } from '../../src/core/dashboard/page-session.ts'
import type { Device } from '../../src/core/devices/device.ts'
import { DeviceRegistry } from '../../src/core/devices/device-registry.ts'
import { Admission } from '../../src/core/enrolment/admission.ts'
import { type BoundaryName, boundaryNames } from '../../src/core/faults/boundaries.ts'
import { Faults, guardedClock } from '../../src/core/faults/faults.ts'
import { CameraStream, FrameCounters } from '../../src/core/frames/camera-stream.ts'
import { CameraStreams } from '../../src/core/frames/camera-streams.ts'
import { Frame } from '../../src/core/frames/frame.ts'
import { FlightRecorders } from '../../src/core/health/flight-recorders.ts'
import { Journal } from '../../src/core/journal/journal.ts'
import { defaultLimits } from '../../src/core/limits.ts'
import { Session } from '../../src/core/sessions/session.ts'
import { Sessions } from '../../src/core/sessions/sessions.ts'
import { TrustedProxies } from '../../src/transports/tcp/client-address.ts'
import { HandshakeReader } from '../../src/transports/tcp/handshake-reader.ts'
import type { InputReader, RawConnection } from '../../src/transports/tcp/raw-connection.ts'
import { ReadScheduler } from '../../src/transports/tcp/read-scheduler.ts'
import { BoardSocket } from '../../src/transports/ws/board-socket.ts'
import { RefusalSender } from '../../src/transports/ws/refusal-sender.ts'
import { firstOwner } from '../people/person-client.ts'
import { Board } from '../support/board.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { MemoryStore } from '../support/memory-store.ts'
import { until } from '../support/until.ts'

const secret = 'what-a-stranger-sent'
const explode = () => {
  throw new RangeError(secret)
}

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startGateway({ limits: { pingEveryMs: 1_000, probeMs: 500 } })
})
afterAll(() => gateway[Symbol.asyncDispose]())
afterEach(() => void vi.restoreAllMocks())

async function caught(boundary: BoundaryName): Promise<number> {
  const { body } = await gateway.api('GET', '/metrics')
  return Number(new RegExp(`^darvaza_faults_total\\{boundary="${boundary}"\\} (\\d+)$`, 'm').exec(body)?.[1])
}

/** Sends `text` on a new socket and resolves to everything received until the gateway closes it. */
const answerTo = (text: string): Promise<string> =>
  new Promise(resolve => {
    let answer = ''
    connect(gateway.port, '127.0.0.1', function (this: Socket) {
      this.write(text)
    })
      .on('data', bytes => {
        answer += bytes.toString('latin1')
      })
      .on('error', () => {})
      .on('close', () => resolve(answer))
  })

/** Connects a board, lets `spoil` break its connection, and resolves to the close code. */
async function closedBoard(spoil: (board: Board) => void): Promise<number> {
  const board = await Board.connect(gateway)
  await board.next('connection_ack')
  spoil(board)
  return (await board.closed).code
}

const handshake =
  'GET /ws/pico HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n'

describe('an exception costs one connection', () => {
  it.each<[BoundaryName, () => Promise<unknown>, unknown]>([
    [
      'board',
      () =>
        closedBoard(board => {
          vi.spyOn(Session.prototype, 'onText').mockImplementationOnce(explode)
          board.send({ type: 'ping' })
        }),
      1011,
    ],
    [
      'probe',
      async () => {
        const probe = await Board.connect(gateway, { headers: { 'x-darvaza-probe': '1' } })
        vi.spyOn(BoardSocket.prototype, 'close').mockImplementationOnce(explode)
        return (await probe.closed).code
      },
      1011,
    ],
    [
      'refusal',
      () => {
        vi.spyOn(Socket.prototype, 'end').mockImplementationOnce(explode)
        return answerTo(handshake)
      },
      '',
    ],
    [
      'page',
      async () => {
        const owner = await firstOwner(gateway)
        const page = owner.dashboard()
        await page.heard(message => message.type === 'hello')
        vi.spyOn(PageSession.prototype, 'receive').mockImplementationOnce(explode)
        page.say({ type: 'ping', id: 1 })
        return (await page.closed).code
      },
      1011,
    ],
    [
      'keep-alive',
      () =>
        closedBoard(({ deviceId }) => {
          vi.spyOn(Session.prototype, 'keepAlive').mockImplementation(function (this: Session) {
            if (this.arrival.deviceId === deviceId) explode()
          })
        }),
      1011,
    ],
    [
      'handshake',
      () => {
        vi.spyOn(Admission.prototype, 'decide').mockImplementationOnce(explode)
        return answerTo(handshake)
      },
      expect.stringMatching(/^HTTP\/1\.1 500 /),
    ],
    [
      'opening',
      () => {
        vi.spyOn(HandshakeReader.prototype, 'onBytes').mockImplementationOnce(explode)
        return answerTo(handshake)
      },
      '',
    ],
    [
      'accept',
      () => {
        vi.spyOn(HandshakeReader.prototype, 'begin').mockImplementationOnce(explode)
        return answerTo(handshake)
      },
      '',
    ],
    [
      'garbage',
      () => {
        vi.spyOn(RefusalSender.prototype, 'garbage').mockImplementationOnce(explode)
        return answerTo('no request at all\r\n\r\n')
      },
      '',
    ],
    [
      'request',
      async () => {
        vi.spyOn(DeviceRegistry.prototype, 'all').mockImplementationOnce(explode)
        const { status, body } = await gateway.api('GET', '/api/devices')
        return { status, code: body.code }
      },
      { status: 500, code: 'internal' },
    ],
    [
      'request',
      async () => {
        vi.spyOn(TrustedProxies.prototype, 'clientOf').mockImplementationOnce(explode)
        const { status, body } = await gateway.api('GET', '/api/devices')
        return { status, code: body.code }
      },
      { status: 500, code: 'internal' },
    ],
    [
      'board',
      () =>
        closedBoard(board => {
          const send = Session.prototype.send
          vi.spyOn(Session.prototype, 'send').mockImplementation(function (this: Session, message) {
            if ((message as { command_type?: string }).command_type === 'sensor_data') explode()
            send.call(this, message)
          })
          board.send({ type: 'sensor_data', sensor_type: 'a', data: {} })
        }),
      1011,
    ],
    [
      'closing',
      () =>
        closedBoard(board => {
          vi.spyOn(Sessions.prototype, 'closed').mockImplementationOnce(explode)
          board.ws.close(1000)
        }),
      1000,
    ],
    [
      'recorder',
      () => {
        vi.spyOn(FlightRecorders.prototype, 'onOpened').mockImplementationOnce(explode)
        return closedBoard(board => board.ws.close(1000))
      },
      1000,
    ],
  ])('%s', async (boundary, spoil, outcome) => {
    await using witness = await Board.connect(gateway)
    await witness.next('connection_ack')
    const before = await caught(boundary)
    expect(await spoil()).toEqual(outcome)
    await until(`${boundary} is counted`, async () => (await caught(boundary)) === before + 1)
    witness.send({ type: 'ping' })
    await witness.next('pong')
    const { body } = await gateway.api('GET', '/api/journal?kind=gateway&limit=50')
    const row = body.entries.find(({ data }: { data: { boundary?: string } }) => data?.boundary === boundary)
    expect(row).toMatchObject({ data: { event: 'fault', count: 1, error: 'RangeError' } })
    expect(JSON.stringify(body)).not.toContain(secret)
  })

  it('request: what is wrong with a client’s Host is its own fault', async () => {
    const before = await caught('request')
    expect(await answerTo('GET /health HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /)
    expect(await caught('request')).toBe(before)
  })

  /** Boundaries that a test can reach without a running gateway. */
  it.each<[BoundaryName, (faults: Faults) => unknown]>([
    [
      'bus',
      async faults => {
        await using bus = new InProcessBus(faults)
        const others = vi.fn()
        bus.subscribe('device.shut', explode)
        bus.subscribe('device.shut', others)
        await bus.publish('device.shut', { deviceId: 'd_1', why: 'device_blocked' })
        return others.mock.calls.length
      },
    ],
    [
      'follower',
      async faults => {
        const identity = { node: 'n', epoch: 1, lastId: 0 }
        const journal = new Journal(new MemoryStore(), new FakeClock(), defaultLimits, identity, faults)
        const others = vi.fn()
        journal.follow(explode)
        journal.follow(others)
        journal.write({ kind: 'gateway', text: 'x' })
        return others.mock.calls.length
      },
    ],
    [
      'viewer',
      faults => {
        const room = new CameraStream(new FrameCounters(), () => 0, faults)
        const drop = vi.fn()
        const deliver = vi.fn()
        room.join({ deliver: explode, mayStay: () => true, drop })
        room.join({ deliver, mayStay: () => true, drop })
        room.publish(new Frame(Buffer.alloc(4), 0, 0))
        expect(drop.mock.calls).toEqual([['failed']])
        return deliver.mock.calls.length
      },
    ],
    [
      'feed',
      faults => {
        const clock = new FakeClock()
        let spoilt = false
        const devices = new Map(['d_1', 'd_2'].map(id => [id, { id } as Device]))
        const registry = {
          all: () => devices.values(),
          get: (id: string) => devices.get(id),
          onChange: () => () => {},
          size: 2,
        }
        let turn = 0
        const view = ({ id }: Device) => (spoilt && id === 'd_1' ? explode() : { id, turn: turn++ }) as never
        const feed = new DeviceFeed({ registry, clock, faults, view, enrolment: () => ({}) as never })
        const onDevices = vi.fn()
        const leave = feed.join({ onDevices, onEnrolment() {}, onFault() {} })
        spoilt = true
        clock.advance(feedEveryMs)
        leave()
        return onDevices.mock.calls.flatMap(([changed]) => changed).length
      },
    ],
    [
      'scheduling',
      async faults => {
        const reader: InputReader = { boundary: 'opening', isQuiet: false, onBytes: () => true, onEnd() {} }
        const connections = Array.from({ length: 130 }, () => ({ reader, readOn: vi.fn() }) as unknown as RawConnection)
        vi.spyOn(connections[128]!, 'readOn').mockImplementationOnce(explode)
        const scheduler = new ReadScheduler(reader, faults)
        for (const connection of connections.slice(0, 129)) scheduler.add(connection)
        scheduler.remove(connections[0]!)
        await setImmediate()
        scheduler.remove(connections[1]!)
        scheduler.add(connections[129]!)
        await setImmediate()
        return vi.mocked(connections[129]!.readOn).mock.calls.length
      },
    ],
    [
      'timer',
      faults => {
        const clock = new FakeClock()
        const others = vi.fn()
        const guarded = guardedClock(clock, faults)
        guarded.after(1, explode)
        guarded.after(1, others)
        clock.advance(1)
        return others.mock.calls.length
      },
    ],
  ])('%s: the others go on', async (boundary, spoil) => {
    const faults = new Faults(new FakeClock())
    expect(await spoil(faults)).toBe(1)
    expect([...faults.counts].filter(([, count]) => count > 0)).toEqual([[boundary, 1]])
  })

  it('shutdown: everything else is closed all the same', async () => {
    await using stopping = await startGateway()
    const board = await Board.connect(stopping)
    await board.next('connection_ack')
    vi.spyOn(CameraStreams.prototype, 'closeAll').mockImplementationOnce(explode)
    await stopping.stop()
    expect((await board.closed).code).toBe(1001)
    await expect(fetch(`${stopping.url}/health`)).rejects.toThrow()
  })

  it('has a test for each boundary', () => {
    const source = readFileSync(import.meta.filename, 'utf8')
    expect(boundaryNames.filter(name => !new RegExp(`^ *\\[?'${name}[:',]|it\\('${name}:`, 'm').test(source))).toEqual(
      [],
    )
  })
})
