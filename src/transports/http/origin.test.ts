import { describe, expect, it } from 'vitest'
import { isForeign } from './origin.ts'

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
    ['no Host at all', 'http://gate.example.org', undefined, undefined, true],
  ])('%s', (_what, origin, host, publicUrl, foreign) => {
    expect(isForeign({ origin, host }, publicUrl)).toBe(foreign)
  })
})
