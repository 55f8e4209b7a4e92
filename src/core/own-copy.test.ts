import { describe, expect, it } from 'vitest'
import { Core } from '../../tests/support/core.ts'
import { heldBytes } from '../../tests/support/heap.ts'
import { presentedToken, shortHeader } from '../transports/tcp/handshake-headers.ts'
import { libraryOf } from './diagnosis/library.ts'
import { redact } from './journal/redact.ts'
import { ownCopy, ownStart } from './own-copy.ts'
import { numbersOf } from './telemetry/telemetry-series.ts'

const large = 200_000
const times = 25

/** Bytes held for the pieces that `cut` makes of `times` large texts. Each text is new, and nothing else keeps it. */
function heldFor(cut: (text: string) => unknown, textOf = (n: number) => `${n}${'x'.repeat(large)}`): number {
  const before = heldBytes()
  const kept = Array.from({ length: times }, (_, n) => cut(Buffer.from(textOf(n)).toString()))
  const held = heldBytes() - before
  expect(kept).toHaveLength(times)
  return held
}

describe('a piece of foreign text that is kept', () => {
  it('is the same text, in any script', () => {
    for (const text of [
      '',
      'short',
      'plain words of a board',
      'سلام، من یک دوربین هستم',
      'naïve café ÿ'.repeat(9),
      '😀'.repeat(20),
    ])
      for (const most of [0, 5, 12, 13, 39, 1_000])
        expect([ownCopy(text), ownStart(text, most)]).toEqual([text, text.slice(0, most)])
    expect(ownCopy(`a lone surrogate \ud800`)).toBe(`a lone surrogate \ud800`)
  })

  it('does not keep the text it was cut from', () => {
    expect(heldFor(text => text.slice(0, 100))).toBeGreaterThan(large * times * 0.9)
    expect(heldFor(text => ownStart(text, 100))).toBeLessThan(large)
  })

  it.each<[string, (text: string) => unknown, ((n: number) => string)?]>([
    ['cut while it is searched for secrets', text => redact(text, 'a token', 100)],
    ['a header for people', text => shortHeader(text)],
    [
      'a token with much behind it',
      text => presentedToken({ authorization: text }),
      n => `Bearer token-number-${n},${' '.repeat(large)}bearer again`,
    ],
    ['a library nobody knows', text => libraryOf({ 'user-agent': text })],
    ['the name of a series', text => numbersOf({ sensor_type: text, data: { celsius: 1 } })],
  ])('is: %s', (_what, cut, textOf) => {
    expect(heldFor(cut, textOf)).toBeLessThan(large * 2)
  })

  it('is every word of boards that wait, whatever they say', async () => {
    const core = await Core.start({
      limits: { textBytes: 1_000_000, pendingTextBurst: 1_000, pendingCpuMsPerSecond: 1e9 },
    })
    const boards = Array.from({ length: 16 }, () => core.connect({ wants: 'esp32cam' }))
    const before = heldBytes()
    const pad = 'x'.repeat(200_000)
    for (const [n, board] of boards.entries()) {
      for (const words of [
        { type: 'connect', version: `${n}${pad}` },
        { type: `${n}${pad}` },
        { type: 'log', level: `${n}${pad}`, message: `${n}${pad}` },
        { type: 'sensor_data', sensor_type: `${n}${pad}`, data: 1 },
      ]) {
        board.say(Buffer.from(JSON.stringify(words)).toString())
        core.clock.advance(1_000)
      }
      board.say(Buffer.from(`${n}${pad}`).toString())
      core.clock.advance(1_000)
    }
    await core.flush()
    expect(core.sessions.messagesOf(boards[0]!.device.id)).toHaveLength(5)
    // All messages that the boards sent are 19 MB.
    expect(heldBytes() - before).toBeLessThan(3_000_000)
  })
})
