import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseJson } from './json.ts'

const nested = (levels: number) => `${'['.repeat(levels)}"${'x'.repeat(2_000)}"${']'.repeat(levels)}`

describe('parseJson', () => {
  it('reads whatever JSON.parse reads', () => {
    const padding = fc.string({ unit: fc.constantFrom(...'[]{}"\\,x'), minLength: 0, maxLength: 3_000 })
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), padding, (value, text) => {
        const written = JSON.stringify({ value, [text]: text })
        expect(parseJson(written)).toEqual(JSON.parse(written))
      }),
    )
  })

  it('reads 64 levels, and not one more', () => {
    expect(parseJson(nested(64))).toEqual(JSON.parse(nested(64)))
    expect(() => parseJson(nested(65))).toThrow(SyntaxError)
  })

  it('does not count brackets in strings, whatever is escaped in them', () => {
    const text = JSON.stringify({ message: '[{"\\'.repeat(1_000) })
    expect(parseJson(text)).toEqual(JSON.parse(text))
  })

  it.each(['[', '{"a":', '[{"a":[', '"\\', '[],'])('gives %j up at once, however often it repeats', piece => {
    const text = piece.repeat(1_000_000)
    const started = performance.now()
    for (let round = 0; round < 3; round++) expect(() => parseJson(text)).toThrow(SyntaxError)
    expect(performance.now() - started).toBeLessThan(5_000)
  })
})
