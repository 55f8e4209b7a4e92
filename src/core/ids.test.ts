import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newId, newSecret, randomLetters, sha256 } from './ids.ts'

describe('ids and secrets', () => {
  it('have a prefix that tells what they are, and letters that are hard to confuse', () => {
    for (const prefix of ['d', 'c', 'k'] as const)
      expect(newId(prefix)).toMatch(new RegExp(`^${prefix}_[abcdefghijkmnpqrstuvwxyz23456789]{12}$`))
  })

  it('have as many letters as asked for, also across the end of the pool they come from', () => {
    fc.assert(fc.property(fc.nat(200), length => randomLetters(length).length === length))
  })

  it('are not repeated', () => {
    const many = Array.from({ length: 20_000 }, () => newId('d'))
    expect(new Set(many).size).toBe(many.length)
  })

  it('use every letter', () => {
    expect(new Set(randomLetters(5_000)).size).toBe(32)
  })

  it('are 256 bits where they are secrets', () => {
    expect(newSecret('d')).toMatch(/^dvz_d_[\w-]{43}$/)
    expect(newSecret('k')).toMatch(/^dvz_k_[\w-]{43}$/)
    expect(newSecret('d')).not.toBe(newSecret('d'))
  })

  it('are known by their SHA-256 alone', () => {
    expect(sha256('abc')).toBe(createHash('sha256').update('abc').digest('base64url'))
    expect(sha256('abc')).toHaveLength(43)
  })
})
