import { describe, expect, it } from 'vitest'
import { strength } from './password.ts'

describe('a password', () => {
  it.each([
    ['elevenchars', 0],
    ['aaaaaaaaaaaaaaaaaaaa', 0],
    ['abcdefghijklmnopqrstuvwxyz', 0],
    ['123456789012', 0],
    ['ababababababab', 0],
    ['aaaaaabbbbbbccccccdddddd', 0],
    ['tall green gate', 1],
    ['four words do well', 2],
    ['correct horse battery staple', 3],
    ['دروازهٔ سبز کنار باغ بزرگ', 3],
  ] as const)('%s is worth %i', (password, worth) => {
    expect(strength(password)).toBe(worth)
  })

  it('is as long as its characters, whatever they take in bytes', () => {
    expect(strength('🐢🐇🦊🐘🦉🐝')).toBe(0)
  })
})
