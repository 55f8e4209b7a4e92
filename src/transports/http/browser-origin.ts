import { plainAddress } from '../../core/address.ts'
import { isForeign } from '../origin.ts'
import type { RequestContext } from './request-context.ts'

/**
 * Returns the origin under which the browser reaches the gateway, as its address bar shows it. Its Origin header counts
 * unless it is foreign; else, behind a trusted proxy, the public address if one is set; else Host, with the scheme that
 * the proxy states.
 */
export function siteOf({
  host,
  proxies,
  incoming,
  encrypted,
}: Pick<RequestContext, 'host' | 'proxies' | 'incoming' | 'encrypted'>): string {
  const { publicUrl } = host
  const headers = incoming.headers as Record<string, string | undefined>
  if (headers.origin !== undefined && !isForeign(headers, { publicUrl, encrypted }))
    return new URL(headers.origin).origin
  const publicSite = publicUrl === undefined ? undefined : new URL(publicUrl).origin
  const forwarded = headers['x-forwarded-proto'] ?? headers['x-forwarded-for']
  const isProxied = forwarded !== undefined && proxies.trusts(plainAddress(incoming.socket.remoteAddress ?? ''))
  if (publicSite !== undefined && isProxied) return publicSite
  const url = `${encrypted ? 'https' : 'http'}://${headers.host}`
  return headers.host !== undefined && URL.canParse(url) ? new URL(url).origin : (publicSite ?? 'http://localhost')
}

/**
 * Whether browsers let a site have passkeys: the site must be encrypted or on this very machine, and have a name
 * instead of an address.
 */
export function mayHavePasskeys(site: string): boolean {
  const { protocol, hostname } = new URL(site)
  if (/^(localhost|.*\.localhost)$/.test(hostname)) return true
  return protocol === 'https:' && !/^(\d+(\.\d+){3}|\[.*\])$/.test(hostname)
}
