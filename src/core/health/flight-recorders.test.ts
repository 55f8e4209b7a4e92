import { describe, expect, it } from 'vitest'
import { BoxShelf, Core, type FakeBoard } from '../../../tests/support/core.ts'
import { FlightRecorder } from './flight-recorder.ts'
import { eventsOf, type Sample } from './trace.ts'

const traceOf = (core: Core, board: FakeBoard) => core.flightRecorders.traceOf(board.device)
const eventsIn = (core: Core, board: FakeBoard) => traceOf(core, board).events.map(({ kind }) => kind)

/** A core in which boards are checked and sampled regularly, as in the gateway. */
async function watched(options: Parameters<typeof Core.start>[0] = {}) {
  const core = await Core.start(options)
  core.sessions.start()
  const stop = core.flightRecorders.start(core.journal)
  return { core, stop }
}

/** Advances the clock by `ms`, in which the board answers every ping, as its library does. */
function live(core: Core, board: FakeBoard, ms: number): void {
  for (let passed = 0; passed < ms; passed += 1_000) {
    core.clock.advance(1_000)
    board.connection.bytesRead += 6
    board.session.onControl('pong')
  }
}

describe('the black boxes of boards', () => {
  it('hold nothing for boards that have nothing to say', async () => {
    const { core } = await watched()
    const board = await core.active()
    live(core, board, 600_000)
    expect([core.flightRecorders.size, core.flightRecorders.bytes]).toEqual([0, 0])
    expect(eventsIn(core, board)).toEqual(['opened'])
  })

  it('hold nothing for boards that nobody has let in', async () => {
    const { core } = await watched()
    const board = core.connect()
    board.say({ type: 'ping', memory_free: 1_000, timestamp: 5 })
    core.clock.advance(60_000)
    core.disconnect(board)
    expect(core.flightRecorders.size).toBe(0)
  })

  it('stay small however much happens: under 4 KB each', async () => {
    const { core } = await watched()
    const board = await core.active()
    for (let round = 0; round < 400; round++) {
      board.say({ type: 'ping', memory_free: 100_000 + round, uptime: round % 3 })
      live(core, board, 20_000)
    }
    expect(core.flightRecorders.size).toBe(1)
    expect(core.flightRecorders.bytes).toBeLessThan(4_096)
    expect(traceOf(core, board).events.length).toBeLessThanOrEqual(core.limits.blackBoxEvents)
    expect(traceOf(core, board).samples.length).toBeLessThanOrEqual(core.limits.blackBoxSamples)
  })

  it('tell how each line ended: who closed it, with what code, and how long it had been silent', async () => {
    const { core } = await watched()
    const board = await core.active()
    live(core, board, 12_000)
    core.clock.advance(3_000)
    core.disconnect(board)
    expect(eventsOf(traceOf(core, board), 'closed')).toMatchObject([{ code: 1006, byGateway: false, unheardMs: 3_000 }])
    const again = core.connect({ token: board.token })
    core.sessions.end(again.session, 'silent')
    expect(eventsOf(traceOf(core, board), 'closed').at(-1)).toMatchObject({ code: 4010, byGateway: true })
  })

  it('know a board that was pushed out alive from one that was gone, by its answer to the Close', async () => {
    const { core } = await watched()
    const board = await core.active()
    const twin = core.connect({ token: board.token })
    core.disconnect(board, 1006)
    expect(eventsIn(core, board)).not.toContain('twin')
    core.connect({ token: board.token })
    core.disconnect(twin, 4009)
    expect(eventsIn(core, board)).toContain('twin')
  })

  it('tell a reboot that an operator ordered from one that nobody did', async () => {
    const { core } = await watched()
    const board = await core.active()
    board.say({ type: 'connect', uptime: 500 })
    core.clock.advance(20_000)
    board.say({ type: 'ping', uptime: 2 })
    const order = core.steering.action({ type: 'host' }, board.device, { action: 'system_reboot' })
    board.say({ type: 'ack', command_type: 'action', status: 'success' })
    await core.done(order)
    core.clock.advance(10_000)
    board.say({ type: 'ping', uptime: 1 })
    expect(eventsOf(traceOf(core, board), 'rebooted').map(({ asked }) => asked)).toEqual([false, true])
  })

  it('outlive a restart, and are forgotten with their boards', async () => {
    const shelf = new BoxShelf()
    const { core, stop } = await watched({ shelf })
    const [board, other] = [await core.active(), await core.active()]
    for (const each of [board, other]) {
      each.say({ type: 'ping', memory_free: 90_000, uptime: 7, rssi: -61 })
      live(core, each, 60_000)
      core.disconnect(each)
    }
    const before = traceOf(core, board)
    stop()
    await core.flightRecorders.close()
    await core.flush()
    await core.done(core.registry.forget([other.device], true))
    await core.flush()
    const next = await Core.start({ shelf, store: core.store, clock: core.clock })
    const after = next.flightRecorders.traceOf(next.registry.get(board.device.id)!)
    expect(after.events).toEqual(before.events)
    expect(after.samples).toEqual(before.samples)
    expect(before.samples.length).toBeGreaterThan(2)
    expect([...shelf.kept.keys()]).toEqual([board.device.id])
  })

  it('are on disk within a minute of what happened, should the power fail', async () => {
    const shelf = new BoxShelf()
    const { core } = await watched({ shelf })
    const board = await core.active()
    core.disconnect(board)
    await core.clock.pass(core.limits.blackBoxSaveEveryMs, 1_000)
    expect(shelf.kept.has(board.device.id)).toBe(true)
  })

  it('give way, the oldest first, when there are too many', async () => {
    const { core } = await watched({ limits: { blackBoxesInAll: 3 } })
    const boards = []
    for (let index = 0; index < 5; index++) {
      const board = await core.active()
      core.disconnect(board)
      boards.push(board)
    }
    expect(core.flightRecorders.size).toBe(3)
    expect(boards.map(board => traceOf(core, board).events.length)).toEqual([0, 0, 2, 2, 2])
  })

  it('leave no timer behind', async () => {
    const core = await Core.start()
    const before = core.clock.timers
    const stop = core.flightRecorders.start(core.journal)
    stop()
    expect(core.clock.timers).toBe(before)
  })
})

describe('a line that something cuts', () => {
  /** A board behind a middle box that cuts after `idleMs` without traffic. `lasted`: the length of each connection. */
  async function cutLines(idleMs: number, lines: number) {
    const { core } = await watched()
    let board = await core.active()
    const lasted: number[] = []
    for (let line = 0; line < lines; line++) {
      let [quiet, life] = [0, 0]
      let said = board.connection.sent.length + board.connection.pings.length
      while (quiet < idleMs && life < 120_000) {
        core.clock.advance(100)
        life += 100
        const now = board.connection.sent.length + board.connection.pings.length
        if (now === said) quiet += 100
        else {
          quiet = 0
          board.connection.bytesRead += 6
          board.session.onControl('pong')
        }
        said = now
      }
      lasted.push(life)
      if (life >= 120_000) break
      core.disconnect(board)
      core.clock.advance(500)
      board = core.connect({ token: board.token })
    }
    return { core, board, lasted }
  }

  it('is kept alive just under its silence, from the fourth end on, and stays', async () => {
    const { core, board, lasted } = await cutLines(3_000, 8)
    expect(lasted.at(-1)).toBe(120_000)
    expect(lasted.length).toBeLessThanOrEqual(5)
    const { idleMs, everyMs } = core.flightRecorders.keepAliveOf(board.device)!
    expect(idleMs).toBeGreaterThanOrEqual(2_800)
    expect(idleMs).toBeLessThanOrEqual(3_200)
    expect(everyMs).toBeLessThan(idleMs)
    const pings = board.connection.pings.length
    core.clock.advance(20_000)
    expect(board.connection.pings.length - pings).toBeGreaterThanOrEqual(9)
    // The gateway sends no more pings than necessary.
    expect(board.connection.pings.length - pings).toBeLessThanOrEqual(13)
  })

  it('needs nothing more where the usual turn is often enough', async () => {
    const { core, board, lasted } = await cutLines(8_000, 3)
    expect(lasted).toEqual([120_000])
    expect(core.flightRecorders.keepAliveOf(board.device)).toBeUndefined()
  })
})

describe('a box', () => {
  const limits = { blackBoxMs: 12 * 3_600_000, blackBoxEvents: 96, blackBoxSamples: 32 }
  const sample = (from: number, to: number, more: Partial<Sample> = {}): Sample => ({
    from,
    to,
    memoryLeast: 5,
    memoryMost: 9,
    signalDbm: -60,
    frames: 10,
    frameBytes: 1_000,
    garbage: 0,
    roundTripMs: 40,
    watched: 0,
    ...more,
  })

  it('keeps the near in detail and the far in outline, and counts nothing twice', () => {
    const recorder = new FlightRecorder(limits, 0)
    for (let turn = 0; turn < 2_000; turn++) recorder.sample(sample(turn * 15_000, (turn + 1) * 15_000))
    const { samples } = recorder
    expect(samples).toHaveLength(32)
    const lengths = samples.map(({ from, to }) => to - from)
    expect(lengths.at(-1)).toBe(15_000)
    expect(Math.max(...lengths.slice(-4))).toBeLessThanOrEqual(60_000)
    expect(lengths[0]).toBeGreaterThan(600_000)
    expect(samples.reduce((sum, { frames }) => sum + frames, 0)).toBe(20_000)
    for (const [index, { from }] of samples.entries()) if (index > 0) expect(from).toBe(samples[index - 1]!.to)
  })

  it('forgets what is older than twelve hours, and stays exact for months', () => {
    const recorder = new FlightRecorder(limits, 0)
    const day = 86_400_000
    for (let at = 0; at < 90 * day; at += 3_600_000) recorder.note({ kind: 'stalled', at: at + 123, forMs: 2_500 })
    expect(recorder.events.length).toBeLessThanOrEqual(13)
    for (const event of recorder.events) {
      expect(event).toMatchObject({ kind: 'stalled', forMs: 2_500 })
      expect(Math.abs((event.at % 3_600_000) - 123)).toBeLessThan(10)
    }
  })

  it('remembers the last six addresses, whichever came before', () => {
    const recorder = new FlightRecorder(limits, 0)
    for (let index = 0; index < 9; index++)
      recorder.note({ kind: 'opened', at: index * 1_000, address: `203.0.113.${index}`, proxied: false })
    const addresses = eventsOf({ events: recorder.events }, 'opened').map(({ address }) => address)
    expect(addresses).toEqual(['', '', '', ...[3, 4, 5, 6, 7, 8].map(index => `203.0.113.${index}`)])
  })

  it('takes nothing back from a disk that holds nonsense', () => {
    const odd = { base: 0, addresses: ['x'], events: new Uint8Array([1, 2, 3]), samples: new Uint8Array(7) }
    const recorder = FlightRecorder.of(odd, limits)
    expect([recorder.events, recorder.samples]).toEqual([[], []])
  })
})
