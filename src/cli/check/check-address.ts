import { isLoopback, plainAddress } from '../../core/address.ts'
import type { Route } from '../../simulator/open-socket.ts'
import { hostHeader } from '../../simulator/target.ts'
import type { Conversation } from './conversation.ts'
import { type CheckFinding, ok, skipped, warning } from './step.ts'

/** Our handshake as the gateway received it, which its `connection_ack` reports to a probe. */
interface Seen {
  address: string
  port: number
  host?: string
  forwarded: 'trusted' | 'ignored' | 'none'
}

/** Our side of the connected socket. */
export interface OwnEnd {
  localAddress?: string | undefined
  localPort?: number | undefined
}

/** Checks that the gateway received our own address and the host name we used: a misconfigured proxy loses both. */
export function checkAddress(conversation: Conversation, own: OwnEnd, route: Route): CheckFinding {
  const seen = seenIn(conversation)
  if (!seen) return skipped('this gateway does not say whom it sees')
  const facts = { ...seen }
  const called = hostHeader(route.target)
  const renamed = seen.host !== called
  const alias = renamed ? `, and it was called ${seen.host ?? 'nothing'} instead of ${called}` : ''
  if (seen.forwarded === 'ignored')
    return warning('proxy_untrusted', `a proxy tells who we are, but the gateway sees ${seen.address}${alias}`, facts)
  if (seen.forwarded === 'none' && (renamed || isSomebodyElse(seen, own, route)))
    return warning(
      'address_hidden',
      `to the gateway we are ${seen.address}, a proxy it knows nothing of${alias}`,
      facts,
    )
  if (renamed) return warning('host_rewritten', `the gateway sees ${seen.address}${alias}`, facts)
  const through = seen.forwarded === 'trusted' ? ', through a proxy it trusts' : ''
  return ok(`the gateway sees ${seen.address}${through}`, facts)
}

/** True if a proxy opened the connection: the address is ours with another port, or of the gateway's own machine. */
function isSomebodyElse(seen: Seen, own: OwnEnd, route: Route): boolean {
  if (seen.address === plainAddress(own.localAddress ?? '')) return seen.port !== own.localPort
  return isLoopback(seen.address) && !isLoopback(route.address)
}

function seenIn({ greeting }: Conversation): Seen | undefined {
  try {
    const { seen } = JSON.parse(greeting?.payload.toString() ?? '') as { seen?: Seen }
    return typeof seen?.address === 'string' ? seen : undefined
  } catch {
    return undefined
  }
}
