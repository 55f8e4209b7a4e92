import { checkServerIdentity, type PeerCertificate, type TLSSocket } from 'node:tls'
import type { RemedyCode } from '#texts/en/check.ts'
import { openTls, type Patience, type Route } from '../../simulator/open-socket.ts'
import { get, NoAnswer } from './http-client.ts'
import { type CheckFinding, failed, ok, skipped, warning } from './step.ts'

/** A certificate this close to its end should have been renewed by now. */
const soonDays = 14

/** Checks TLS itself, then the certificate's chain, dates and name, each with a finding of its own. */
export async function checkTls(route: Route, patience: Patience): Promise<CheckFinding> {
  if (!route.target.secure) return skipped('the URL is plain http: what boards send can be read on the way')
  let socket: TLSSocket
  try {
    socket = await openTls(route, patience)
  } catch (error) {
    patience.signal.throwIfAborted()
    return await noTls(route, patience, (error as NodeJS.ErrnoException).code ?? 'unknown')
  }
  const certificate = socket.getPeerCertificate()
  const chainError = chainErrorOf(socket)
  const facts = {
    protocol: socket.getProtocol(),
    cipher: socket.getCipher()?.name,
    subject: certificate.subject?.CN,
    issuer: certificate.issuer?.O ?? certificate.issuer?.CN,
    names: certificate.subjectaltname,
    validUntil: isoDate(certificate.valid_to),
    ...(chainError && { error: chainError }),
  }
  socket.destroy()
  return judge(route.target.host, certificate, chainError, facts)
}

/** `authorizationError` holds the code of the first fault of the chain, or of a wrong name. */
const chainErrorOf = (socket: TLSSocket): string | undefined => {
  const error: unknown = socket.authorizationError
  return error ? String((error as NodeJS.ErrnoException).code ?? error) : undefined
}

function judge(
  host: string,
  certificate: PeerCertificate,
  chainError: string | undefined,
  facts: Record<string, unknown>,
): CheckFinding {
  const wrongs: [RemedyCode, string][] = []
  const now = Date.now()
  const [from, until] = [Date.parse(certificate.valid_from), Date.parse(certificate.valid_to)]
  if (until < now) wrongs.push(['tls_expired', `the certificate ended on ${isoDate(certificate.valid_to)}`])
  else if (from > now)
    wrongs.push(['tls_not_yet_valid', `the certificate counts only from ${isoDate(certificate.valid_from)}`])
  if (checkServerIdentity(host, certificate)) {
    wrongs.push([
      'tls_wrong_name',
      `the certificate is for ${certificate.subjectaltname ?? certificate.subject?.CN}, not for ${host}`,
    ])
  }
  const chain = chainError && chainWrong(chainError)
  if (chain) wrongs.push(chain)
  const [first, ...more] = wrongs
  if (first) {
    const says = [first[1], ...more.map(([, also]) => also)].join('; ')
    const finding = failed(first[0], says, facts)
    return { ...finding, remedy: [finding.remedy!, ...more.map(([code]) => failed(code, '').remedy!)].join(' ') }
  }
  if (chainError) return failed('tls_failed', `the certificate does not hold: ${chainError}`, facts)
  const days = Math.floor((until - now) / 86_400_000)
  const says = `${facts.protocol}, certificate of ${facts.issuer ?? 'an unnamed issuer'}, good for ${days} more days`
  return days < soonDays ? warning('tls_expires_soon', says, facts) : ok(says, facts)
}

function chainWrong(code: string): [RemedyCode, string] | undefined {
  switch (code) {
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return ['tls_self_signed', 'the certificate is signed by itself']
    case 'SELF_SIGNED_CERT_IN_CHAIN':
      return ['tls_self_signed', 'the certificate comes from an authority this machine does not know']
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return ['tls_chain_incomplete', 'the chain from the certificate to a known authority is broken']
    default:
      return undefined
  }
}

/** The port is open but speaks no TLS: perhaps it speaks plain HTTP. */
async function noTls(route: Route, patience: Patience, error: string): Promise<CheckFinding> {
  const plain = { ...route, target: { ...route.target, secure: false } }
  const answers = await get(plain, '/health', patience).then(
    () => true,
    () => false,
  )
  patience.signal.throwIfAborted()
  const port = route.target.port
  if (answers) return failed('tls_to_plain_port', `port ${port} speaks plain HTTP, no TLS`, { error })
  return failed('tls_failed', `port ${port} is open, but no TLS comes about (${error})`, { error })
}

/** True if a plain request reached a TLS port, which answers with an alert, with nginx's hint, or not at all. */
export async function isTlsPort(route: Route, met: NoAnswer | { body: string }, patience: Patience): Promise<boolean> {
  if (met instanceof NoAnswer ? met.received[0] === 0x15 : /sent to (an? )?HTTPS/i.test(met.body)) return true
  if (!(met instanceof NoAnswer) || met.kind === 'garbage') return false
  return await openTls(route, { ...patience, timeoutMs: Math.min(patience.timeoutMs, 5_000) }).then(
    socket => !!socket.destroy(),
    () => false,
  )
}

const isoDate = (date: string): string => {
  const at = new Date(date)
  return Number.isNaN(at.getTime()) ? date : at.toISOString().slice(0, 10)
}
