import { lookup as systemLookup } from 'node:dns/promises'
import { getCACertificates } from 'node:tls'
import type { Kind } from '#protocol/kinds.ts'
import { type Dialect, type DialectName, dialects } from '../../simulator/dialects.ts'
import type { Patience, Route } from '../../simulator/open-socket.ts'
import { namesLoopback, parseTarget } from '../../simulator/target.ts'
import { gatewayUrl } from '../connection.ts'
import { checkAddress, type OwnEnd } from './check-address.ts'
import { checkTls } from './check-certificate.ts'
import {
  checkGreeting,
  checkKeepAlive,
  checkPing,
  checkProtocolPing,
  type MessageCheckLimits,
  messageCheckLimits,
} from './check-messages.ts'
import { checkDns, checkTcp, type Lookup } from './check-reachability.ts'
import { checkHealth, checkTokens, type FreshTokens } from './check-service.ts'
import { Conversation } from './conversation.ts'
import { type BoardTry, explain, tryDialect } from './from-board.ts'
import { boardPathOf, sendHandshake } from './handshake.ts'
import { type HttpAnswer, NoAnswer } from './http-client.ts'
import { judgeAnswer, judgeHandshake, judgeRefusal } from './judge-handshake.ts'
import {
  boardStepNames,
  type CheckFinding,
  type CheckVerdict,
  failed,
  ok,
  type Step,
  type StepName,
  skipped,
  stepNames,
  warning,
  wayNames,
} from './step.ts'

export interface CheckOptions {
  /** http(s):// or ws(s)://, also with the path of a board endpoint at the end. */
  url: string
  /** The token to send; unless given, one is fetched from `GET /public/tokens`. */
  token?: string | undefined
  /** The board endpoint to test. Default: the Pico's for a fetched token; for a given one `/ws`, which accepts any. */
  kind?: Kind | undefined
  /** How many seconds the connection is kept open, at most 100: a probe ends after 120 s. */
  seconds: number
  /** More certificate authorities to trust, PEM. */
  ca?: string | undefined
  /** Replaces the endpoint's own steps by each library's handshake, one after another, and reports which succeed. */
  fromBoard?: boolean | undefined
  signal: AbortSignal
  lookup?: Lookup
  limits?: Partial<CheckLimits>
}

export interface CheckLimits extends MessageCheckLimits {
  connectWithinMs: number
  answerWithinMs: number
}

/** The gateway delays a repeated refusal by up to 8 s: `answerWithinMs` must be longer. */
const checkLimits: CheckLimits = { ...messageCheckLimits, connectWithinMs: 10_000, answerWithinMs: 15_000 }

/** Runs the connection test and yields each step once it is done. It connects as a probe, which adds no device. */
export async function* check(options: CheckOptions): AsyncGenerator<Step> {
  const { signal, ca } = options
  const target = parseTarget(gatewayUrl(options.url).href)
  const reported = new Set<StepName>()
  const timed = async (step: StepName, find: () => Promise<CheckFinding>): Promise<Step> => {
    const started = performance.now()
    const finding = await find()
    signal.throwIfAborted()
    reported.add(step)
    return { step, ms: Math.round(performance.now() - started), ...finding }
  }
  /** The remaining steps, which cannot be tested. */
  const rest = (why: string): Step[] =>
    namesOf(options)
      .filter(step => !reported.has(step))
      .map(step => ({ step, ms: 0, ...skipped(why) }))

  const limits = { ...checkLimits, ...options.limits }
  const connecting: Patience = { signal, timeoutMs: limits.connectWithinMs }
  const answering: Patience = { signal, timeoutMs: limits.answerWithinMs }
  const lookup = options.lookup ?? (host => systemLookup(host, { all: true, verbatim: true }))

  let addresses: string[] = []
  yield await timed('dns', async () => {
    const found = await checkDns(target, lookup)
    addresses = found.addresses
    return found.finding
  })
  if (addresses.length === 0) return yield* rest('there is no address to dial')

  let address: string | undefined
  yield await timed('tcp', async () => {
    const found = await checkTcp(target, addresses, connecting)
    address = found.address
    return found.finding
  })
  if (!address) return yield* rest('there is no connection')

  const route: Route = { target, address, tls: { rejectUnauthorized: false, ...authorities(ca) } }
  const tls = await timed('tls', () => checkTls(route, connecting))
  yield tls
  if (tls.code === 'tls_failed' || tls.code === 'tls_to_plain_port') return yield* rest('there is no TLS')

  let reached = false
  yield await timed('health', async () => {
    const found = await checkHealth(route, answering)
    reached = found.reached
    return found.finding
  })
  if (!reached) return yield* rest('what answers is not the gateway: see health')

  let minted: FreshTokens | undefined
  yield await timed('tokens', async () => {
    const found = await checkTokens(route, answering)
    minted = found.tokens
    return found.finding
  })

  const certificateHolds = tls.verdict !== 'failed'
  const parts = { route, patience: answering, limits, minted, certificateHolds, timed, rest }
  yield* options.fromBoard ? checkBoards(options, parts) : checkEndpoint(options, parts)
}

/** The steps of a test, in order. */
export const namesOf = ({ fromBoard }: Pick<CheckOptions, 'fromBoard'>): readonly StepName[] =>
  fromBoard ? [...wayNames, ...boardStepNames] : stepNames

/**
 * Tests the handshakes of all libraries one by one, because a gateway accepts only 4 probes at once from one address.
 */
async function* checkBoards(options: CheckOptions, parts: CheckParts): AsyncGenerator<Step> {
  const { route, patience, limits, minted, timed, rest } = parts
  const own = options.token
  if (own === undefined && !minted) return yield* rest('no token to show: fetching failed, and none was given')
  if (own !== undefined && !parts.certificateHolds) return yield* rest('your token is shown to no unproven stranger')
  const verdicts = new Map<DialectName, CheckVerdict>()
  for (const name of Object.keys(dialects) as DialectName[]) {
    const dialect: Dialect = dialects[name]
    const board: BoardTry = {
      dialect,
      path: own === undefined ? `/ws/${dialect.board}` : boardPathOf(options.kind),
      token: own ?? minted![dialect.board],
      minted: own === undefined,
    }
    yield await timed(`board:${name}`, async () => {
      const found = explain(name, await tryDialect(route, board, patience, limits, noAnswer), verdicts)
      verdicts.set(name, found.verdict)
      return found
    })
  }
}

interface CheckParts {
  route: Route
  patience: Patience
  limits: CheckLimits
  minted: FreshTokens | undefined
  certificateHolds: boolean
  timed: (step: StepName, find: () => Promise<CheckFinding>) => Promise<Step>
  rest: (why: string) => Step[]
}

async function* checkEndpoint(options: CheckOptions, parts: CheckParts): AsyncGenerator<Step> {
  const { route, patience, limits, minted, timed, rest } = parts
  const { signal } = options
  const kind = options.kind ?? (options.token === undefined ? 'pico' : undefined)
  const path = boardPathOf(kind)
  const token = options.token ?? (kind === 'esp32cam' ? minted?.esp32cam : minted?.pico)

  let conversation: Conversation | undefined
  try {
    if (token === undefined) {
      yield await timed('handshake', async () => skipped('no token to show: fetching failed, and none was given'))
    } else if (options.token !== undefined && !parts.certificateHolds) {
      yield await timed('handshake', async () =>
        failed('token_not_sent', 'your token is shown to no unproven stranger'),
      )
    } else {
      let opened: { answer: HttpAnswer; key: string } | undefined
      let own: OwnEnd = {}
      yield await timed('handshake', async () => {
        const outcome = await sendHandshake(route, { path, token }, patience).catch(noAnswer)
        if (outcome instanceof NoAnswer) return judgeHandshake(outcome, { minted: options.token === undefined })
        const finding = judgeHandshake(outcome.answer, { minted: options.token === undefined })
        if (!outcome.answer.socket) return finding
        opened = outcome
        const { localAddress, localPort } = outcome.answer.socket
        own = { localAddress, localPort }
        conversation = new Conversation(outcome.answer.socket)
        return (await checkGreeting(conversation, limits)) ?? finding
      })
      if (opened) {
        yield await timed('answer', async () => judgeAnswer(opened!.answer, opened!.key))
        yield await timed('address', async () => checkAddress(conversation!, own, route))
      }
    }

    // The token is forged from a fetched one, never from the user's: that would reveal nearly the whole secret.
    yield* checkRefusals(parts, path, forge(minted?.pico))

    if (!conversation) return yield* rest('the door did not open: see handshake')
    const established = conversation
    if (established.ending) return yield* rest('the conversation ended too soon: see handshake')
    yield await timed('ping', () => checkPing(established, limits))
    yield await timed('protocol-ping', () => checkProtocolPing(established, limits))
    yield await timed('keep-alive', () => checkKeepAlive(established, options.seconds, limits, signal))
  } finally {
    if (signal.aborted) conversation?.destroy()
    else conversation?.close()
  }
}

/** Sends two handshakes that must be refused, at the same time, because each refusal may be delayed for seconds. */
async function* checkRefusals(
  { route, patience, timed }: CheckParts,
  path: string,
  forged: string,
): AsyncGenerator<Step> {
  const loopback = namesLoopback(route.target)
  const strangers = [undefined, forged].map(shown =>
    sendHandshake(route, { path, token: shown }, patience).then(({ answer }) => {
      answer.socket?.destroy()
      return answer
    }, noAnswer),
  )
  // The second promise is awaited later: without this its rejection would count as unhandled until then.
  for (const stranger of strangers) stranger.catch(() => {})
  let open = false
  yield await timed('no-token', async () => {
    const outcome = await strangers[0]!
    open = !(outcome instanceof NoAnswer) && outcome.status === 101
    return judgeRefusal(outcome, { forged: false, loopback })
  })
  yield await timed('forged-token', async () => judgeRefusal(await strangers[1]!, { forged: true, loopback }))
  yield await timed('loopback', async () => {
    if (!loopback) return skipped('the URL does not name this very machine')
    if (open) return warning('loopback_open', 'open: a board on this machine needs no token, --trust-loopback is on')
    return ok('closed: a board on this machine needs a token like any other')
  })
}

/** Returns a real token with one character changed near its end, so that its signature is wrong. */
export function forge(token: string | undefined): string {
  if (!token || token.length < 8) return 'forged-by-darvaza-check'
  const last = token.at(-5)!
  return `${token.slice(0, -5)}${last === 'A' ? 'B' : 'A'}${token.slice(-4)}`
}

function noAnswer(error: unknown): NoAnswer {
  if (error instanceof NoAnswer) return error
  const { code } = error as NodeJS.ErrnoException
  if (code === undefined) throw error
  return new NoAnswer(code === 'ETIMEDOUT' ? 'timeout' : code === 'ECONNRESET' ? 'reset' : 'closed', Buffer.alloc(0))
}

/** Further certificate authorities to trust. The certificate is judged by a step of its own, after the handshake. */
const authorities = (ca: string | undefined) => (ca ? { ca: [...getCACertificates('default'), ca] } : {})
