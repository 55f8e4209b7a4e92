import { describe, expect, it } from 'vitest'
import { connectionAck, isoTime, isZone, pingText, pongText, timeMessage } from './words.ts'

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

  it('tell the time and the zone to a board without a clock', () => {
    const told = { type: 'time', utc: '2026-11-23T18:42:00.000Z', epoch_ms: now }
    expect(timeMessage(now, 'Asia/Tehran')).toEqual({ ...told, zone: 'Asia/Tehran', offset_minutes: 210 })
    expect(timeMessage(now, 'UTC')).toEqual({ ...told, zone: 'UTC', offset_minutes: 0 })
    expect(timeMessage(now, 'America/St_Johns')).toEqual({ ...told, zone: 'America/St_Johns', offset_minutes: -210 })
  })

  it('know summer time', () => {
    const offset = (month: number) => timeMessage(Date.UTC(2026, month, 15), 'Europe/Berlin')
    expect([offset(0), offset(6)]).toMatchObject([{ offset_minutes: 60 }, { offset_minutes: 120 }])
  })

  it('tell a board the zone it asks for, and their own where there is no such zone', () => {
    expect(timeMessage(now, 'UTC', 'Asia/Tokyo')).toMatchObject({ zone: 'Asia/Tokyo', offset_minutes: 540 })
    for (const asked of ['Nowhere/Town', '', '+03:30', 'x'.repeat(5_000), 7, null, {}, '../../etc/passwd'])
      expect(timeMessage(now, 'UTC', asked)).toMatchObject({ zone: 'UTC', offset_minutes: 0 })
    expect(['Asia/Tehran', 'UTC', 'Etc/GMT+3', 'No/Zone', ''].map(isZone)).toEqual([true, true, true, false, false])
  })
})
