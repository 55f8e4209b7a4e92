import { expect, it } from 'vitest'
import { type HandshakeRequest, headerValueOf } from './handshake-request.ts'

const handshake = (value: string) => ({ headers: { 'x-device-id': value } }) as unknown as HandshakeRequest

/** Searching a whole megabyte takes about half a second, so 120 such searches would take longer than this. */
const reactionMs = 10_000

it('what a board says of itself costs its beginning only, however long it is and however it is escaped', () => {
  const started = performance.now()
  for (let round = 0; round < 60; round++)
    for (const letter of ['%25', '\\u005c'])
      headerValueOf(
        handshake(letter.repeat(1_000_000 / letter.length)),
        'x-device-id',
        128,
        letter.repeat(1_020 / letter.length),
      )
  expect(performance.now() - started).toBeLessThan(reactionMs)
})

it('what a board says of itself is the first of what was joined, and never its token', () => {
  const id = 'A0:B1:C2:D3:E4:F5'
  expect(
    headerValueOf(handshake(Array.from({ length: 1_500 }, () => id).join(', ')), 'x-device-id', 128, 'secret'),
  ).toBe(id)
  expect(headerValueOf(handshake(`x-${'s,cret'.repeat(5)}`), 'x-device-id', 128, 's,cret')).toBe(
    `x-${'[token]'.repeat(5)}`,
  )
  const token = 'abcdefgh'.repeat(128)
  for (const before of [0, 7_170, 8_000]) {
    const shown = headerValueOf(handshake('[token]'.repeat(before / 7) + token.repeat(9)), 'x-device-id', 128, token)
    expect(shown).not.toContain('abcd')
  }
})
