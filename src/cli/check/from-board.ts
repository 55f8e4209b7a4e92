import { probeHeaderLine } from '#protocol/headers.ts'
import type { RemedyCode } from '#texts/en/check.ts'
import { type Dialect, type DialectName, dialects, type WriteStyle } from '../../simulator/dialects.ts'
import type { Patience, Route } from '../../simulator/open-socket.ts'
import { refusalOf } from './answers.ts'
import { checkGreeting, type MessageCheckLimits } from './check-messages.ts'
import { Conversation } from './conversation.ts'
import { ask, type HttpAnswer, NoAnswer } from './http-client.ts'
import { judgeAnswer, judgeHandshake } from './judge-handshake.ts'
import { type CheckFinding, type CheckVerdict, failed, ok } from './step.ts'

export interface BoardTry {
  dialect: Dialect
  /** Path of the board endpoint. */
  path: string
  token: string
  /** The token was just fetched from this gateway. */
  minted: boolean
}

/** Connects as one library does, as a probe: the token is not bound, and no device is added. */
export async function tryDialect(
  route: Route,
  board: BoardTry,
  patience: Patience,
  limits: MessageCheckLimits,
  noAnswer: (error: unknown) => NoAnswer,
): Promise<CheckFinding & { outcome: HttpAnswer | NoAnswer }> {
  const { dialect, token } = board
  const path = dialect.tokenIn === 'message' ? `${board.path}?auth=message` : board.path
  const lines = [...dialect.request(route.target, path, token), probeHeaderLine]
  const outcome = await ask(route, pieces(lines, dialect.writing), patience).catch(noAnswer)
  const bytes = lines.reduce((sum, line) => sum + line.length + 2, 2)
  const facts = { library: dialect.name, headerLines: lines.length - 1, headerBytes: bytes }
  const about = (finding: CheckFinding) => ({ ...finding, facts: { ...facts, ...finding.facts }, outcome })
  if (outcome instanceof NoAnswer || !outcome.socket) {
    const refusal = outcome instanceof NoAnswer ? undefined : refusalOf(outcome)
    // The gateway refused the token, not the request: the handshake arrived whole.
    if (refusal?.code === 'token_wrong_kind' && !board.minted)
      return about(ok('arrives whole; the token you gave is for another kind of board'))
    return about(judgeHandshake(outcome, board))
  }
  const conversation = new Conversation(outcome.socket)
  try {
    if (dialect.tokenIn === 'message') conversation.say({ type: 'auth', token })
    const answerFinding = judgeAnswer(outcome, keyOf(lines), offered(lines))
    if (answerFinding.verdict === 'failed' && (dialect.strict || answerFinding.code === 'answer_accept'))
      return about(answerFinding)
    const greetingFinding = await checkGreeting(conversation, limits)
    if (greetingFinding) return about(greetingFinding)
    const took = Math.round(outcome.ms)
    if (dialect.patienceMs && outcome.ms > dialect.patienceMs)
      return about(failed('arduino_gives_up', `the door opens, but only after ${took} ms`))
    return about(
      ok(`gets in: 101 after ${took} ms${bytes > 4096 ? `, with ${Math.round(bytes / 1024)} KiB of headers` : ''}`),
    )
  } finally {
    if (patience.signal.aborted) conversation.destroy()
    else conversation.close()
  }
}

/** Explains a failure by comparison with the libraries that succeeded: the difference shows what the proxy rejects. */
export function explain(
  name: DialectName,
  found: CheckFinding & { outcome: HttpAnswer | NoAnswer },
  verdicts: ReadonlyMap<DialectName, CheckVerdict>,
): CheckFinding {
  const { outcome, ...finding } = found
  if (finding.verdict !== 'failed') return finding
  const passed = (other: DialectName) => verdicts.get(other) === 'ok'
  const status = outcome instanceof NoAnswer ? undefined : outcome.status
  const gatewayCode = outcome instanceof NoAnswer ? undefined : refusalOf(outcome)?.code
  const because = (code: RemedyCode): CheckFinding => failed(code, finding.says, finding.facts)
  if (gatewayCode === 'token_missing') {
    if (name === 'browser-protocol') return because('protocol_dropped')
    if (dialects[name].tokenIn === 'message') return because('query_dropped')
    return finding
  }
  if (gatewayCode || status === 101) return finding
  if (name === 'arduino-2' && passed('arduino')) return because('repeated_header_refused')
  if (name === 'arduino-40' || name === 'arduino-1500') {
    if (passed('arduino-2')) return because('header_block_refused')
    if (passed('arduino')) return because('repeated_header_refused')
  }
  if (!passed('micropython')) return finding
  if (name === 'micropython-bytes') return because('pieces_refused')
  if (status === 403) return because('origin_refused')
  if (name === 'arduino') return because('host_refused')
  return because('dialect_refused')
}

function pieces(lines: readonly string[], writing: WriteStyle): string | string[] {
  if (writing === 'by line') return [...lines.map(line => `${line}\r\n`), '\r\n']
  const whole = `${lines.join('\r\n')}\r\n\r\n`
  return writing === 'by byte' ? [...whole] : whole
}

const headerIn = (lines: readonly string[], name: string): string | undefined =>
  lines
    .find(line => line.toLowerCase().startsWith(`${name}:`))
    ?.slice(name.length + 1)
    .trim()

const keyOf = (lines: readonly string[]): string => headerIn(lines, 'sec-websocket-key') ?? ''

const offered = (lines: readonly string[]): string[] =>
  headerIn(lines, 'sec-websocket-protocol')
    ?.split(',')
    .map(protocol => protocol.trim()) ?? []
