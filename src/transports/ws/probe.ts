import type { WebSocket } from 'ws'
import type { Limits } from '../../core/limits.ts'
import { connectionAck, pingText, pongText } from '../../core/sessions/words.ts'

/** What the gateway made of a probe's way: whoever tests one wants to know what a proxy did to it. */
export interface Seen {
  address: string
  /** The port of whoever is at the other end of the socket: a proxy's, if there is one. */
  port: number | undefined
  host: string | undefined
  /** Whether a proxy told the address, and was believed. */
  forwarded: 'trusted' | 'ignored' | 'none'
}

/** A connection test: acknowledged and pinged like a board, for a while, leaving nothing behind. `done` runs once at the end. */
export function attachProbe(
  ws: WebSocket,
  seen: Seen,
  limits: Pick<Limits, 'probeMs' | 'pingEveryMs'>,
  done: () => void,
): void {
  ws.send(JSON.stringify({ ...connectionAck(Date.now()), seen }))
  const pings = setInterval(() => ws.send(pingText(Date.now())), limits.pingEveryMs)
  const end = setTimeout(() => ws.close(1000, 'test over'), limits.probeMs)
  ws.on('message', (data: Buffer, isBinary: boolean) => {
    if (!isBinary && data.length < 4_096 && /"type"\s*:\s*"ping"/.test(data.toString())) ws.send(pongText(Date.now()))
  })
  ws.on('error', () => {})
  ws.on('close', () => {
    clearInterval(pings)
    clearTimeout(end)
    done()
  })
}
