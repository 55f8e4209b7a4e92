import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TrustedProxies } from './client-address.ts'

const proxies = new TrustedProxies(['10.0.0.0/8', '192.0.2.1', '2001:db8:1::/48'])
const client = (peer: string, forwardedFor?: string) => proxies.clientOf(peer, forwardedFor)

describe('trusted proxies', () => {
  it('are trusted by address and range, in any spelling of them', () => {
    for (const trusted of ['10.255.0.1', '192.0.2.1', '::ffff:10.0.0.1', '2001:db8:1:ffff::1', '2001:0DB8:1::2'])
      expect(proxies.trusts(trusted), trusted).toBe(true)
    for (const stranger of ['11.0.0.1', '192.0.2.2', '2001:db8:2::1', '::1', '127.0.0.1', '', 'proxy', '10.0.0'])
      expect(proxies.trusts(stranger), stranger).toBe(false)
  })

  it('are nobody unless named', () => {
    const none = new TrustedProxies([])
    expect(none.trusts('127.0.0.1')).toBe(false)
    expect(none.clientOf('127.0.0.1', '203.0.113.7')).toEqual({ address: '127.0.0.1', proxied: false })
  })

  it('may be all the world', () => {
    expect(new TrustedProxies(['0.0.0.0/0', '::/0']).clientOf('8.8.8.8', '203.0.113.7')).toEqual({
      address: '203.0.113.7',
      proxied: true,
    })
  })
})

describe('the address of a client', () => {
  it('is the socket’s, whatever a stranger forwards', () => {
    expect(client('203.0.113.7', '198.51.100.1')).toEqual({ address: '203.0.113.7', proxied: false })
    expect(client('::ffff:203.0.113.7', '198.51.100.1')).toEqual({ address: '203.0.113.7', proxied: false })
  })

  it('is the socket’s when a trusted proxy forwards nothing', () => {
    expect(client('10.0.0.1')).toEqual({ address: '10.0.0.1', proxied: false })
    expect(client('10.0.0.1', '')).toEqual({ address: '10.0.0.1', proxied: false })
  })

  it('is the last untrusted hop behind trusted ones', () => {
    expect(client('10.0.0.1', '203.0.113.7').address).toBe('203.0.113.7')
    expect(client('10.0.0.1', '203.0.113.7, 10.9.9.9, 192.0.2.1').address).toBe('203.0.113.7')
    expect(client('10.0.0.1', '6.6.6.6, 7.7.7.7, 203.0.113.7, 10.9.9.9').address).toBe('203.0.113.7')
    expect(client('2001:db8:1::5', '2001:db8:7::9').address).toBe('2001:db8:7::9')
  })

  it('is the first hop when every one is trusted', () => {
    expect(client('10.0.0.1', '10.0.0.3, 10.0.0.2').address).toBe('10.0.0.3')
  })

  it('is the last one that makes sense where a hop is none', () => {
    expect(client('10.0.0.1', 'unknown').address).toBe('10.0.0.1')
    expect(client('10.0.0.1', '6.6.6.6, _hidden, 10.0.0.2').address).toBe('10.0.0.2')
    expect(client('10.0.0.1', ',,').address).toBe('10.0.0.1')
  })

  it('comes without port, brackets and mapping', () => {
    for (const [hop, address] of [
      ['203.0.113.7:5678', '203.0.113.7'],
      ['[2001:db8:7::9]:443', '2001:db8:7::9'],
      ['[2001:db8:7::9]', '2001:db8:7::9'],
      ['::ffff:203.0.113.7', '203.0.113.7'],
      ['[::ffff:203.0.113.7]:80', '203.0.113.7'],
    ] as const)
      expect(client('10.0.0.1', hop)).toEqual({ address, proxied: true })
  })

  it('can never be chosen by who is behind a proxy that names its peer last', () => {
    const forged = fc.string({ unit: fc.constantFrom(...'10.,:[]%abf x') })
    fc.assert(
      fc.property(forged, text => {
        expect(client('10.0.0.1', `${text}, 203.0.113.7`).address).toBe('203.0.113.7')
      }),
    )
  })
})

describe('an encrypted connection', () => {
  it('is one to the TLS listener, or one of which a trusted proxy says so', () => {
    expect(proxies.isEncrypted('tls', '203.0.113.7', undefined)).toBe(true)
    for (const said of ['https', 'HTTPS', 'https, http', 'wss'])
      expect(proxies.isEncrypted('plain', '10.0.0.1', said), said).toBe(true)
  })

  it('is none by the word of a stranger, nor where the proxy says otherwise or nothing', () => {
    expect(proxies.isEncrypted('plain', '203.0.113.7', 'https')).toBe(false)
    for (const said of [undefined, '', 'http', 'http, https', 'httpsx', 'ws'])
      expect(proxies.isEncrypted('plain', '10.0.0.1', said), said).toBe(false)
  })
})
