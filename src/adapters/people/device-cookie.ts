import { createHmac, timingSafeEqual } from 'node:crypto'
import { cookiePrefix } from './session-cookie.ts'

/*
 * A browser in which a person signed in keeps a cookie for that account: a "known device". It grants no access.
 * It only gives the browser's attempts to sign in a budget of their own, so that strangers who guess at the account
 * cannot use it up. It ends with the password, and when the person ends sessions: each raises the account's epoch.
 */

export interface KnownDevice {
  personId: string
  /** The id of the session in which the cookie was issued: one session makes one device, however often it gets one. */
  deviceId: string
  /** The account's epoch at that time. */
  epoch: number
}

/** Browsers keep a cookie no longer than 400 days. */
const lifetimeS = 400 * 86_400
/** The most accounts checked for one browser, such as a family's tablet. */
const looksAt = 8

const marker = `${cookiePrefix}.device.`
const cookieShape =
  /^(__Secure-)?darvaza\.device\.(p_[a-z0-9]{1,40})=([\w-]{1,64})\.(\d{1,12})\.(\d{1,12})\.([\w-]{43})$/

/** The key that signs device cookies: made from the gateway's own key, and apart from the accounts' secret. */
export const deviceSecret = (gatewayKey: Buffer): Buffer =>
  createHmac('sha256', gatewayKey).update('darvaza devices 1').digest()

/** A `Set-Cookie` line. `secure`: the page is encrypted. `now`: epoch ms. */
export function deviceCookie(device: KnownDevice, secret: Buffer, now: number, secure: boolean): string {
  const { personId, deviceId, epoch } = device
  const issuedS = Math.floor(now / 1000)
  const value = `${deviceId}.${issuedS}.${epoch}.${macOf(secret, personId, deviceId, issuedS, epoch).toString('base64url')}`
  const name = `${secure ? '__Secure-' : ''}${marker}${personId}`
  return `${name}=${value}; Max-Age=${lifetimeS}; Path=/; HttpOnly; ${secure ? 'Secure; ' : ''}SameSite=Lax`
}

/**
 * The known devices in a Cookie header, with the gateway's signature and not too old. The caller has to check whether
 * the epoch still holds. `secure`: the request was encrypted; then only cookies count that no plain page could have
 * set.
 */
export function knownDevices(cookies: string | undefined, secret: Buffer, now: number, secure: boolean): KnownDevice[] {
  if (!cookies?.includes(marker)) return []
  const devices: KnownDevice[] = []
  let looked = 0
  for (const pair of cookies.split(';')) {
    const [, isSecure, personId, deviceId, issued, epoch, mac] = cookieShape.exec(pair.trim()) ?? []
    if (!personId || !deviceId || !mac || (secure && !isSecure)) continue
    if (++looked > looksAt) break
    const right = macOf(secret, personId, deviceId, Number(issued), Number(epoch))
    const given = Buffer.from(mac, 'base64url')
    if (given.length !== right.length || !timingSafeEqual(given, right)) continue
    if (now < (Number(issued) + lifetimeS) * 1000) devices.push({ personId, deviceId, epoch: Number(epoch) })
  }
  return devices
}

const macOf = (secret: Buffer, personId: string, deviceId: string, issuedS: number, epoch: number): Buffer =>
  createHmac('sha256', secret).update(`${personId}.${deviceId}.${issuedS}.${epoch}`).digest()
