import { describe, expect, it } from 'vitest'
import { Board } from '../support/board.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { esp32cam } from '../support/handshakes.ts'
import { RawClient } from '../support/raw.ts'

const nameOf = async (gateway: TestGateway, deviceId: string | null) => {
  await using board = await Board.connect(gateway, { deviceId })
  await board.next('connection_ack')
  const { devices } = (await gateway.api('GET', '/api/devices')).body
  const newest = devices.reduce((last: { createdAt: string }, next: { createdAt: string }) =>
    next.createdAt >= last.createdAt ? next : last,
  )
  await new Promise(resolve => setTimeout(resolve, 2))
  return newest.name as string
}

describe('names', () => {
  it('are what a board says it is, on approval, with a suffix if taken', async () => {
    await using gateway = await startGateway()
    const names = []
    for (const _ of [1, 2, 3]) {
      await using board = await Board.connect(gateway, { deviceId: 'A0:B1:C2' })
      await board.next('connection_ack')
      const { devices } = (await gateway.api('GET', '/api/devices?state=pending')).body
      expect(devices).toMatchObject([{ saysItIs: 'A0:B1:C2' }])
      names.push((await gateway.api('POST', `/api/devices/${devices[0].id}/approve`, {})).body.device.name)
    }
    expect(names).toEqual(['A0:B1:C2', 'A0:B1:C2-2', 'A0:B1:C2-3'])
    for (const name of names) expect((await gateway.api('GET', `/api/devices/${name}`)).status).toBe(200)
  })

  it('are made of the kind and four letters where a board says nothing of use', async () => {
    await using gateway = await startGateway({ enrolment: 'open' })
    expect(await nameOf(gateway, null)).toMatch(/^pico-[a-z2-9]{4}$/)
    expect(await nameOf(gateway, '***')).toMatch(/^pico-[a-z2-9]{4}$/)
  })

  it('never start as ids do, nor hold what no name may', async () => {
    await using gateway = await startGateway({ enrolment: 'open' })
    expect(await nameOf(gateway, 'd_somebody')).toBe('somebody')
    expect(await nameOf(gateway, 'my board #1/../x')).toMatch(/^[A-Za-z0-9:._-]{1,64}$/)
    expect((await nameOf(gateway, 'x'.repeat(300))).length).toBe(64)
  })

  it('are the owner’s to change: unique, and of the characters that names have', async () => {
    await using gateway = await startGateway()
    const make = (name: string) => gateway.api('POST', '/api/devices', { kind: 'pico', name })
    const { id } = (await make('one')).body.device
    expect((await make('two')).status).toBe(201)
    expect(await make('two')).toMatchObject({ status: 409, body: { code: 'name_taken' } })
    const rename = (name: string) => gateway.api('PATCH', `/api/devices/${id}`, { name })
    expect(await rename('two')).toMatchObject({ status: 409, body: { code: 'name_taken' } })
    for (const wrong of ['', 'd_x', 'a b', 'x'.repeat(65), 'ä', 'a/b', id])
      expect((await rename(wrong)).status).toBe(400)
    expect((await rename('A.b-c_d:9')).status).toBe(200)
    expect((await gateway.api('GET', '/api/devices/A.b-c_d:9')).body.device.id).toBe(id)
    expect((await gateway.api('GET', '/api/devices/one')).status).toBe(404)
  })

  it('are taken from the first X-Device-ID, however often it is repeated, or joined on the way', async () => {
    await using gateway = await startGateway({ enrolment: 'open' })
    for (const [reconnects, deviceId] of [
      [3, 'A0:B1'],
      [0, 'C2:D3, C2:D3, C2:D3'],
    ] as const) {
      const token = await gateway.mint('esp32cam')
      await using board = await RawClient.open(gateway.port, esp32cam({ token, deviceId, reconnects }))
      await board.message('connection_ack')
    }
    const { devices } = (await gateway.api('GET', '/api/devices')).body
    expect(devices.map(({ name }: { name: string }) => name).sort()).toEqual(['A0:B1', 'C2:D3'])
  })
})
