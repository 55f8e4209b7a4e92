import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { refusalList } from '#protocol/api.ts'
import { Board } from '../support/board.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { links2004, pico } from '../support/handshakes.ts'
import { RawClient } from '../support/raw.ts'

let gateway: TestGateway
let blocked: { id: string; token: string }
beforeAll(async () => {
  gateway = await startGateway({ limits: { refusalHoldMinMs: 10, refusalHoldMaxMs: 20 } })
  await using board = await Board.connect(gateway)
  await board.next('connection_ack')
  blocked = { id: await board.id(), token: board.token! }
  await board.api('POST', '/block', {})
  await board.closed
  for (let turn = 0; turn < 3; turn++) await knock(links2004({ port: gateway.port }), '127.0.80.1')
  await knock(pico({ port: gateway.port, token: blocked.token }), '127.0.80.2')
})
afterAll(() => gateway[Symbol.asyncDispose]())

async function knock(bytes: string, from: string): Promise<void> {
  await using client = await RawClient.connect(gateway.port, { from })
  await client.write(bytes)
  await client.answer()
}

const refusals = async (query = '', key?: string) => {
  const { status, body } = await gateway.api('GET', `/api/refusals${query}`, undefined, key ? { key } : {})
  return status === 200 ? refusalList.parse(body).refusals : body.code
}

describe('GET /api/refusals', () => {
  it('has a row for each address, library and diagnosis, the newest first, with how often and when', async () => {
    const found = await refusals()
    expect(found).toMatchObject([
      { diagnosis: 'device_blocked', address: '127.0.80.2', library: 'MicroPython', deviceId: blocked.id, count: 1 },
      {
        diagnosis: 'no_token',
        address: '127.0.80.1',
        library: 'links2004 arduinoWebSockets',
        deviceId: null,
        count: 3,
      },
    ])
    expect(Date.parse(found[1].lastAt)).toBeGreaterThan(Date.parse(found[1].firstAt))
    expect(await refusals('?limit=1')).toHaveLength(1)
    expect(await refusals(`?since=${Date.now() + 60_000}`)).toEqual([])
    expect(await refusals(`?device=${blocked.id}`)).toMatchObject([{ diagnosis: 'device_blocked' }])
  })

  it('shows who has grants what concerns their devices, and nothing of the rest of the house', async () => {
    const own = await gateway.key('viewer', { grants: [blocked.id] })
    expect(await refusals('', own)).toMatchObject([{ diagnosis: 'device_blocked' }])
    const other = await gateway.key('viewer', { grants: ['#elsewhere'] })
    expect(await refusals('', other)).toEqual([])
    expect(await refusals(`?device=${blocked.id}`, other)).toBe('device_not_found')
    expect(await refusals('', 'dvz_k_nobody')).toBe('key_unknown')
  })

  it('is not about connection tests, which try in vain on purpose', async () => {
    const before = await refusals()
    await knock(
      pico({ port: gateway.port, token: 'made-up' }).replace('\r\n\r\n', '\r\nX-Darvaza-Probe: 1\r\n\r\n'),
      '127.0.80.3',
    )
    expect(await refusals()).toEqual(before)
  })

  it('puts the address by which the reader came into what says none', async () => {
    await using house = await startGateway({
      publicUrl: 'https://gate.example.org',
      enrolment: 'open',
      limits: { claimTtlMs: 0 },
    })
    await using board = await Board.connect(house)
    await board.next('connection_ack')
    const { body } = await house.api('GET', '/api/refusals')
    expect(body.refusals).toMatchObject([{ diagnosis: 'claim_expired' }])
    const journal = (await house.api('GET', '/api/journal?kind=gateway')).body.entries
    expect(journal.find((entry: { diagnosis: object | null }) => entry.diagnosis)).toMatchObject({
      diagnosis: { diagnosis: 'claim_expired', sentence: expect.any(String), remedy: expect.any(String) },
      data: { facts: { base: 'https://gate.example.org' } },
    })
  })
})
