import { describe, expect, it } from 'vitest'
import { Board } from '../support/board.ts'
import { startGateway } from '../support/gateway.ts'
import { entry } from '../support/journal.ts'
import { jpeg } from '../support/jpeg.ts'
import { until } from '../support/until.ts'

const clocks = [
  { clock: '0, as a number', timestamp: 0 },
  { clock: '1970, as a string', timestamp: '1970-01-01 00:00:12' },
  { clock: '2000, as a number of seconds', timestamp: 946_684_812 },
  { clock: '2000, as a string', timestamp: '2000-01-01T00:00:12' },
  { clock: '2021, as a string', timestamp: '2021-01-01 00:00:12' },
  { clock: '2021, as a number of milliseconds', timestamp: 1_609_459_212_000 },
  { clock: 'milliseconds since it booted', timestamp: 12_345 },
  { clock: 'the year 2100', timestamp: 4_102_444_800_000 },
  { clock: 'a negative number', timestamp: -1 },
  { clock: 'a fraction', timestamp: 12.5 },
  { clock: 'words', timestamp: 'yesterday' },
  { clock: 'an object', timestamp: { year: 2021 } },
  { clock: 'null', timestamp: null },
  { clock: 'more than a number holds', timestamp: 1e300 },
]

/** Whether a time lies between `from` and now, with 5 ms of tolerance for rounding. */
const isNow = (iso: string, from: number): boolean => {
  const at = Date.parse(iso)
  return at >= from - 5 && at <= Date.now() + 5
}

describe('rule 22: every message gets the time of its receipt, whatever the board’s clock says', () => {
  it.each(clocks)('stamps a log and a reading of a board whose clock says $clock', async ({ timestamp }) => {
    await using gateway = await startGateway()
    await using board = await Board.active(gateway, { kind: 'pico' })
    const from = Date.now()
    board.send({ type: 'log', message: 'hello', level: 'info', timestamp })
    board.send({ type: 'sensor_data', sensor_type: 't', data: { sequence: 1 }, timestamp })
    const ack = await board.next('ack')
    expect(isNow(ack.timestamp, from)).toBe(true)
    for (const type of ['log', 'sensor_data']) {
      const row = await entry(gateway, ({ kind, data }) => kind === 'message' && data.type === type)
      expect(isNow(row.at, from)).toBe(true)
      // The board’s own timestamp is also kept, unchanged.
      expect(row.data.timestamp).toEqual(timestamp)
    }
    const device = await board.device()
    expect(isNow(device.lastSeen, from)).toBe(true)
    expect(device.online).toBe(true)
  })

  it.each(clocks)('stamps a picture of a camera whose clock says $clock', async ({ timestamp }) => {
    await using gateway = await startGateway()
    await using camera = await Board.active(gateway, { kind: 'esp32cam' })
    const from = Date.now()
    await camera.sendFrame(jpeg(), { timestamp })
    const snapshot = await until('the picture', async () => {
      const answer = await camera.api('GET', '/snapshot.jpg')
      return answer.status === 200 && answer
    })
    expect(isNow(snapshot.headers.get('x-received-at')!, from)).toBe(true)
  })

  it('keeps the order in which messages came, though the board’s clock jumps', async () => {
    await using gateway = await startGateway()
    await using board = await Board.active(gateway)
    for (const [index, { timestamp }] of clocks.entries())
      board.send({ type: 'log', message: `number ${index}`, timestamp })
    const last = `number ${clocks.length - 1}`
    await entry(gateway, ({ data }) => data?.message === last)
    const { entries } = (await gateway.api('GET', '/api/journal?kind=message&limit=100')).body
    const numbers = entries.map(({ data }: { data: { message?: string } }) => data.message).filter(Boolean)
    expect(numbers).toEqual(clocks.map((_, index) => `number ${index}`).reverse())
  })

  it('tells the right time to a board that asks', async () => {
    await using gateway = await startGateway()
    await using board = await Board.connect(gateway)
    const from = Date.now()
    const ack = await board.next('connection_ack')
    expect(isNow(ack.timestamp, from - 5_000)).toBe(true)
    board.send({ type: 'ping', timestamp: '2021-01-01 00:00:12' })
    expect(isNow((await board.next('pong')).timestamp, from)).toBe(true)
  })
})
