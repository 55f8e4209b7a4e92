import { describe, expect, it } from 'vitest'
import { isForeign, isForeignByReferer } from './origin.ts'

describe('origin', () => {
  it.each([
    ['no Origin: no browser', undefined, 'gate.example.org', undefined, false],
    ['the gateway itself', 'http://gate.example.org:3000', 'gate.example.org:3000', undefined, false],
    ['the gateway itself, its port left out', 'https://gate.example.org', 'Gate.Example.org:443', undefined, false],
    ['the gateway by IPv6', 'http://[::1]:3000', '[::1]:3000', undefined, false],
    [
      'the public address behind a proxy',
      'https://gate.example.org',
      '10.0.0.2:3000',
      'https://gate.example.org',
      false,
    ],
    ['another site', 'https://evil.example', 'gate.example.org', undefined, true],
    ['another port of the same machine', 'http://gate.example.org:8080', 'gate.example.org:3000', undefined, true],
    ['a page without an origin', 'null', 'gate.example.org', undefined, true],
    ['a file', 'file://', 'gate.example.org', undefined, true],
    ['the public address over plain HTTP', 'http://gate.example.org', '10.0.0.2', 'https://gate.example.org', true],
    [
      'the public address over plain HTTP, by its own name',
      'http://gate.example.org',
      'gate.example.org',
      'https://gate.example.org',
      true,
    ],
    [
      'another name of the gateway beside an https public address',
      'http://192.168.1.5:3000',
      '192.168.1.5:3000',
      'https://gate.example.org',
      false,
    ],
    ['no Host at all', 'http://gate.example.org', undefined, undefined, true],
  ])('%s', (_what, origin, host, publicUrl, foreign) => {
    expect(isForeign({ origin, host }, { publicUrl, encrypted: false })).toBe(foreign)
  })

  it.each([
    ['the gateway itself', 'https://gate.example.org:8443', 'gate.example.org:8443', undefined, false],
    ['the same, its port left out', 'https://gate.example.org', 'gate.example.org:443', undefined, false],
    ['the same name in plain', 'http://gate.example.org:8443', 'gate.example.org:8443', undefined, true],
    ['the same name in plain, ports left out', 'http://gate.example.org', 'gate.example.org', undefined, true],
    [
      'the same name in plain, with the port of https',
      'http://gate.example.org:443',
      'gate.example.org',
      undefined,
      true,
    ],
    ['another port', 'https://gate.example.org', 'gate.example.org:8443', undefined, true],
    ['a page without an origin', 'null', 'gate.example.org', undefined, true],
    ['a public address in plain', 'http://gate.example.org', 'gate.example.org', 'http://gate.example.org', true],
    ['the public address', 'https://gate.example.org', '10.0.0.2', 'https://gate.example.org', false],
    ['no Host at all', 'https://undefined', undefined, undefined, true],
  ])('on an encrypted connection, %s', (_what, origin, host, publicUrl, foreign) => {
    expect(isForeign({ origin, host }, { publicUrl, encrypted: true })).toBe(foreign)
  })

  it('is read from the Referer only where no Origin was sent', () => {
    const rules = { publicUrl: undefined, encrypted: true }
    const from = (referer: string | undefined, origin?: string) =>
      isForeignByReferer({ referer, origin, host: 'gate.example.org' }, rules)
    expect(from('https://gate.example.org/sign-in')).toBe(false)
    expect(from('http://gate.example.org/sign-in')).toBe(true)
    expect(from('https://evil.example/')).toBe(true)
    expect(from(undefined)).toBe(false)
    expect(from('https://evil.example/', 'https://gate.example.org')).toBe(false)
  })
})
