import { isIP } from 'node:net'
import { gatewayUrl, under } from '../connection.ts'

/** The gateway under test, as its boards would dial it. */
export interface Target {
  /** http or https, without a slash at the end of its path. */
  url: URL
  /** Name or address, an IPv6 address without brackets. */
  host: string
  port: number
  tls: boolean
  /** Whether the URL itself names this machine, as the rule for boards without a token demands. */
  loopback: boolean
  /** Paths of the gateway, behind the folder it may live in. */
  path(path: string): string
}

export function targetOf(typed: string): Target {
  const url = gatewayUrl(typed)
  const tls = url.protocol === 'https:'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return {
    url,
    host,
    port: url.port ? Number(url.port) : tls ? 443 : 80,
    tls,
    loopback: ['localhost', '127.0.0.1', '::1'].includes(host),
    path: path => under(url, path),
  }
}

export const isAddress = (host: string): boolean => isIP(host) !== 0
