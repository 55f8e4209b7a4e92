import type { LookupAddress } from 'node:dns'
import { isIP } from 'node:net'
import { openTcp, type Patience } from '../../simulator/open-socket.ts'
import type { Target } from '../../simulator/target.ts'
import { type CheckFinding, failed, ok, skipped, warning } from './step.ts'

/** Looks a name up as the system does, hosts file included. */
export type Lookup = (host: string) => Promise<LookupAddress[]>

/** The most addresses that are tried: more are not worth the wait. */
const addressesTried = 4

export async function checkDns(
  target: Target,
  lookup: Lookup,
): Promise<{ finding: CheckFinding; addresses: string[] }> {
  const { host } = target
  if (isIP(host) !== 0) return { finding: skipped('the URL holds an address, no name'), addresses: [host] }
  try {
    const found = await lookup(host)
    const addresses = [...new Set(found.map(({ address }) => address))]
    const says = `${host} is ${addresses.join(', ')}`
    const finding = found.every(({ family }) => family === 6)
      ? warning('dns_only_ipv6', `${says}: IPv6 only`, { addresses })
      : ok(says, { addresses })
    return { finding, addresses }
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException
    const finding =
      code === 'EAI_AGAIN' || code === 'ETIMEOUT'
        ? failed('dns_no_answer', `${host}: the name server did not answer`, { error: code })
        : failed('dns_not_found', `${host}: there is no such name`, { error: code })
    return { finding, addresses: [] }
  }
}

/** Tries to connect to the first addresses. The rest of the test uses an address that accepted the connection. */
export async function checkTcp(
  target: Target,
  addresses: readonly string[],
  patience: Patience,
): Promise<{ finding: CheckFinding; address: string | undefined }> {
  const attempts = await Promise.all(
    addresses.slice(0, addressesTried).map(async (address): Promise<Attempt> => {
      try {
        const socket = await openTcp({ target, address }, patience)
        socket.destroy()
        return { address }
      } catch (error) {
        patience.signal.throwIfAborted()
        return { address, error: (error as NodeJS.ErrnoException).code ?? 'unknown' }
      }
    }),
  )
  // Boards connect over IPv4, so IPv4 addresses are preferred where there are any.
  const way = attempts.some(isIpv4) ? attempts.filter(isIpv4) : attempts
  const address = [...way, ...attempts].find(({ error }) => !error)?.address
  const failing = way.filter(({ error }) => error)
  const facts = { attempts }
  if (!address) return { finding: noWay(target, failing[0]!, facts), address }
  const at = `${address} port ${target.port}`
  if (failing.length === 0) return { finding: ok(`${at} is open`, facts), address }
  const others = failing.map(({ address, error }) => `${address} (${error})`).join(', ')
  return { finding: warning('tcp_some_failed', `${at} is open, but not ${others}`, facts), address }
}

interface Attempt {
  address: string
  error?: string
}

const isIpv4 = ({ address }: Attempt): boolean => !address.includes(':')

function noWay(target: Target, { address, error }: Attempt, facts: Record<string, unknown>): CheckFinding {
  const at = `${address} port ${target.port}`
  if (error === 'ECONNREFUSED') return failed('tcp_refused', `nothing listens at ${at}`, facts)
  if (error === 'ETIMEDOUT') return failed('tcp_timeout', `${at} does not answer`, facts)
  return failed('tcp_unreachable', `no way to ${at} (${error})`, facts)
}
