import type { Kind } from '#protocol/kinds.ts'
import { withoutTrailingSlashes } from '#protocol/paths.ts'

/** The two kinds of board that can be simulated. */
export type BoardKind = Exclude<Kind, 'generic'>

/** The address of a gateway, split into the parts that firmware needs. */
export interface Target {
  readonly secure: boolean
  /** Name or address, IPv6 without its brackets. */
  readonly host: string
  readonly port: number
  /** The path under which a proxy serves the gateway: empty, or `/some/path`. */
  readonly prefix: string
}

/** Takes http(s)://host:port, ws(s)://host:port, or host:port alone; throws a RangeError that quotes anything else. */
export function parseTarget(url: string): Target {
  const parsed = URL.parse(url.includes('://') ? url : `http://${url}`)
  const scheme = parsed?.protocol.slice(0, -1) ?? ''
  if (!parsed || !['http', 'https', 'ws', 'wss'].includes(scheme)) {
    throw new RangeError(`"${url}" is no gateway's URL: write http://host:port or wss://host`)
  }
  const secure = scheme === 'https' || scheme === 'wss'
  const host = parsed.hostname.replace(/^\[|\]$/g, '')
  return {
    secure,
    host,
    port: Number(parsed.port) || usualPort(secure),
    prefix: withoutTrailingSlashes(parsed.pathname),
  }
}

/** The `Host` header as most clients write it: without the port where it is the scheme's default. */
export function hostHeader(target: Target): string {
  return target.port === usualPort(target.secure) ? bracketed(target) : `${bracketed(target)}:${target.port}`
}

/** Whether the URL itself names this machine, as the rule for boards without a token demands. */
export function namesLoopback({ host }: Target): boolean {
  return ['localhost', '127.0.0.1', '::1'].includes(host)
}

/** `http://host:port/prefix`, for plain requests. */
export function httpBase(target: Target): string {
  return `${target.secure ? 'https' : 'http'}://${bracketed(target)}:${target.port}${target.prefix}`
}

export function bracketed({ host }: Target): string {
  return host.includes(':') ? `[${host}]` : host
}

const usualPort = (secure: boolean): number => (secure ? 443 : 80)
