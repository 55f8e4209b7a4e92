import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../../tests/support/fake-clock.ts'
import { isZone, TimeZones } from './time-zones.ts'

function started(own = 'UTC', at = Date.UTC(2026, 10, 23, 18, 42)) {
  const clock = new FakeClock()
  clock.setSystemClock(at - clock.now())
  return { clock, zones: new TimeZones(own, clock) }
}

describe('the time that boards are told', () => {
  it('has the zone of the gateway, and how far it is ahead', () => {
    const told = { type: 'time', utc: '2026-11-23T18:42:00.000Z', epoch_ms: Date.UTC(2026, 10, 23, 18, 42) }
    for (const [zone, minutes] of [
      ['Asia/Tehran', 210],
      ['UTC', 0],
      ['America/St_Johns', -210],
    ] as const)
      expect(started(zone).zones.answer(undefined, 'approved')).toEqual({ ...told, zone, offset_minutes: minutes })
  })

  it('knows summer time, also while the gateway runs', () => {
    const { clock, zones } = started('Europe/Berlin', Date.UTC(2026, 2, 29, 0, 59, 59))
    expect(zones.answer(undefined, 'approved')).toMatchObject({ offset_minutes: 60 })
    clock.advance(1_000)
    expect(zones.answer(undefined, 'approved')).toMatchObject({ offset_minutes: 120 })
  })

  it('has the zone a board asks for, and the gateway’s where there is no such zone', () => {
    const { zones } = started()
    expect(zones.answer('Asia/Tokyo', 'approved')).toMatchObject({ zone: 'Asia/Tokyo', offset_minutes: 540 })
    for (const asked of ['Nowhere/Town', '', '+03:30', 'x'.repeat(5_000), 7, null, {}, '../../etc/passwd', '__proto__'])
      expect(zones.answer(asked, 'approved')).toMatchObject({ zone: 'UTC', offset_minutes: 0 })
    expect(['Asia/Tehran', 'UTC', 'Etc/GMT+3', 'No/Zone', ''].map(isZone)).toEqual([true, true, true, false, false])
  })

  it('looks each zone up once in a quarter of an hour, however many are asked for in turn', () => {
    const { clock, zones } = started()
    const names = Intl.supportedValuesOf('timeZone')
    for (let round = 0; round < 3; round++)
      for (const name of names) {
        clock.advance(25)
        for (const spelling of [name, name.toLowerCase(), name.toUpperCase()])
          expect(zones.answer(spelling, 'approved')).toMatchObject({ type: 'time' })
      }
    expect(zones.lookUps).toBeLessThanOrEqual(names.length * 2)
  })

  it('looks few zones up in a second, and fewer for boards that wait; it does not answer the others, that ask again', () => {
    const { clock, zones } = started()
    const asked = (name: string, by: 'approved' | 'pending') => zones.answer(name, by) !== undefined
    const invented = Array.from({ length: 500 }, (_, number) => `No/Zone${number}`)
    expect(invented.filter(name => asked(name, 'pending'))).toHaveLength(10)
    expect(invented.filter(name => asked(name, 'approved'))).toHaveLength(40)
    expect(zones.answer('Asia/Tokyo', 'approved')).toBeUndefined()
    expect(zones.answer(undefined, 'pending')).toMatchObject({ zone: 'UTC' })
    clock.advance(1_000)
    expect(zones.answer('Asia/Tokyo', 'approved')).toMatchObject({ offset_minutes: 540 })
  })
})
