import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ClaimMint } from './claims.ts'

const mint = new ClaimMint(Buffer.alloc(32, 5))
const now = Date.UTC(2026, 10, 23, 18, 42)
const kinds = ['pico', 'esp32cam'] as const
const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.']

describe('a claim', () => {
  it.each(kinds)('of kind %s says its kind and when it was issued', kind => {
    expect(mint.read(mint.mint(kind, now))).toEqual({ kind, issuedAt: now })
  })

  it('is plain ASCII of at most 96 characters with a prefix to know it by, this century', () => {
    for (const at of [0x80_00_00_00_00, now, Date.UTC(2099, 11, 31)])
      expect(mint.mint('pico', at)).toMatch(/^dvz_p_[A-Za-z0-9_.-]{80,90}$/)
    expect(mint.mint('esp32cam', now)).toMatch(/^dvz_c_/)
    expect(mint.mint('pico', now)).toHaveLength(91)
  })

  it('is new each time', () => {
    const many = Array.from({ length: 1_000 }, () => mint.mint('pico', now))
    expect(new Set(many).size).toBe(many.length)
  })

  it('is not read by another gateway', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), key => {
        fc.pre(key.some(byte => byte !== 5))
        expect(new ClaimMint(Buffer.from(key)).read(mint.mint('pico', now))).toBeUndefined()
      }),
    )
  })

  it('is spoilt by the change of any one character', () => {
    const claim = mint.mint('esp32cam', now)
    for (let at = 0; at < claim.length; at++) {
      for (const letter of letters) {
        if (letter === claim[at]) continue
        const changed = claim.slice(0, at) + letter + claim.slice(at + 1)
        expect(mint.read(changed), changed).toBeUndefined()
      }
    }
  })

  it('is spoilt by cutting, lengthening, swapping, or mixing it with another', () => {
    fc.assert(
      fc.property(fc.nat(91), fc.nat(91), fc.string({ minLength: 1, maxLength: 5 }), (at, to, text) => {
        const [claim, other] = [mint.mint('pico', now), mint.mint('pico', now + 1)]
        const mutants = [
          claim.slice(0, at),
          claim.slice(0, at) + text + claim.slice(at),
          claim.slice(0, at) + other.slice(at),
          claim.slice(0, at) + claim.slice(Math.min(at + 1, to)),
          `${claim}\n`,
          ` ${claim}`,
          claim.toUpperCase(),
        ]
        for (const mutant of mutants) {
          if (mutant === claim || mutant === other) continue
          expect(mint.read(mutant), mutant).toBeUndefined()
        }
      }),
    )
  })

  it('cannot be made up', () => {
    fc.assert(fc.property(fc.string({ maxLength: 200 }), text => mint.read(text) === undefined))
    fc.assert(
      fc.property(fc.nat(), () => {
        const body = `dvz_p_${now.toString(36)}.${randomBytes(32).toString('base64url')}`
        expect(mint.read(`${body}.${randomBytes(24).toString('base64url')}`)).toBeUndefined()
      }),
    )
  })
})
