import { hash, randomBytes } from 'node:crypto'

const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789' // 32 letters, none of them easily confused

/** Random bytes fetched in advance, because fetching twelve at a time slows handshakes down. Never for secrets. */
let pool = Buffer.alloc(0)
let used = 0

/** `length` random letters from a 32-letter alphabet: 5 bits each. For names and ids, not for secrets. */
export function randomLetters(length: number): string {
  if (used + length > pool.length) {
    pool = randomBytes(4_096)
    used = 0
  }
  let letters = ''
  for (let count = 0; count < length; count++) letters += alphabet[pool[used++]! & 31]
  return letters
}

/** Device ids start with `d_`, connection ids with `c_`, API key ids with `k_`, people's with `p_`: 60 random bits. */
export const newId = (prefix: 'd' | 'c' | 'k' | 'p'): string => `${prefix}_${randomLetters(12)}`

/** The SHA-256 as base64url, 43 characters, by which every secret is stored and looked up. */
export const sha256 = (secret: string): string => hash('sha256', secret, 'base64url')

/** 256 bits from the system's generator, as `dvz_<letter>_<43 characters>`. */
export const newSecret = (letter: 'd' | 'k' | 'o' | 'i'): string =>
  `dvz_${letter}_${randomBytes(32).toString('base64url')}`
