import { describe, expect, it } from 'vitest'
import { refusal } from '../support/board.ts'
import { startGateway } from '../support/gateway.ts'
import { pico, wscat } from '../support/handshakes.ts'
import { RawClient } from '../support/raw.ts'

const awkward = [
  'user:password@host',
  'back\\slash\\\\',
  'a+b/c==',
  '{"json":"no"}',
  "it's",
  'semi;colon,comma',
  '~!@#$%^&*()_+|<>?',
  'Bearer-like',
  '..//..',
  'x',
  '%20%00',
  'words with spaces between',
  'A'.repeat(1_024),
]

/** A Pico's handshake request with this header line exactly as boards in the field write it. */
const withLine = (port: number, line: string) => pico({ port }).replace(/\r\n$/, `${line}\r\n\r\n`)

describe('rule 25: tokens are opaque, white space around them is trimmed, and only the whole token is accepted', () => {
  it.each(awkward)('takes the token %j as it is', async token => {
    await using gateway = await startGateway({ sharedTokens: { pico: [token] } })
    await using board = await RawClient.open(gateway.port, pico({ port: gateway.port, token }))
    await board.message('connection_ack')
  })

  it.each([
    'Authorization:  Bearer TOKEN',
    'Authorization:Bearer TOKEN',
    'Authorization: Bearer   TOKEN',
    'Authorization: Bearer TOKEN   ',
    'Authorization: \t Bearer\tTOKEN \t',
    'authorization: bearer TOKEN',
    'AUTHORIZATION: BEARER TOKEN',
  ])('reads the line %j', async line => {
    await using gateway = await startGateway()
    const token = await gateway.mint('pico')
    await using board = await RawClient.open(gateway.port, withLine(gateway.port, line.replace('TOKEN', token)))
    await board.message('connection_ack')
  })

  it('reads the two spaces of wscat', async () => {
    await using gateway = await startGateway()
    const shake = wscat({ port: gateway.port, token: await gateway.mint('pico') })
    expect(shake).toContain('Authorization:  Bearer ')
    await using board = await RawClient.open(gateway.port, shake)
    await board.message('connection_ack')
  })

  it.each([
    {
      what: 'its last character wrong',
      wrong: (token: string) => `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`,
    },
    { what: 'its first character wrong', wrong: (token: string) => `X${token.slice(1)}` },
    { what: 'a character too few', wrong: (token: string) => token.slice(0, -1) },
    { what: 'a character too many', wrong: (token: string) => `${token}A` },
    { what: 'other letters large', wrong: (token: string) => token.toUpperCase() },
    { what: 'white space inside', wrong: (token: string) => `${token.slice(0, 20)} ${token.slice(20)}` },
  ])('does not take a token with $what, be it minted, known or shared', async ({ wrong }) => {
    const shared = 'fleet-secret-abcdefgh-abcdefgh'
    await using gateway = await startGateway({ enrolment: 'open', sharedTokens: { pico: [shared] } })
    const minted = await gateway.mint('pico')
    const known = await gateway.mint('pico')
    await using board = await RawClient.open(gateway.port, pico({ port: gateway.port, token: known }))
    await board.message('connection_ack')
    for (const token of [minted, known, shared]) {
      const { status, body } = await refusal(gateway, { token: wrong(token) })
      expect(status).toBe(401)
      expect(body).toMatchObject({ status: 'error', code: 'token_unknown' })
    }
    expect((await gateway.api('GET', '/api/devices')).body.devices).toHaveLength(1)
  })

  it.each([
    { line: 'Authorization: Basic dXNlcjpwYXNz', code: 'token_malformed' },
    { line: 'Authorization: Bearer', code: 'token_malformed' },
    { line: 'Authorization: TOKEN', code: 'token_malformed' },
    { line: 'Authorization: Bearer "TOKEN"', code: 'token_malformed' },
    { line: 'Authorization: Bearer Bearer TOKEN', code: 'token_malformed' },
    { line: 'Authorization:', code: 'token_missing' },
    { line: 'X-Nothing: here', code: 'token_missing' },
  ])('refuses %j and says why', async ({ line, code }) => {
    await using gateway = await startGateway()
    const token = await gateway.mint('pico')
    await using board = await RawClient.connect(gateway.port)
    await board.write(withLine(gateway.port, line.replace('TOKEN', token)))
    const answer = await board.answer()
    expect(answer.status).toBe(401)
    expect(answer.json()).toMatchObject({ status: 'error', code })
    expect(answer.body).not.toContain(token)
    expect(answer.header('www-authenticate')).toBe('Bearer')
  })
})
