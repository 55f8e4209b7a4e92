import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { firstHeaders, presentedToken, shortHeader } from './handshake-headers.ts'

describe('the headers of a board', () => {
  it('count once: the first of each, by its name in small letters', () => {
    const headers = firstHeaders([
      'Authorization',
      'Bearer a',
      'X-Device-ID',
      '1',
      'authorization',
      'Bearer b',
      'HOST',
      'h',
    ])
    expect({ ...headers }).toEqual({ authorization: 'Bearer a', 'x-device-id': '1', host: 'h' })
  })

  it('are one list only for X-Forwarded-For, in the order of the lines', () => {
    const headers = firstHeaders([
      'X-Forwarded-For',
      '6.6.6.6',
      'Host',
      'h',
      'x-forwarded-for',
      '203.0.113.7, 10.0.0.2',
    ])
    expect(headers['x-forwarded-for']).toBe('6.6.6.6, 203.0.113.7, 10.0.0.2')
  })

  it('may have any name, also one that objects inherit', () => {
    const headers = firstHeaders(['constructor', 'a', '__proto__', 'b', 'toString', 'c'])
    expect(Object.entries(headers)).toEqual([
      ['constructor', 'a'],
      ['__proto__', 'b'],
      ['tostring', 'c'],
    ])
    expect(firstHeaders([]).constructor).toBeUndefined()
  })

  it('may be thousands', () => {
    const raw = Array.from({ length: 7_500 }, (_, index) => [`X-Device-${index % 5}`, `${index}`]).flat()
    expect(Object.keys(firstHeaders(raw))).toHaveLength(5)
  })
})

describe('the token of a handshake', () => {
  const token = (authorization: string) => presentedToken({ authorization }).token

  it('is what stands behind Bearer, with any white space around', () => {
    for (const written of ['Bearer T', 'bearer T', 'BEARER  T', ' Bearer T ', 'Bearer\tT\t', '  Bearer   T   '])
      expect(token(written), written).toBe('T')
  })

  it('is opaque: whatever visible characters it is made of', () => {
    const visible = fc.string({ minLength: 1, maxLength: 200, unit: 'grapheme-ascii' }).filter(text => {
      const quoted = /^(["']).*\1$/.test(text)
      return text.trim() === text && text !== '' && !quoted && !/(^|,\s*)bearer(\s|$)/i.test(text)
    })
    fc.assert(fc.property(visible, text => token(`Bearer ${text}`) === text))
    for (const odd of ['a:b@c\\d', '"', 'a"b', 'a,b', 'a b', 'bearers', 'x,bearerx', '%41', '='])
      expect(token(`Bearer ${odd}`)).toBe(odd)
  })

  it('is the first of those that a proxy joined', () => {
    expect(token('Bearer T, Bearer T, Bearer T')).toBe('T')
    expect(token('Bearer T,bearer U')).toBe('T')
  })

  it('is malformed where Bearer is missing or doubled, or the token is quoted or missing', () => {
    for (const wrong of [
      'T',
      'Bearer',
      'Bearer ',
      'BearerT',
      'Bearer Bearer T',
      'Bearer "T"',
      "Bearer 'T'",
      'Basic eDp5',
      'Token T',
    ])
      expect(presentedToken({ authorization: wrong }), wrong).toMatchObject({ problem: 'token_malformed' })
    expect(token('Basic eDp5')).toBeUndefined()
  })

  it('is to be struck from everything also where it was malformed', () => {
    for (const wrong of [
      'SECRET',
      'Bearer Bearer SECRET',
      'Bearer "SECRET"',
      "Bearer 'SECRET'",
      'Token SECRET',
      'BearerSECRET',
    ])
      expect(wrong).toContain(presentedToken({ authorization: wrong }).secret ?? '?')
    expect(presentedToken({ authorization: 'Bearer "SECRET"' }).secret).toBe('SECRET')
  })

  it('comes as a subprotocol from clients that cannot set headers', () => {
    const by = (value: string) => presentedToken({ 'sec-websocket-protocol': value }).token
    expect(by('darvaza.bearer, T')).toBe('T')
    expect(by('darvaza.bearer,T')).toBe('T')
    expect(by('darvaza.bearer, T, chat')).toBe('T')
    for (const none of ['darvaza.bearer', 'darvaza.bearer,', 'chat, T', 'arduino', 'T, darvaza.bearer', ''])
      expect(by(none), none).toBeUndefined()
  })

  it('is that of Authorization where both are there, unless it is empty', () => {
    const both = (authorization: string) =>
      presentedToken({ authorization, 'sec-websocket-protocol': 'darvaza.bearer, P' })
    expect(both('Bearer A').token).toBe('A')
    expect(both('').token).toBe('P')
    expect(both('  ').token).toBe('P')
    expect(both('nonsense')).toMatchObject({ problem: 'token_malformed' })
  })

  it('is none, without a problem, where nothing was sent', () => {
    expect(presentedToken({})).toEqual({})
  })

  it('is read from any header without a failure, and never with white space around', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (authorization, protocol) => {
        const presented = presentedToken({ authorization, 'sec-websocket-protocol': protocol })
        expect(presented.token === undefined || presented.token.trim() !== '').toBe(true)
        expect(presented.token?.trim()).toBe(presented.token)
        expect(presented.token !== undefined && presented.problem !== undefined).toBe(false)
      }),
    )
  })
})

describe('a header for the eyes of people', () => {
  it('is one short line of plain text, or nothing', () => {
    expect(shortHeader('  A0:B1  ')).toBe('A0:B1')
    expect(shortHeader('\u001b[31mred\u0007')).toBe('?[31mred?')
    expect(shortHeader('x'.repeat(500))).toHaveLength(128)
    expect(shortHeader('x'.repeat(500), 64)).toHaveLength(64)
    for (const nothing of [undefined, '', '   ']) expect(shortHeader(nothing)).toBeUndefined()
    fc.assert(fc.property(fc.string({ unit: 'binary' }), text => /^[\x20-\x7e]*$/.test(shortHeader(text) ?? '')))
  })
})
