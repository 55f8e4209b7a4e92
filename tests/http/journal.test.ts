import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type JournalEntryView, journalPage } from '#protocol/api.ts'
import { Board } from '../support/board.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(() => gateway[Symbol.asyncDispose]())

const read = async (query = ''): Promise<{ entries: JournalEntryView[]; nextCursor: string | null }> => {
  const { status, body } = await gateway.api('GET', `/api/journal?${query}`)
  expect([status, body.issues]).toEqual([200, undefined])
  return journalPage.parse(body)
}
const ids = (entries: JournalEntryView[]) => entries.map(entry => entry.id)

describe('the journal', () => {
  it('is told newest first, with the device’s name beside its id', async () => {
    await using board = await Board.active(gateway, { deviceId: 'teller' })
    board.send({ type: 'sensor_data', sensor_type: 'rain', data: { sequence: 7 } })
    await board.next('ack')
    const { entries } = await read(`device=teller&limit=1`)
    expect(entries[0]).toMatchObject({
      kind: 'message',
      deviceId: await board.id(),
      device: 'teller',
      connectionId: expect.stringMatching(/^c_/),
      address: '127.0.0.1',
      node: expect.stringMatching(/^n_/),
      epoch: 1,
      text: 'reported rain',
    })
    const all = ids((await read('limit=1000')).entries)
    expect(all).toEqual([...all].sort((one, other) => other - one))
  })

  it('is read page by page, and misses and repeats nothing while more is written', async () => {
    for (let count = 0; count < 7; count++) await gateway.api('POST', '/api/devices', { kind: 'pico' })
    const whole = ids((await read('limit=7')).entries)
    const first = await read('limit=3')
    await gateway.api('POST', '/api/devices', { kind: 'pico' })
    const second = await read(`limit=3&cursor=${first.nextCursor}`)
    const third = await read(`limit=1&cursor=${second.nextCursor}`)
    expect([...first.entries, ...second.entries, ...third.entries].map(entry => entry.id)).toEqual(whole)
  })

  it('is followed from an id, oldest first', async () => {
    const last = (await read('limit=1')).entries[0]!.id
    expect((await read(`after=${last}`)).entries).toEqual([])
    for (const name of ['follow-1', 'follow-2']) await gateway.api('POST', '/api/devices', { kind: 'pico', name })
    const { entries, nextCursor } = await read(`after=${last}`)
    expect(entries.map(entry => entry.device)).toEqual(['follow-1', 'follow-2'])
    expect(nextCursor).toBeNull()
  })

  it('is searched by kind, or by what stands before its dot', async () => {
    await using board = await Board.active(gateway)
    await board.ws.close()
    await board.closed
    const device = `device=${await board.id()}`
    await expect.poll(async () => (await read(`${device}&kind=connection`)).entries.length).toBe(2)
    expect((await read(`${device}&kind=connection.opened`)).entries.map(entry => entry.kind)).toEqual([
      'connection.opened',
    ])
    const { status, body } = await gateway.api('GET', '/api/journal?kind=gossip')
    expect([status, body.issues[0].path]).toEqual([400, 'kind'])
  })

  it('is searched by time, told as ISO 8601 or in milliseconds', async () => {
    const { device } = (await gateway.api('POST', '/api/devices', { kind: 'pico' })).body
    const { at } = (await read(`device=${device.id}`)).entries[0]!
    const ms = Date.parse(at)
    const found = async (query: string) => (await read(`device=${device.id}&${query}`)).entries.length
    expect(await found(`since=${at}`)).toBe(1)
    expect(await found(`since=${ms}&until=${ms}`)).toBe(1)
    expect(await found(`since=${ms + 1}`)).toBe(0)
    expect(await found(`until=${new Date(ms - 1).toISOString()}`)).toBe(0)
    const { status, body } = await gateway.api('GET', '/api/journal?since=yesterday')
    expect([status, body.issues]).toEqual([400, [{ path: 'since', message: expect.stringContaining('ISO 8601') }]])
  })

  it('is searched by text, in any case', async () => {
    await gateway.api('POST', '/api/devices', { kind: 'pico', name: 'Findable' })
    expect((await read('q=made+the+device+FINDABLE')).entries).toHaveLength(1)
    expect((await read('q=%25')).entries).toEqual([])
  })

  it('is searched in the language of the reader: by what they are told, and by names, addresses and ids', async () => {
    await using board = await Board.active(gateway, { deviceId: 'garden-1' })
    board.send({ type: 'log', message: 'دماي خانه ۲۱ است' })
    board.send({ type: 'sensor_data', sensor_type: 'rain' })
    await board.next('ack')
    const found = async (q: string, language: string) => {
      const { body } = await gateway.api('GET', `/api/journal?q=${encodeURIComponent(q)}`, undefined, {
        headers: { 'accept-language': language },
      })
      return journalPage.parse(body).entries.map(({ text }) => text)
    }
    expect(await found('garden-۱ خبر داد', 'fa')).toEqual(['reported rain'])
    expect(await found('garden-۱ خبر داد', 'en')).toEqual([])
    expect(await found('garden-1 REPORTED', 'en')).toEqual(['reported rain'])
    for (const language of ['en', 'fa']) {
      expect(await found('دمای 21', language)).toHaveLength(1)
      expect(await found(`${await board.id()} rain`, language)).toEqual(['reported rain'])
      expect(await found('garden-1 127.0.0.1 rain', language)).toEqual(['reported rain'])
      expect(await found('garden-1 nowhere', language)).toEqual([])
    }
  })

  it('knows of no device that does not exist', async () => {
    const { status, body } = await gateway.api('GET', '/api/journal?device=nobody')
    expect([status, body.code]).toEqual([404, 'device_not_found'])
  })

  it.each(['cursor=x', 'after=-1', 'limit=5000'])('does not take ?%s', async query => {
    const { status, body } = await gateway.api('GET', `/api/journal?${query}`)
    expect([status, body.code, body.issues[0].path]).toEqual([400, 'invalid_request', query.split('=')[0]])
  })
})
