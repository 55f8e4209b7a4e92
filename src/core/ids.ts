import { createHash, randomBytes } from 'node:crypto'

const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789' // 32 letters, none of them easily confused

/** `length` random letters from a 32-letter alphabet: 5 bits each. */
export function randomLetters(length: number): string {
  let letters = ''
  for (const byte of randomBytes(length)) letters += alphabet[byte & 31]
  return letters
}

/** Device ids start with `d_`, connection ids with `c_`, API key ids with `k_`: 60 random bits each. */
export const newId = (prefix: 'd' | 'c' | 'k'): string => `${prefix}_${randomLetters(12)}`

/** SHA-256 as base64url, 43 characters: how every secret is stored and looked up. */
export const sha256 = (secret: string): string => createHash('sha256').update(secret).digest('base64url')

/** 256 bits from the system's generator, as `dvz_<letter>_<43 characters>`. */
export const newSecret = (letter: 'd' | 'k'): string => `dvz_${letter}_${randomBytes(32).toString('base64url')}`
