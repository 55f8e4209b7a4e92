import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ClaimMint } from '../enrolment/claims.ts'
import { newSecret } from '../ids.ts'
import { redact, redactValue } from './redact.ts'

/** Tokens such as fleets have: any visible characters, and spaces within, but no brackets, which `[token]` contains. */
const token = fc
  .oneof(
    fc.string({ minLength: 6, maxLength: 40, unit: fc.constantFrom(...'ab:@\\/"%+ \'{}$.*^é€😀') }),
    fc.string({ minLength: 6, maxLength: 90, unit: 'grapheme-ascii' }),
    fc.string({ minLength: 6, maxLength: 90, unit: 'grapheme' }),
  )
  .map(text => text.trim())
  .filter(text => text.length >= 6 && !text.includes('[') && !text.includes(']'))

const surrounding = fc.string({ maxLength: 20, unit: fc.constantFrom(...'xyz {}:,"\\%25') })

/** All forms in which a client may send a token. */
const writings: Record<string, (text: string) => string> = {
  plain: text => text,
  'in JSON': text => JSON.stringify(text).slice(1, -1),
  'in JSON within JSON': text => JSON.stringify(JSON.stringify(text)).slice(3, -3),
  'in JSON as PHP writes it': text => JSON.stringify(text).slice(1, -1).replaceAll('/', '\\/'),
  'in JSON, all as \\u': text =>
    Array.from({ length: text.length }, (_, i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''),
  'in JSON, all as \\U in capitals': text =>
    Array.from(
      { length: text.length },
      (_, i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, '0').toUpperCase()}`,
    ).join(''),
  'in a URL': text => encodeURIComponent(text),
  'in a path': text => encodeURI(text),
  'in a URL, in small letters': text => encodeURIComponent(text).replaceAll(/%../g, code => code.toLowerCase()),
  'in a URL within a URL': text => encodeURIComponent(encodeURIComponent(text)),
  'in a URL, three times over': text => encodeURIComponent(encodeURIComponent(encodeURIComponent(text))),
  'in a URL, all of it': text => [...Buffer.from(text)].map(byte => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  'in a form': text => new URLSearchParams({ t: text }).toString().slice(2),
  'in a form within JSON': text => JSON.stringify(new URLSearchParams({ t: text }).toString().slice(2)).slice(1, -1),
}

describe('redact', () => {
  it.each(Object.entries(writings))('strikes a token written %s', (_how, write) => {
    fc.assert(
      fc.property(token, surrounding, surrounding, (secret, before, after) => {
        const written = write(secret)
        const clean = redact(`${before}${written}${after}`, secret)
        expect(clean).not.toContain(written)
        expect(clean).not.toContain(secret)
        expect(clean).toContain('[token]')
      }),
      { numRuns: 100 },
    )
  })

  it('strikes a token of which only some characters are escaped', () => {
    fc.assert(
      fc.property(token, fc.infiniteStream(fc.constantFrom('plain', 'unicode', 'url')), (secret, how) => {
        const written = [...secret]
          .map(character => {
            const form = how.next().value
            if (form === 'url') return encodeURIComponent(character)
            if (form === 'plain') return JSON.stringify(character).slice(1, -1)
            return Array.from(
              { length: character.length },
              (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
            ).join('')
          })
          .join('')
        expect(redact(`{"token":"${written}"}`, secret)).toBe('{"token":"[token]"}')
      }),
    )
  })

  it('strikes the whole of an escaped percent sign, at the end of a token too', () => {
    for (const written of ['aaaaa%', 'aaaaa%25', 'aaaaa%2525', 'aaaaa\\u0025'])
      expect(redact(`{"token":"${written}"}`, 'aaaaa%')).toBe('{"token":"[token]"}')
  })

  it('strikes every occurrence', () => {
    expect(redact('ab:cd, then ab%3Acd, then ab\\u003acd', 'ab:cd')).toBe('[token], then [token], then [token]')
  })

  it('strikes the first ten characters with three dots behind, as the Pico introduces itself', () => {
    expect(redact('{"auth_token":"abcdefghij..."}', 'abcdefghijklmnop')).toBe('{"auth_token":"[token]"}')
    expect(redact('abcdefghij is a word', 'abcdefghijklmnop')).toBe('abcdefghij is a word')
  })

  it('strikes whatever this gateway issues, whoever it belongs to', () => {
    const claim = new ClaimMint(Buffer.alloc(32, 1)).mint('pico', 1_800_000_000_000)
    for (const secret of [claim, newSecret('d'), newSecret('k')]) {
      expect(redact(`a "${secret}" b`, undefined)).toBe('a "[token]" b')
      expect(redact(`?t=${secret}&x`, 'another-token')).toBe('?t=[token]&x')
    }
  })

  it('strikes a token that begins like one of ours to its end', () => {
    const secret = `dvz_p_${'a'.repeat(30)}:with-a-tail`
    expect(redact(`x ${secret} y`, secret)).toBe('x [token] y')
  })

  it('strikes even a token too short to be one', () => {
    expect(redact('pass=q7', 'q7')).toBe('pass=[token]')
  })

  it('leaves text without a secret as it is', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        fc.pre(!text.includes('dvz_'))
        expect(redact(text, undefined)).toBe(text)
        expect(redact(text, '')).toBe(text)
      }),
    )
    expect(redact('a%20b\\u0041', 'unrelated')).toBe('a%20b\\u0041')
  })

  it('ends in time whatever somebody sends to keep it busy', () => {
    // A search in quadratic time would take minutes here, and the test would time out.
    const busy = `${'\\'.repeat(200_000)}${'%'.repeat(200_000)}${'%25'.repeat(70_000)}`
    for (const secret of ['\\secret', '/secret', 'secret', 'a\\\\b/secret', '\\\\', '%secret'])
      expect(redact(`${busy}!`, secret).endsWith('!')).toBe(true)
  })
})

describe('redactValue', () => {
  it('never lets a token through, at any place of any JSON value', () => {
    fc.assert(
      fc.property(
        token,
        fc.jsonValue({ maxDepth: 4 }),
        fc.constantFrom('value', 'key', 'item'),
        (secret, rest, place) => {
          const value =
            place === 'value'
              ? { a: secret, rest }
              : place === 'key'
                ? { [secret]: rest }
                : [[rest, `x${secret}y`, { deep: [secret] }]]
          const kept = JSON.stringify(redactValue(value, secret))
          expect(kept).not.toContain(JSON.stringify(secret).slice(1, -1))
          expect(kept).toContain('[token]')
        },
      ),
    )
  })

  it('leaves a value without a secret as it is', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), value => {
        expect(redactValue(value, 'a token that is nowhere in there')).toEqual(value)
      }),
    )
  })

  it('strikes a number that is the token', () => {
    expect(redactValue({ token: 12345678, other: 1234 }, '12345678')).toEqual({ token: '[token]', other: 1234 })
  })

  it('leaves out what is nested too deep, rather than running out of stack', () => {
    const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)
    expect(JSON.stringify(redactValue(deep, 'secret'))).toContain('[too deep]')
  })

  it('keeps a key named __proto__ as a key', () => {
    expect(JSON.stringify(redactValue(JSON.parse('{"__proto__":{"a":1}}'), 'secret'))).toBe('{"__proto__":{"a":1}}')
  })
})
