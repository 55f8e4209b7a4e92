import { BlockList, isIP } from 'node:net'
import { plainAddress } from '../../core/address.ts'
import type { ListenerKind } from './listener-kind.ts'

/** The headers that proxies add. */
const proxyHeaders = [
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-port',
  'x-forwarded-server',
  'x-forwarded-ssl',
  'x-original-forwarded-for',
  'forwarded',
  'x-real-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-envoy-external-address',
  'via',
  'cdn-loop',
  'cf-connecting-ip',
  'fastly-client-ip',
  'fly-client-ip',
  'true-client-ip',
]

/** Whether a proxy, trusted or not, has passed a request on. */
export const hasProxyHeader = (headers: Readonly<Record<string, string>>): boolean =>
  proxyHeaders.some(name => headers[name] !== undefined)

/** The most proxies in a row that are followed. */
const mostHops = 32

/** Decides which proxies are trusted to state the client's address. */
export class TrustedProxies {
  readonly #list = new BlockList()
  readonly #any: boolean

  /** Addresses and CIDR ranges, as the configuration has checked them. */
  constructor(proxies: readonly string[]) {
    this.#any = proxies.length > 0
    for (const proxy of proxies) {
      const [address = '', bits] = proxy.split('/')
      const family = address.includes(':') ? 'ipv6' : 'ipv4'
      this.#list.addSubnet(address, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family)
    }
  }

  trusts(address: string): boolean {
    return this.#any && isIP(address) !== 0 && this.#list.check(address, address.includes(':') ? 'ipv6' : 'ipv4')
  }

  /**
   * Whether the client's own connection is encrypted: by the gateway's TLS listener, or according to a trusted proxy.
   * Also false where TLS ends at a proxy that is not configured as trusted.
   */
  isEncrypted(listenerKind: ListenerKind, socketAddress: string, forwardedProto: string | undefined): boolean {
    if (listenerKind === 'tls') return true
    // The first entry of a list is the client's own. Some proxies write "wss" for a WebSocket.
    const isSaid = forwardedProto !== undefined && /^\s?(?:https|wss)(?:,|\s|$)/i.test(forwardedProto)
    return isSaid && this.trusts(plainAddress(socketAddress))
  }

  /** The socket's address, or the last untrusted hop of `X-Forwarded-For` when, and only when, the socket's peer is trusted. */
  clientOf(socketAddress: string, forwardedFor: string | undefined): { address: string; proxied: boolean } {
    const peer = plainAddress(socketAddress)
    if (!forwardedFor || !this.trusts(peer)) return { address: peer, proxied: false }
    let client = peer
    let end = forwardedFor.length
    for (let hops = 0; hops < mostHops && end >= 0; hops++) {
      const comma = forwardedFor.slice(0, end).lastIndexOf(',')
      const address = hopAddress(forwardedFor.slice(comma + 1, end))
      if (address === undefined) break
      client = address
      if (!this.trusts(address)) break
      end = comma
    }
    return { address: client, proxied: true }
  }
}

/** A hop's address, which may carry a port (`1.2.3.4:5678`) or brackets (`[::1]:80`); undefined when it is none. */
function hopAddress(hop: string): string | undefined {
  const bare = hop
    .trim()
    .replace(/^\[([^\]]*)\](:\d+)?$/, '$1')
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1')
  return isIP(bare) === 0 ? undefined : plainAddress(bare)
}
