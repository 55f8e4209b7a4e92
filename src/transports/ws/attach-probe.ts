import { closeCodes } from '#protocol/close-codes.ts'
import { atBoundary } from '../../core/faults/faults.ts'
import type { Limits } from '../../core/limits.ts'
import { connectionAck, pingText, pongText } from '../../core/sessions/gateway-messages.ts'
import type { StrangerBudget } from '../../core/sessions/stranger-budget.ts'
import { type BoardSocket, failBoard } from './board-socket.ts'
import { ignoreMessages } from './message-handlers.ts'

/** The probe's handshake as the gateway received it: it shows the user what a proxy on the way has changed. */
export interface Seen {
  address: string
  /** The port at the other end of the socket: a proxy's, if there is one. */
  port: number | undefined
  host: string | undefined
  /** Whether a proxy forwarded the client's address, and is trusted. */
  forwarded: 'trusted' | 'ignored' | 'none'
}

/** A connection test: acknowledged and pinged like a board for a while, never stored. `done` runs once at the end. */
export function attachProbe(
  board: BoardSocket,
  seen: Seen,
  limits: Pick<Limits, 'probeMs' | 'pingEveryMs'>,
  stranger: StrangerBudget,
  done: () => void,
): void {
  board.stranger = stranger
  board.sendText(JSON.stringify({ ...connectionAck(Date.now()), seen }))
  const at = (act: () => void) => () => atBoundary(board.faults, 'probe', act, () => failBoard(board))
  const pings = setInterval(
    at(() => board.sendText(pingText(Date.now()))),
    limits.pingEveryMs,
  )
  const end = setTimeout(
    at(() => board.close(closeCodes.normal, 'test over')),
    limits.probeMs,
  )
  board.handlers = {
    ...ignoreMessages,
    onText(text) {
      if (!stranger.mayHandleText()) return
      if (text.length < 4_096 && /"type"\s*:\s*"ping"/.test(text)) board.sendText(pongText(Date.now()))
    },
    onClose() {
      clearInterval(pings)
      clearTimeout(end)
      done()
    },
  }
}
