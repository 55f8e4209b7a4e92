import type { Conversation } from './conversation.ts'
import { opcodes } from './frames.ts'
import { type CheckFinding, failed, ok, warning } from './step.ts'

const pings = 5
/** A longer delay is noticed when steering. */
const slowMs = 500

export interface MessageCheckLimits {
  /** Time to wait for a `connection_ack` or a pong. */
  replyWithinMs: number
  /** A Pico disconnects after 30 s without application text; 25 s leave it a margin. */
  textEveryMs: number
}

export const messageCheckLimits: MessageCheckLimits = { replyWithinMs: 5_000, textEveryMs: 25_000 }

/** Checks that the gateway sends a `connection_ack` after its 101. */
export async function checkGreeting(
  conversation: Conversation,
  limits: MessageCheckLimits,
): Promise<CheckFinding | undefined> {
  const greeting = await conversation.next(message => message.type === 'connection_ack', limits.replyWithinMs)
  conversation.greeting = greeting
  if (greeting) return undefined
  return earlyEnd(conversation) ?? failed('no_acknowledgement', 'the door opens, but no connection_ack follows')
}

export async function checkPing(conversation: Conversation, limits: MessageCheckLimits): Promise<CheckFinding> {
  const times: number[] = []
  for (let sent = 0; sent < pings; sent++) {
    const at = performance.now()
    conversation.say({ type: 'ping' })
    const pong = await conversation.next(message => message.type === 'pong', limits.replyWithinMs)
    if (!pong) return earlyEnd(conversation) ?? failed('pong_missing', `ping ${sent + 1} of ${pings} got no pong`)
    times.push(pong.at - at)
  }
  const sorted = times.toSorted((a, b) => a - b)
  const median = sorted[Math.floor(sorted.length / 2)]!
  const facts = { medianMs: round(median), bestMs: round(sorted[0]!), worstMs: round(sorted.at(-1)!) }
  const says = `there and back in ${shown(median)} (median of ${pings}, ${shown(sorted[0]!)} to ${shown(sorted.at(-1)!)})`
  return median > slowMs ? warning('pong_slow', says, facts) : ok(says, facts)
}

export async function checkProtocolPing(conversation: Conversation, limits: MessageCheckLimits): Promise<CheckFinding> {
  const at = performance.now()
  conversation.ping('darvaza')
  const pong = await conversation.next(
    message => message.opcode === opcodes.pong && message.payload.toString() === 'darvaza',
    limits.replyWithinMs,
  )
  if (!pong) return earlyEnd(conversation) ?? failed('protocol_pong_missing', 'a WebSocket ping got no pong')
  return ok(`there and back in ${shown(pong.at - at)}`, { ms: round(pong.at - at) })
}

/** Sends nothing, as an idle board, until the connection has been open for `seconds`. */
export async function checkKeepAlive(
  conversation: Conversation,
  seconds: number,
  limits: MessageCheckLimits,
  signal: AbortSignal,
): Promise<CheckFinding> {
  const left = conversation.startedAt + seconds * 1000 - performance.now()
  await Promise.race([conversation.ended, pause(left, signal)])
  signal.throwIfAborted()
  const early = earlyEnd(conversation)
  if (early) return early
  const { longestMs, longestTextMs } = conversation.silences
  const open = Math.round((performance.now() - conversation.startedAt) / 1000)
  const facts = { seconds: open, longestSilenceMs: round(longestMs), longestTextSilenceMs: round(longestTextMs) }
  const longest = (longestMs / 1000).toFixed(1)
  if (longestTextMs > limits.textEveryMs) {
    const text = (longestTextMs / 1000).toFixed(1)
    return warning('seldom_spoken_to', `open for ${open} s, but no text message came for ${text} s`, facts)
  }
  const idle = Math.ceil(longestMs / 1000) + 1
  const proxies = `a proxy that cuts lines idle for ${idle} s or more leaves it alone`
  return ok(`open for ${open} s, never silent for more than ${longest} s: ${proxies}`, facts)
}

/** The connection ended although the test did not close it. */
function earlyEnd(conversation: Conversation): CheckFinding | undefined {
  const { ending } = conversation
  if (!ending || ending.by === 'us') return undefined
  const after = ((ending.at - conversation.startedAt) / 1000).toFixed(1)
  const quiet = (conversation.silences.nowMs / 1000).toFixed(1)
  const facts = {
    by: ending.by,
    afterS: Number(after),
    idleS: Number(quiet),
    ...(ending.code && { closeCode: ending.code }),
  }
  if (ending.by === 'garbage') return failed('garbled', `after ${after} s came ${ending.says}`, facts)
  if (ending.by === 'gateway') {
    const why = ending.says ? `, "${ending.says}"` : ''
    return failed('closed_by_gateway', `the gateway hung up after ${after} s (close code ${ending.code}${why})`, facts)
  }
  return failed('cut_while_idle', `cut after ${after} s, when the line had been quiet for ${quiet} s`, facts)
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(done, Math.max(0, ms))
    function done() {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    signal.addEventListener('abort', done, { once: true })
    if (signal.aborted) done()
  })
}

const round = (ms: number): number => Math.round(ms * 10) / 10
const shown = (ms: number): string => (ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`)
