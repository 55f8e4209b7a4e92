import { describe, expect, it } from 'vitest'
import { connectionAck, isoTime, pingText, pongText } from './gateway-messages.ts'

const now = Date.UTC(2026, 10, 23, 18, 42)

describe('the words of the gateway', () => {
  it('carry the time as ISO 8601 in UTC, also when it goes back and forth', () => {
    const times = [now, now + 1, now, 0, now].map(isoTime)
    expect(times).toEqual([
      '2026-11-23T18:42:00.000Z',
      '2026-11-23T18:42:00.001Z',
      '2026-11-23T18:42:00.000Z',
      '1970-01-01T00:00:00.000Z',
      '2026-11-23T18:42:00.000Z',
    ])
  })

  it('are JSON, also those written by hand', () => {
    expect(JSON.parse(pingText(now))).toEqual({ type: 'ping', timestamp: '2026-11-23T18:42:00.000Z' })
    expect(JSON.parse(pongText(now))).toEqual({ type: 'pong', timestamp: '2026-11-23T18:42:00.000Z' })
    expect(connectionAck(now)).toMatchObject({ type: 'connection_ack', status: 'success', message: expect.any(String) })
  })
})
