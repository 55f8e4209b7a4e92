import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newSecret } from '../ids.ts'
import { redact, redactValue } from './redact.ts'

/** Quadratic work on these sizes would take minutes. */
const reactionMs = 10_000
const million = 1_000_000

const secrets: Record<string, string> = {
  'of one letter': 'A'.repeat(1_024),
  'of one letter, ending otherwise': `${'A'.repeat(1_023)}b`,
  'of percent signs': '%'.repeat(1_024),
  'of backslashes': '\\a'.repeat(512),
  'of spaces': `a${' '.repeat(1_000)}b`,
}

const texts: Record<string, string> = {
  'of one letter': `%${'A'.repeat(million)}`,
  'of percent signs': '%'.repeat(million),
  'of a percent sign escaped over and over': `%${'25'.repeat(million / 2)}`,
  'of escaped bytes': '%f0%9f%98'.repeat(million / 9),
  'of backslashes': '\\'.repeat(million),
  'of escaped letters': '\\u0041'.repeat(million / 6),
  'of plus signs': '+'.repeat(million),
  'of beginnings of our tokens': 'dvz_a_'.repeat(million / 6),
}

describe('redact', () => {
  it.each(Object.entries(texts))('takes time in proportion to a text %s, whatever the secret', (_, text) => {
    for (const secret of Object.values(secrets)) {
      const started = performance.now()
      redact(text, secret)
      expect(performance.now() - started).toBeLessThan(reactionMs)
    }
  })

  it('cuts before it searches: the length of what comes behind costs nothing', () => {
    const started = performance.now()
    for (const text of Object.values(texts))
      for (const secret of Object.values(secrets))
        for (let round = 0; round < 20; round++) expect(redact(text, secret, 64).length).toBeLessThanOrEqual(64)
    expect(performance.now() - started).toBeLessThan(reactionMs)
  })

  it.each([
    ['plainly', (secret: string) => secret],
    ['in a URL', encodeURIComponent],
    ['in JSON', (secret: string) => JSON.stringify(secret).slice(1, -1)],
    ['in a URL, all of it', (secret: string) => [...Buffer.from(secret)].map(byte => `%${byte.toString(16)}`).join('')],
  ])('leaves nothing of a secret that stands across the cut, written %s', (_, write) => {
    const secret = fc
      .uniqueArray(fc.constantFrom(...'ABCDEFGHIJKLMNOP/"%+= '), { minLength: 12 })
      .map(all => all.join(''))
    fc.assert(
      fc.property(secret, fc.nat(11), (secret, shown) => {
        // The text is cut after a whole character of the secret.
        const visible = write(secret.slice(0, shown))
        const clean = redact(`....${write(secret)}....`, secret, 4 + visible.length)
        const expected = shown < 4 ? `....${visible}` : `....[token]`
        expect(clean).toBe(expected.slice(0, 4 + visible.length))
      }),
    )
  })

  it('strikes a long secret to its end, however it is written', () => {
    const secret = Array.from({ length: 1_000 }, (_, at) => 'ab/"é😀xyz'.charAt(at % 10)).join('')
    for (const written of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])
      expect(redact(`%<${written}>`, secret)).toBe('%<[token]>')
  })

  it('leaves nothing of a token of ours that stands across the cut, whoever it belongs to', () => {
    const token = newSecret('d')
    for (let most = 5; most < token.length; most++)
      expect(redact(`x ${token} y`, undefined, most + 2).slice(0, 9)).toBe('x [token]'.slice(0, most + 2))
  })
})

describe('redactValue', () => {
  it('keeps at most 10,000 values and 131,072 characters of a message', () => {
    const wide = { list: new Array(300_000).fill({ a: 'b' }), more: 'x' }
    expect(JSON.stringify(redactValue(wide, 'secret')).length).toBeLessThan(200_000)
    const long = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`key-${at}`, 'y'.repeat(10_000)]))
    expect(JSON.stringify(redactValue(long, 'secret')).length).toBeLessThan(140_000)
  })

  it('strikes the beginning of a secret where it cuts a message', () => {
    const secret = 'a-secret-of-some-length'
    const kept = redactValue({ filler: '.'.repeat(131_050), text: `${secret}${secret}` }, secret)
    expect(JSON.stringify(kept)).not.toContain(secret.slice(0, 4))
  })
})
