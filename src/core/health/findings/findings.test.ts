import { describe, expect, it } from 'vitest'
import { type FindingCode, findingCodes } from '#protocol/vocabulary.ts'
import { findings as english } from '#texts/en/findings.ts'
import { findings as persian } from '#texts/fa/findings.ts'
import { numberFormatsFor } from '#texts/number-formats.ts'
import { defaultLimits } from '../../limits.ts'
import type { OrderKind, Sample, Trace, TraceEvent } from '../trace.ts'
import { examine, isFinding } from './examine.ts'
import type { Finding } from './finding.ts'

const minutes = 60_000
const start = Date.UTC(2026, 10, 23, 12)

/** The trace of a board that has been online without faults for `forMs`, changed by `change`. */
function trace(change: Partial<Trace> = {}, forMs = 120 * minutes): Trace {
  const { events = [], ...rest } = change
  const opened: TraceEvent = { kind: 'opened', at: start, address: '203.0.113.7', proxied: false }
  return {
    kind: 'pico',
    now: start + forMs,
    online: true,
    contested: false,
    samples: [],
    clock: undefined,
    tellsReboots: true,
    ...rest,
    events: [opened, ...events].sort((one, other) => one.at - other.at),
  }
}

const judge = (given: Trace) => examine(given, defaultLimits)
function found(given: Trace, code: FindingCode): Finding {
  const opinion = judge(given).get(code)
  if (!isFinding(opinion)) throw new Error(`${code} is ${opinion}`)
  return opinion
}
const opinion = (given: Trace, code: FindingCode) => judge(given).get(code)
const codesFound = (given: Trace) => [...judge(given)].filter(([, one]) => isFinding(one)).map(([code]) => code)

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index))
const reboots = (at: number[], more: Partial<Extract<TraceEvent, { kind: 'rebooted' }>> = {}): TraceEvent[] =>
  at.map(ms => ({ kind: 'rebooted', at: start + ms, upMs: 60_000, asked: false, brownOut: false, ...more }))
const closed = (at: number, more: Partial<Extract<TraceEvent, { kind: 'closed' }>> = {}): TraceEvent => ({
  kind: 'closed',
  at: start + at,
  code: 1006,
  byGateway: false,
  lastedMs: 10 * minutes,
  quietMs: 100,
  unheardMs: 100,
  ...more,
})
const stalls = (count: number, forMs: number, everyMs: number): TraceEvent[] =>
  times(count, index => ({ kind: 'stalled', at: start + 60 * minutes + index * everyMs, forMs }))
const ordered = (at: number, what: OrderKind): TraceEvent => ({ kind: 'ordered', at: start + at, what })
const sample = (index: number, more: Partial<Sample> = {}): Sample => ({
  from: start + index * minutes,
  to: start + (index + 1) * minutes,
  memoryLeast: Number.NaN,
  memoryMost: Number.NaN,
  signalDbm: Number.NaN,
  frames: 0,
  frameBytes: 0,
  garbage: 0,
  roundTripMs: 40,
  watched: 0,
  ...more,
})

describe('a board that is well', () => {
  it('is told to have nothing, once it was seen for ten minutes, and nothing is said before', () => {
    expect(codesFound(trace())).toEqual([])
    expect([opinion(trace(), 'flapping'), opinion(trace({}, 5 * minutes), 'flapping')]).toEqual(['clear', 'unseen'])
  })

  it.each([
    ['reboots twice in a day', { events: reboots([10 * minutes, 90 * minutes]) }],
    [
      'is rebooted on order',
      {
        events: reboots(
          [10, 20, 30, 40].map(at => at * minutes),
          { asked: true },
        ),
      },
    ],
    // A Pico reads nothing for 16 s while a servo moves.
    [
      'moves its servos all day',
      {
        events: times(20, index => index * 5 * minutes).flatMap((at): TraceEvent[] => [
          ordered(at, 'servo'),
          { kind: 'stalled', at: start + at + 500, forMs: 15_500 },
        ]),
      },
    ],
    ['stalls for 10 s now and then, as an ESP32 does', { events: stalls(4, 10_000, 20 * minutes) }],
    ['is on a slow line', { events: stalls(8, 1_900, 5 * minutes) }],
    [
      'loses its line now and then',
      { events: times(6, index => closed(index * 20 * minutes, { quietMs: 700 * (index + 1) })) },
    ],
    [
      'was silent twice, as its router restarted',
      { events: [30, 31].map(at => closed(at * minutes, { byGateway: true, code: 4010, unheardMs: 45_000 })) },
    ],
    ['fell out of step once', { events: [closed(30 * minutes, { byGateway: true, code: 1002 })] }],
    [
      'was sent away by an owner',
      { events: times(9, index => closed(index * minutes, { byGateway: true, code: 4001 })) },
    ],
    ['sent a quote unescaped', { samples: [sample(3, { garbage: 2 })] }],
    [
      'fills its heap once and then keeps it',
      {
        samples: times(40, index => sample(index, { memoryLeast: 90_000, memoryMost: index < 4 ? 140_000 : 100_000 })),
      },
    ],
    [
      'has a heap that goes up and down',
      {
        samples: times(60, index => sample(index, { memoryLeast: 120_000, memoryMost: 140_000 - (index % 7) * 1_500 })),
      },
    ],
    [
      'is a camera that rests while nobody watches',
      {
        kind: 'esp32cam' as const,
        samples: times(40, index =>
          sample(index, {
            frames: index < 30 ? 600 : 60,
            frameBytes: 1e6,
            watched: index < 30 ? 1 : 0,
            signalDbm: -60,
          }),
        ),
      },
    ],
    [
      'is a camera whose sensor slows down at night',
      {
        kind: 'esp32cam' as const,
        samples: times(40, index =>
          sample(index, { frames: index < 30 ? 600 : 120, frameBytes: index < 30 ? 18e6 : 2e6, signalDbm: -55 }),
        ),
      },
    ],
    [
      'is a camera that was told to be slower',
      {
        kind: 'esp32cam' as const,
        events: [ordered(30 * minutes, 'action')],
        samples: times(50, index => sample(index, { frames: index < 30 ? 600 : 120, frameBytes: 1e6, signalDbm: -70 })),
      },
    ],
    [
      'counts milliseconds since it booted',
      {
        clock: {
          kind: 'boot',
          offsetMs: 60_000 - start,
          driftPpm: undefined,
          written: 'number',
          readAt: start,
        } as const,
      },
    ],
    [
      'has a clock of another zone',
      { clock: { kind: 'set', offsetMs: 12_600_000, driftPpm: undefined, written: 'text', readAt: start } as const },
    ],
  ])('is not blamed when it %s', (_, change: Partial<Trace>) => {
    expect(codesFound(trace(change))).toEqual([])
  })
})

describe('a board that is not well', () => {
  it('reboots every so often, and the timer behind it shows', () => {
    const given = trace({ events: reboots(times(10, index => (index + 1) * 5 * minutes)) }, 52 * minutes)
    expect(found(given, 'rebooting')).toMatchObject({
      severity: 'bad',
      numbers: { everyMs: 5 * minutes, regular: 1, times: 10 },
    })
    const wild = trace({ events: reboots([1, 2, 17, 19, 41].map(at => at * minutes)) }, 50 * minutes)
    expect(found(wild, 'rebooting').numbers.regular).toBe(0)
  })

  it('has stopped rebooting: nothing is said any more', () => {
    const given = trace({ events: reboots(times(5, index => (index + 1) * minutes)) }, 300 * minutes)
    expect(opinion(given, 'rebooting')).toBe('clear')
  })

  it('never says by what a reboot would show: that is said, and not that it does not reboot', () => {
    expect(opinion(trace({ tellsReboots: false }), 'rebooting')).toBe('unseen')
  })

  it('reboots when a servo moves: the supply, and not a reboot like others', () => {
    const at = times(5, index => (index + 1) * 10 * minutes)
    const events = [...at.map(ms => ordered(ms, 'servo')), ...reboots(at.map(ms => ms + 3_000))]
    const given = trace({ events }, 55 * minutes)
    expect(found(given, 'brown_out').numbers).toMatchObject({ times: 5, of: 5 })
    expect(codesFound(given)).toEqual(['brown_out'])
    // If most reboots come at other times, there is no brown-out.
    const others = reboots(times(6, index => index * 8 * minutes + 4 * minutes))
    expect(codesFound(trace({ events: [...events, ...others] }, 55 * minutes))).toEqual(['rebooting'])
  })

  it('says itself that its supply gave way', () => {
    const given = trace(
      {
        events: reboots(
          [10, 20].map(at => at * minutes),
          { brownOut: true },
        ),
      },
      25 * minutes,
    )
    expect(found(given, 'brown_out').numbers.said).toBe(2)
  })

  it('leaks, through all the ups and downs of a garbage collector', () => {
    const leaking = times(40, index =>
      sample(index, { memoryLeast: 100_000 - index * 1_000, memoryMost: 140_000 - index * 1_000 - (index % 5) * 800 }),
    )
    const { numbers, since } = found(trace({ samples: leaking }, 40 * minutes), 'memory_leak')
    expect(numbers.perHour).toBeGreaterThan(55_000)
    expect(numbers.perHour).toBeLessThan(65_000)
    expect(numbers.emptyInMs).toBeGreaterThan(80 * minutes)
    expect(since).toBe(start)
    // After a reboot, all memory is free again: the samples before the reboot remain the evidence.
    const reborn = [...leaking, sample(40, { memoryMost: 140_000, memoryLeast: 130_000 })]
    expect(found(trace({ samples: reborn, events: reboots([40 * minutes]) }, 41 * minutes), 'memory_leak')).toBeTruthy()
    expect(opinion(trace({ samples: leaking.slice(0, 7) }, 8 * minutes), 'memory_leak')).toBe('unseen')
    expect(opinion(trace(), 'memory_leak')).toBe('unseen')
  })

  it('sleeps in its Wi-Fi, though no servo moves', () => {
    const { numbers } = found(trace({ events: stalls(60, 8_000, minutes) }), 'wifi_stalls')
    expect(numbers).toMatchObject({ times: 60, forMs: 8_000, everyMs: minutes })
    expect(numbers.share).toBeCloseTo(0.067, 2)
  })

  const cuts = times(4, index =>
    closed(index * minutes, { quietMs: 3_000 + index * 50, unheardMs: 3_000, lastedMs: 50_000 }),
  )

  it('is cut after the same silence again and again, and then held', () => {
    expect(found(trace({ events: cuts }, 5 * minutes), 'idle_cut')).toMatchObject({
      severity: 'bad',
      numbers: { held: 0, times: 4 },
    })
    const adapted: TraceEvent = { kind: 'adapted', at: start + 4 * minutes, idleMs: 3_000 }
    const held = trace({ events: [...cuts, adapted] }, 400 * minutes)
    expect(found(held, 'idle_cut')).toMatchObject({ severity: 'info', numbers: { held: 1 } })
    expect(codesFound(held)).toEqual(['idle_cut'])
  })

  it('is not cut by anything when it rebooted each time, or fell silent each time otherwise', () => {
    const rebooting = [...cuts, ...reboots(times(4, index => index * minutes + 5_000))]
    expect(codesFound(trace({ events: rebooting }, 5 * minutes))).not.toContain('idle_cut')
    const odd = times(6, index => closed(index * minutes, { quietMs: 300 + index * 800 }))
    expect(codesFound(trace({ events: odd }, 7 * minutes))).toEqual([])
  })

  it('vanishes, hangs up, falls out of step, babbles', () => {
    const gone = times(3, index => closed(index * 10 * minutes, { byGateway: true, code: 4010, unheardMs: 45_000 }))
    expect(found(trace({ events: gone }, 25 * minutes), 'half_open').numbers).toEqual({ times: 3, unheardMs: 45_000 })
    const flaps = times(8, index => closed(index * minutes, { code: 1000, lastedMs: 20_000 }))
    expect(found(trace({ events: flaps }, 9 * minutes), 'flapping').numbers).toEqual({
      times: 8,
      lastedMs: 20_000,
      code: 1000,
    })
    const garbled = times(2, index => closed(index * minutes, { byGateway: true, code: 1002 }))
    expect(found(trace({ events: garbled }, 9 * minutes), 'desync').numbers).toEqual({ times: 2 })
    const babble = { samples: times(9, index => sample(index, { garbage: 3 })) }
    expect(found(trace(babble, 10 * minutes), 'garbage').numbers).toEqual({ pieces: 27 })
  })

  it('has a weak signal, or one that is hardly there', () => {
    const at = (signalDbm: number) => trace({ samples: times(9, index => sample(index, { signalDbm })) })
    expect(found(at(-78), 'weak_signal').severity).toBe('warn')
    expect(found(at(-88), 'weak_signal').severity).toBe('bad')
    expect(opinion(at(-74), 'weak_signal')).toBe('clear')
    expect(opinion(trace(), 'weak_signal')).toBe('unseen')
  })

  it('is a camera whose pictures starve while its signal is weak', () => {
    const samples = times(40, index =>
      sample(index, {
        frames: index < 36 ? 600 : 90,
        frameBytes: index < 36 ? 18e6 : 2.7e6,
        signalDbm: index < 34 ? -62 : -84,
      }),
    )
    const { numbers } = found(trace({ kind: 'esp32cam', samples }, 40 * minutes), 'camera_starving')
    expect([numbers.before, numbers.now, numbers.dbm]).toEqual([10, 1.5, -84])
  })

  it('is a camera that rests while nobody watches: a weak signal, and no starving', () => {
    const samples = times(40, index =>
      sample(index, { frames: index < 30 ? 600 : 60, frameBytes: 1e6, watched: index < 30 ? 1 : 0, signalDbm: -78 }),
    )
    expect(codesFound(trace({ kind: 'esp32cam', samples }))).toEqual(['weak_signal'])
  })

  it('shares its token, whether two addresses show it or one', () => {
    const twins = times(3, (index): TraceEvent => ({ kind: 'twin', at: start + index * 3 * minutes }))
    expect(found(trace({ events: twins }, 10 * minutes), 'token_shared').numbers).toEqual({ times: 3, addresses: 1 })
    const rare = times(3, (index): TraceEvent => ({ kind: 'twin', at: start + index * 30 * minutes }))
    expect(codesFound(trace({ events: rare }, 70 * minutes))).toEqual([])
    expect(found(trace({ contested: true }), 'token_shared').severity).toBe('bad')
  })

  it('has a clock that was never set, or set wrong', () => {
    const clock = (kind: 'boot' | 'set', at: number) =>
      ({ kind, offsetMs: at - start, driftPpm: undefined, written: 'text', readAt: start }) as const
    expect(found(trace({ clock: clock('boot', Date.UTC(2021, 0, 1)) }), 'clock_unset').numbers.set).toBe(0)
    expect(found(trace({ clock: clock('set', Date.UTC(2031, 0, 1)) }), 'clock_unset').numbers.set).toBe(1)
  })
})

describe('the words of a verdict', () => {
  it.each(findingCodes)(
    '%s are there in both languages, with their numbers, and with no Latin digit in Persian',
    code => {
      const numbers = new Proxy({}, { get: () => 8.5e5 }) as Record<string, number>
      for (const [language, words] of [
        ['en', english],
        ['fa', persian],
      ] as const) {
        const { title, needs } = words[code]
        const { sentence, evidence, remedy } = words[code].say(numbers, numberFormatsFor(language))
        const all = [title, needs, sentence, remedy, ...evidence]
        for (const text of all) expect(text).not.toMatch(/undefined|NaN|\s{2}|^$/)
        expect(evidence.length).toBeGreaterThan(0)
        if (language === 'fa') for (const text of all) expect(text.replace(/ESP32|\d+x\d+/g, '')).not.toMatch(/[0-9يك]/)
      }
    },
  )

  it('write lengths of time, sizes and shares as their readers do', () => {
    const { time, bytes, percent } = numberFormatsFor('en')
    expect([450, 2_600, 45_000, 300_000, 7_200_000, 400_000_000].map(time)).toEqual([
      '450 ms',
      '2.6 s',
      '45 s',
      '5 min',
      '2 h',
      '4.6 days',
    ])
    expect([900, 8_192, 140_000, 4_194_304].map(bytes)).toEqual(['900 B', '8 kB', '137 kB', '4 MB'])
    expect([percent(0.07), numberFormatsFor('fa').percent(0.07), numberFormatsFor('fa').time(2_600)]).toEqual([
      '7%',
      '۷٪',
      '۲٫۶ ثانیه',
    ])
  })
})
