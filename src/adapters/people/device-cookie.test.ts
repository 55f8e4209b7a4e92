import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deviceCookie, deviceSecret, knownDevices } from './device-cookie.ts'

const secret = deviceSecret(Buffer.alloc(32, 1))
const now = Date.UTC(2026, 10, 23)
const day = 86_400_000
const device = { personId: 'p_abcdefghjkmn', deviceId: 'Jx2mVv5sEoJxKzqLh1', epoch: 3 }
const sent = (line: string) => line.split(';')[0]!
const known = (cookies: string | undefined, { at = now, secure = false, by = secret } = {}) =>
  knownDevices(cookies, by, at, secure)

describe('a device cookie', () => {
  it('is read as it was written, among others', () => {
    const other = { ...device, personId: 'p_other' }
    const cookies = [
      `darvaza.session_token=x.y`,
      ...[device, other].map(one => sent(deviceCookie(one, secret, now, false))),
    ]
    expect(known(cookies.join('; '))).toEqual([device, other])
  })

  it('is HttpOnly, stays with this site, and over TLS is Secure and the only one that counts', () => {
    const [plain, secure] = [deviceCookie(device, secret, now, false), deviceCookie(device, secret, now, true)]
    expect(plain).toMatch(/^darvaza\.device\.p_abcdefghjkmn=.*; Path=\/; HttpOnly; SameSite=Lax$/)
    expect(secure).toMatch(/^__Secure-darvaza\.device\.p_abcdefghjkmn=.*; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
    expect(known(sent(plain), { secure: true })).toEqual([])
    expect(known(sent(secure), { secure: true })).toEqual([device])
    expect(known(sent(secure))).toEqual([device])
  })

  it('is none by another key, for another person, device, time or epoch, or after 400 days', () => {
    const cookie = sent(deviceCookie(device, secret, now, false))
    expect(known(cookie, { by: deviceSecret(Buffer.alloc(32, 2)) })).toEqual([])
    const [name = '', value = ''] = cookie.split('=')
    const [id, issued, epoch, mac] = value.split('.')
    for (const forged of [
      `${name.replace('abc', 'abd')}=${value}`,
      `${name}=x${id}.${issued}.${epoch}.${mac}`,
      `${name}=${id}.${Number(issued) + 1}.${epoch}.${mac}`,
      `${name}=${id}.${issued}.4.${mac}`,
      `${name}=${id}.${issued}.${epoch}.${'A'.repeat(43)}`,
      `${name}=${id}.${issued}.${epoch}.`,
    ])
      expect(known(forged), forged).toEqual([])
    expect(known(cookie, { at: now + 399 * day })).toEqual([device])
    expect(known(cookie, { at: now + 401 * day })).toEqual([])
  })

  it('is looked for in 8 accounts of one browser, and found in no header that was made up', () => {
    const many = Array.from({ length: 50 }, (_, n) =>
      sent(deviceCookie({ ...device, personId: `p_${n}` }, secret, now, false)),
    )
    expect(known(many.join('; '))).toHaveLength(8)
    fc.assert(fc.property(fc.string(), text => known(`darvaza.device.p_a=${text}`).length === 0))
  })
})
