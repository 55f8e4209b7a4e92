import { lookup } from '#protocol/lookup.ts'
import type { RemedyCode } from '#texts/en/check.ts'
import { acceptFor } from '../../simulator/handshake.ts'
import { proxyFinding, refusalOf } from './answers.ts'
import { type HttpAnswer, NoAnswer, valuesOf } from './http-client.ts'
import { type CheckFinding, failed, ok, warning } from './step.ts'

/** An ESP32-CAM gives up this long after its request. */
const boardsWaitMs = 1_000

/** Judges the answer to a handshake with a token. `minted`: the token was just fetched from this gateway. */
export function judgeHandshake(outcome: HttpAnswer | NoAnswer, { minted }: { minted: boolean }): CheckFinding {
  if (outcome instanceof NoAnswer) {
    return outcome.kind === 'timeout'
      ? failed('handshake_timeout', 'the handshake gets no answer')
      : failed(
          'handshake_closed',
          `the connection is ${outcome.kind === 'reset' ? 'reset' : 'closed'} when it shall become WebSocket`,
        )
  }
  const { status } = outcome
  const took = Math.round(outcome.ms)
  if (status === 101) {
    if (outcome.ms > boardsWaitMs)
      return warning('handshake_slow', `the door opens, but only after ${took} ms`, { status })
    return ok(`the door opens: 101 after ${took} ms`, { status })
  }
  const refusal = refusalOf(outcome)
  const first = `HTTP ${status}`
  if (refusal) {
    const says = `${first}: ${refusal.message} (${refusal.code})`
    const code = lookup(refusalCodes, refusal.code)
    if (refusal.code === 'token_unknown' && minted) return failed('token_of_another_gateway', says, { status })
    if (code) return failed(code, says, { status })
    return {
      ...failed('handshake_refused', says, { status, reason: refusal.code }),
      ...(refusal.hint && { remedy: refusal.hint }),
    }
  }
  if (status === 502 || status === 503 || status === 504)
    return failed('proxy_cannot_upgrade', `${first}: a proxy answers in the gateway’s place`, { status })
  const proxy = proxyFinding(outcome)
  if (proxy) return proxy
  if (status === 404) return failed('door_not_found', `${first}: there is no door here`, { status })
  if (status === 426 || status === 400)
    return failed('upgrade_dropped', `${first}: no WebSocket handshake arrived`, { status })
  if (status >= 200 && status < 300)
    return failed('door_is_a_page', `${first}: a page, where a door should be`, { status })
  return failed('handshake_refused', `${first} ${outcome.reason}`, { status })
}

const refusalCodes: Record<string, RemedyCode | undefined> = {
  token_missing: 'authorization_dropped',
  upgrade_required: 'upgrade_dropped',
  handshake_invalid: 'upgrade_dropped',
  not_found: 'door_not_found',
}

/**
 * Judges a 101 strictly: boards compare whole header values, and support neither extensions nor HTTP/1.0. `protocols`:
 * the subprotocols that were offered, by default none.
 */
export function judgeAnswer(answer: HttpAnswer, key: string, protocols: readonly string[] = []): CheckFinding {
  const wrongs: [RemedyCode, string][] = []
  if (answer.version !== '1.1') wrongs.push(['answer_version', `it says HTTP/${answer.version}`])
  const connection = valuesOf(answer, 'connection')
  if (connection.length !== 1 || !/^upgrade$/i.test(connection[0]!))
    wrongs.push(['answer_connection', `Connection is "${connection.join('", "')}"`])
  const upgrade = valuesOf(answer, 'upgrade')
  if (upgrade.length !== 1 || !/^websocket$/i.test(upgrade[0]!))
    wrongs.push(['answer_upgrade', `Upgrade is "${upgrade.join('", "')}"`])
  if (valuesOf(answer, 'sec-websocket-accept')[0] !== acceptFor(key))
    wrongs.push(['answer_accept', 'Sec-WebSocket-Accept does not fit our key'])
  const odd = answer.headers.find(({ line }) => !/^[^\s:]+: (\S|$)/.test(line))
  if (odd) wrongs.push(['answer_spacing', `this line is not "Name: value": ${JSON.stringify(odd.line)}`])
  const extensions = valuesOf(answer, 'sec-websocket-extensions')
  if (extensions.length > 0) wrongs.push(['answer_extensions', `it agrees on ${extensions.join(', ')}`])
  const chosen = valuesOf(answer, 'sec-websocket-protocol')
  if (chosen.some(protocol => !protocols.includes(protocol)))
    wrongs.push(['answer_protocol', `it chooses the subprotocol ${chosen.join(', ')}`])

  const [first, ...more] = wrongs
  const facts = { headers: answer.headers.map(({ line }) => line) }
  if (!first) return ok('the answer is what boards expect, to the letter', facts)
  const finding = failed(first[0], [first[1], ...more.map(([, also]) => also)].join('; '), facts)
  return { ...finding, remedy: [finding.remedy!, ...more.map(([code]) => failed(code, '').remedy!)].join(' ') }
}

/** Judges the answer to a handshake that must be refused. */
export function judgeRefusal(
  outcome: HttpAnswer | NoAnswer,
  { forged, loopback }: { forged: boolean; loopback: boolean },
): CheckFinding {
  const whom = forged ? 'a made-up token' : 'no token'
  if (outcome instanceof NoAnswer) {
    if (outcome.kind === 'timeout') return failed('handshake_timeout', `${whom}: no answer in time`)
    return warning('refusal_unread', `${whom}: turned away without a word`)
  }
  if (outcome.status === 101) {
    if (forged) return failed('forged_accepted', 'a made-up token opens the door')
    if (loopback) return warning('loopback_open', 'no token is needed here: see loopback')
    return failed('open_to_everyone', 'the door opens without any token')
  }
  const { status } = outcome
  const refusal = refusalOf(outcome)
  const facts = { status, reason: refusal?.code }
  if ((status === 401 || status === 403) && refusal?.hint)
    return ok(`${whom}: refused with ${status}, "${refusal.message}"`, facts)
  const proxy = proxyFinding(outcome)
  if (proxy) return proxy
  const how = refusal ? `${refusal.message} (${refusal.code})` : 'without saying why'
  return warning('refusal_unclear', `${whom}: refused with HTTP ${status}, ${how}`, facts)
}
