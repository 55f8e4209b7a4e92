import type { IncomingMessage } from 'node:http'
import { plainAddress } from '../../core/address.ts'
import type { TrustedProxies } from '../client-address.ts'
import type { Entrance } from '../entrance.ts'

/**
 * The origin by which this request's browser knows the gateway: what stands in its address bar. Behind a trusted proxy
 * that is the public address if one is set, or else what the proxy says about the scheme.
 */
export function siteOf(
  { headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>,
  entrance: Entrance,
  { publicUrl, proxies }: { publicUrl: string | undefined; proxies: TrustedProxies },
): string {
  const publicSite = publicUrl === undefined ? undefined : new URL(publicUrl).origin
  const proxied = proxies.trusts(plainAddress(socket.remoteAddress ?? ''))
  if (publicSite !== undefined && (proxied || headers.origin === publicSite)) return publicSite
  const forwarded = proxied
    ? String(headers['x-forwarded-proto'] ?? '')
        .split(',')[0]!
        .trim()
    : ''
  const scheme = entrance === 'tls' || forwarded === 'https' ? 'https' : 'http'
  const url = `${scheme}://${headers.host}`
  return headers.host !== undefined && URL.canParse(url) ? new URL(url).origin : (publicSite ?? 'http://localhost')
}

/** Whether browsers let a site have passkeys: encrypted or this very machine, and by a name, as an address is nobody's. */
export function mayHavePasskeys(site: string): boolean {
  const { protocol, hostname } = new URL(site)
  if (/^(localhost|.*\.localhost)$/.test(hostname)) return true
  return protocol === 'https:' && !/^(\d+(\.\d+){3}|\[.*\])$/.test(hostname)
}
