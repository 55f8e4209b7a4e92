import type { Patience, Route } from '../../simulator/open-socket.ts'
import { formatDuration } from '../text/time.ts'
import { isHtml, proxyFinding, refusalOf } from './answers.ts'
import { isTlsPort } from './check-certificate.ts'
import { get, type HttpAnswer, jsonOf, NoAnswer, valuesOf } from './http-client.ts'
import { type CheckFinding, failed, ok, warning } from './step.ts'

/** `reached: false` when the answer makes all further steps useless. */
export async function checkHealth(
  route: Route,
  patience: Patience,
): Promise<{ finding: CheckFinding; reached: boolean }> {
  const useless = (finding: CheckFinding) => ({ finding, reached: false })
  let answer: HttpAnswer
  try {
    answer = await get(route, '/health', patience)
  } catch (error) {
    patience.signal.throwIfAborted()
    if (error instanceof NoAnswer && !route.target.secure && (await isTlsPort(route, error, patience)))
      return useless(failed('plain_to_tls_port', `port ${route.target.port} speaks TLS, no plain HTTP`))
    const what = error instanceof NoAnswer ? silences[error.kind] : `the connection failed (${String(error)})`
    return useless(failed('no_answer', `/health: ${what}`))
  }
  if (!route.target.secure && (await isTlsPort(route, answer, patience)))
    return useless(failed('plain_to_tls_port', `port ${route.target.port} speaks TLS, no plain HTTP`))

  const proxy = proxyFinding(answer)
  if (proxy) return { finding: proxy, reached: proxy.code !== 'redirected' }
  const body = jsonOf(answer)
  const facts = { status: answer.status, version: body?.version, uptimeS: body?.uptimeS }
  if (answer.status === 200 && body?.status === 'ok' && typeof body.version === 'string') {
    const uptime = typeof body.uptimeS === 'number' ? `, up for ${formatDuration(body.uptimeS * 1000)}` : ''
    return { finding: ok(`Darvaza ${body.version}${uptime}`, facts), reached: true }
  }
  const first = `/health: HTTP ${answer.status}`
  if (isHtml(answer))
    return { finding: failed('html_instead_of_json', `${first} with a web page`, facts), reached: true }
  if (answer.status >= 500) return { finding: failed('health_failed', first, facts), reached: true }
  return { finding: failed('not_the_gateway', `${first}, and not what a gateway says`, facts), reached: true }
}

const silences: Record<NoAnswer['kind'], string> = {
  closed: 'closed without an answer',
  reset: 'the connection was reset',
  timeout: 'no answer in time',
  garbage: 'what answers speaks no HTTP',
}

/** One token for each kind of board, from one answer of `GET /public/tokens`. */
export interface FreshTokens {
  pico: string
  esp32cam: string
}

/** Fetches tokens twice: each answer must contain tokens of its own. */
export async function checkTokens(
  route: Route,
  patience: Patience,
): Promise<{ finding: CheckFinding; tokens: FreshTokens | undefined }> {
  const without = (finding: CheckFinding) => ({ finding, tokens: undefined })
  let answers: [HttpAnswer, HttpAnswer]
  try {
    answers = [await get(route, '/public/tokens', patience), await get(route, '/public/tokens', patience)]
  } catch (error) {
    patience.signal.throwIfAborted()
    const what = error instanceof NoAnswer ? silences[error.kind] : String(error)
    return without(failed('no_answer', `/public/tokens: ${what}`))
  }
  const [answer, again] = answers
  const unhappy = proxyFinding(answer) ?? refused(answer)
  if (unhappy) return without(unhappy)
  const first = `/public/tokens: HTTP ${answer.status}`
  if (isHtml(answer)) return without(failed('html_instead_of_json', `${first} with a web page`))
  const wrongs = answer.status === 200 ? shapeOf(answer) : [`HTTP ${answer.status}`]
  if (wrongs.length > 0) return without(failed('tokens_shape', `/public/tokens: ${wrongs.join(', ')}`))
  const tokens = tokensIn(answer)
  const next = again.status === 200 ? tokensIn(again) : undefined
  if (next?.pico === tokens.pico || next?.esp32cam === tokens.esp32cam)
    return { finding: failed('tokens_cached', 'two requests brought the same token'), tokens }
  if (!/\bno-store\b/i.test(valuesOf(answer, 'cache-control').join()))
    return { finding: warning('tokens_storable', 'fresh tokens, but caches may keep them'), tokens }
  return { finding: ok('a fresh token for each kind, uncached'), tokens }
}

function refused(answer: HttpAnswer): CheckFinding | undefined {
  const refusal = refusalOf(answer)
  if (refusal?.code === 'enrolment_closed') return warning('tokens_closed', refusal.message)
  if (answer.status === 429) return failed('tokens_limited', refusal?.message ?? 'HTTP 429: too many requests')
  if (refusal) return { ...failed('tokens_shape', `${refusal.message} (${refusal.code})`), remedy: refusal.hint }
  return undefined
}

const tokenShape = /^[A-Za-z0-9_.-]{1,96}$/

/** Differences from the documented shape; empty when there are none. */
function shapeOf(answer: HttpAnswer): string[] {
  const body = jsonOf(answer)
  if (!body) return ['the answer is no JSON object']
  const wrongs: string[] = []
  if (body.status !== 'success') wrongs.push('status is not "success"')
  for (const list of ['pico_tokens', 'esp32cam_tokens']) {
    const tokens = body[list]
    const shaped = Array.isArray(tokens) && tokens.length > 0 && tokens.every(one => tokenShape.test(String(one)))
    if (!shaped) wrongs.push(`${list} is not a list of tokens`)
  }
  if (Number.isNaN(Date.parse(String(body.timestamp)))) wrongs.push('timestamp is no time')
  if (typeof body.message !== 'string') wrongs.push('message is missing')
  return wrongs
}

const tokensIn = (answer: HttpAnswer): FreshTokens => {
  const body = jsonOf(answer) as { pico_tokens?: string[]; esp32cam_tokens?: string[] }
  return { pico: body?.pico_tokens?.[0] ?? '', esp32cam: body?.esp32cam_tokens?.[0] ?? '' }
}
