import { describe, expect, it } from 'vitest'
import { Board } from '../support/board.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { SmallDisk, whyNoDisk } from '../support/small-disk.ts'
import { until } from '../support/until.ts'

/** Outages of seconds: what waits for minutes otherwise is tried again at once. */
// And more of one board's logs than are written down, to fill what room is left.
const limits = { storeRetryMs: 100, rowBurst: 5_000 }

const ready = async (gateway: TestGateway) => (await gateway.api('GET', '/ready')).body
const degraded = (gateway: TestGateway) =>
  until('the gateway to notice', async () => (await ready(gateway)).status === 'degraded')

/** Logs until the disk takes no more: what a full log file still has room for is written first. */
async function noticed(gateway: TestGateway, board: Board): Promise<void> {
  const pad = 'x'.repeat(1_900)
  for (let count = 0; count < 3_000; count++) board.send({ type: 'log', level: 'info', message: `${count} ${pad}` })
  await board.settled()
  await degraded(gateway)
}

describe.skipIf(whyNoDisk)(`a full disk${whyNoDisk ? ` (skipped: ${whyNoDisk})` : ''}`, () => {
  it('boards go on, what cannot be promised is refused within 2 s, and it heals by itself', async () => {
    await using disk = await SmallDisk.make(64)
    await using gateway = await startGateway({ dataDir: disk.dataDir, enrolment: 'open', limits })
    await using board = await Board.connect(gateway, { acknowledges: true })
    await board.settled()
    const id = await board.id()
    board.send({ type: 'sensor_data', sensor_type: 'before', data: { sequence: 1 } })
    await board.next('ack')
    expect(await ready(gateway)).toEqual({ status: 'ready' })

    disk.fill()
    await noticed(gateway, board)
    expect(await ready(gateway)).toEqual({ status: 'degraded', away: ['disk'] })
    expect((await gateway.api('GET', '/metrics')).body).toContain('darvaza_degraded{part="disk"} 1')
    // Commands and pings go on.
    const moved = await gateway.api('POST', `/api/devices/${id}/servo`, { servo1: 10, servo2: 20 })
    expect([moved.status, moved.body.ack]).toMatchObject([200, { status: 'success' }])
    await board.settled()
    // Reads answer from what is there.
    const { status, body } = await gateway.api('GET', '/api/journal?limit=1000')
    expect(status).toBe(200)
    expect(body.entries.some((entry: { data: { sensor_type?: string } }) => entry.data?.sensor_type === 'before')).toBe(
      true,
    )
    // A reading is not acknowledged.
    board.send({ type: 'sensor_data', sensor_type: 'during', data: { sequence: 2 } })
    await board.settled()
    expect(board.messages.filter(({ command_type }) => command_type === 'sensor_data')).toHaveLength(1)

    const nothing = { code: 'store_unavailable', retryAfterS: 2 }
    const refused = await gateway.api('POST', '/api/devices', { kind: 'pico', name: 'never' })
    expect([refused.status, refused.body, refused.headers.get('retry-after')]).toMatchObject([503, nothing, '2'])
    expect((await gateway.api('GET', '/api/devices/never')).status).toBe(404)
    const persian = await gateway.api(
      'PUT',
      '/api/settings',
      { journalMaxAgeDays: 1, journalMaxMb: 100 },
      {
        headers: { 'accept-language': 'fa' },
      },
    )
    expect([persian.status, persian.body.hint]).toEqual([503, expect.stringContaining('چیزی تغییر نکرد')])

    // What shuts somebody out is in force at once, and says that it is not stored yet.
    const blocked = await gateway.api('POST', `/api/devices/${id}/block`, {})
    expect([blocked.status, blocked.body]).toMatchObject([503, { code: 'store_unavailable', inForce: true }])
    expect((await board.closed).code).toBe(4001)
    expect((await gateway.api('GET', `/api/devices/${id}`)).body.device.state).toBe('blocked')

    await disk.free()
    await until('the gateway to heal', async () => (await ready(gateway)).status === 'ready')
    await gateway.stop()
    await using again = await startGateway({ dataDir: disk.dataDir, limits })
    expect((await again.api('GET', `/api/devices/${id}`)).body.device.state).toBe('blocked')
    const rows = (await again.api('GET', '/api/journal?limit=1000&kind=act')).body.entries
    expect(rows.map(({ data }: { data: { act: string } }) => data.act)).toContain('device.block')
    const gatewayRows = (await again.api('GET', '/api/journal?limit=1000&kind=gateway')).body.entries
    expect(gatewayRows.map(({ data }: { data: { event: string } }) => data.event)).toContain('store_back')
  })
})
