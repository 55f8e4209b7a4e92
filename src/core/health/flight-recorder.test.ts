import { expect, it } from 'vitest'
import { defaultLimits } from '../limits.ts'
import { FlightRecorder } from './flight-recorder.ts'

const base = 1_800_000_000_000

function kept() {
  const recorder = new FlightRecorder(defaultLimits, base)
  recorder.note({ kind: 'opened', at: base + 1_000, address: '192.0.2.1', proxied: false })
  recorder.note({ kind: 'ordered', at: base + 2_000, what: 'reboot' })
  return recorder.keep()
}

it('leaves out rows of a damaged file that no box can have written', () => {
  const { events, ...rest } = kept()
  const cells = new Float32Array(events.slice().buffer)
  expect(FlightRecorder.of({ ...rest, events }, defaultLimits).events).toHaveLength(2)
  // Cell 1 is the kind of the first row; cells 6 and 8 are the time and the order of the second row.
  for (const [cell, value] of [
    [1, 9],
    [1, -1],
    [6, Number.NaN],
    [6, 3e38],
    [8, 7],
  ] as const) {
    const damaged = cells.slice()
    damaged[cell] = value
    expect(FlightRecorder.of({ ...rest, events: new Uint8Array(damaged.buffer) }, defaultLimits).events).toHaveLength(1)
  }
  for (const wrong of [Number.NaN, 8.64e15, -8.64e15, 0.5])
    expect(FlightRecorder.of({ ...rest, base: wrong, events }, defaultLimits).events).toEqual([])
})
