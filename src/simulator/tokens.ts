import { ConnectionRefused } from './refused.ts'
import { type BoardKind, httpBase, parseTarget } from './target.ts'

/** The source of a virtual board's token. It is called once: a board keeps the token it got. */
export type TokenSource = (kind: BoardKind, signal?: AbortSignal) => Promise<string>

const mintDeadlineMs = 15_000

/**
 * Fetches a new token of this kind from the gateway's public `GET /public/tokens`.
 * @throws ConnectionRefused for any answer but a token; fetch's own TypeError when none comes.
 */
export function fetchToken(url: string, kind: BoardKind, signal?: AbortSignal): Promise<string> {
  return tokenPool(url)(kind, signal)
}

/** `GET /public/tokens` answers with tokens of both kinds: a fleet uses up the spare ones before it requests more. */
export function tokenPool(url: string): TokenSource {
  const spare: Record<BoardKind, string[]> = { pico: [], esp32cam: [] }
  return async (kind, signal) => {
    const ready = spare[kind].shift()
    if (ready !== undefined) return ready
    const minted = await mint(url, signal)
    spare.pico.push(...minted.pico)
    spare.esp32cam.push(...minted.esp32cam)
    const token = spare[kind].shift()
    if (token === undefined) throw new ConnectionRefused(200, `{"message":"/public/tokens holds no ${kind} token"}`)
    return token
  }
}

async function mint(url: string, signal: AbortSignal | undefined): Promise<Record<BoardKind, string[]>> {
  const patience = AbortSignal.timeout(mintDeadlineMs)
  const response = await fetch(`${httpBase(parseTarget(url))}/public/tokens`, {
    signal: signal ? AbortSignal.any([signal, patience]) : patience,
  })
  const body = await response.text()
  if (response.status !== 200) throw new ConnectionRefused(response.status, body, response.headers.get('retry-after'))
  try {
    const { pico_tokens, esp32cam_tokens } = JSON.parse(body) as Record<string, unknown>
    return { pico: strings(pico_tokens), esp32cam: strings(esp32cam_tokens) }
  } catch {
    throw new ConnectionRefused(200, '{"message":"/public/tokens did not answer with JSON"}')
  }
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter(item => typeof item === 'string' && item !== '') : []
}
