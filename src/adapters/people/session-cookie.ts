import { createHmac, timingSafeEqual } from 'node:crypto'

export const cookiePrefix = 'darvaza'
const sessionCookie = `${cookiePrefix}.session_token`
const secondFactorCookie = `${cookiePrefix}.two_factor`

/** The accounts' secret, made from the gateway's own key, so that only one secret has to be guarded. */
export const accountsSecret = (gatewayKey: Buffer): string =>
  createHmac('sha256', gatewayKey).update('darvaza accounts 1').digest('base64url')

/**
 * The session token in a Cookie header, if the gateway's key signed it: so the tokens in the database are useless
 * without that key. `secure`: the request was encrypted; then only the cookie counts that no plain page of the same
 * host name could have set.
 */
export const sessionToken = (cookies: string | undefined, secret: string, secure: boolean): string | undefined =>
  signedCookie(sessionCookie, cookies, secret, secure)

/** The token of a sign-in that still waits for its second factor, checked in the same way. */
export const secondFactorToken = (cookies: string | undefined, secret: string, secure: boolean): string | undefined =>
  signedCookie(secondFactorCookie, cookies, secret, secure)

function signedCookie(
  plainName: string,
  cookies: string | undefined,
  secret: string,
  secure: boolean,
): string | undefined {
  if (!cookies?.includes(plainName)) return undefined
  for (const name of secure ? [`__Secure-${plainName}`] : [`__Secure-${plainName}`, plainName]) {
    const value = signedValue(cookieOf(cookies, name), secret)
    if (value) return value
  }
  return undefined
}

export const hasSessionCookie = (cookies: string | undefined): boolean =>
  cookies?.includes(`${sessionCookie}=`) ?? false

function cookieOf(cookies: string, name: string): string | undefined {
  const pair = cookies.split(';').find(part => part.trimStart().startsWith(`${name}=`))
  if (!pair) return undefined
  try {
    return decodeURIComponent(pair.slice(pair.indexOf('=') + 1).trim())
  } catch {
    return undefined
  }
}

/** `value.signature`: HMAC-SHA-256 in base64, as Better Auth signs its cookies. */
function signedValue(cookie: string | undefined, secret: string): string | undefined {
  const dot = cookie?.lastIndexOf('.') ?? -1
  if (!cookie || dot < 1) return undefined
  const value = cookie.slice(0, dot)
  const right = createHmac('sha256', secret).update(value).digest()
  const given = Buffer.from(cookie.slice(dot + 1), 'base64')
  return given.length === right.length && timingSafeEqual(given, right) ? value : undefined
}
