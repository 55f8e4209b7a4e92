import { closeCodes } from '#protocol/close-codes.ts'
import type { FaultSink } from '../../core/faults/faults.ts'
import type { Limits } from '../../core/limits.ts'
import type { StrangerBudget } from '../../core/sessions/stranger-budget.ts'
import type { StrangerBudgets } from '../../core/sessions/stranger-budgets.ts'
import { chosenProtocol } from '../tcp/handshake-headers.ts'
import { BoardSocket } from './board-socket.ts'
import type { HandshakeRequest } from './handshake-request.ts'

/** Accepts a valid handshake. The 101 leaves with the first message, at `begin`. `mostBytes`: the largest message. */
export function acceptBoard(
  { headers, head, socket }: HandshakeRequest,
  mostBytes: number,
  { textBytes: mostTextBytes, closeWaitMs, cameraMessagesPerSecond }: Limits,
  faults: FaultSink,
): BoardSocket {
  const handshake = {
    key: headers['sec-websocket-key']!,
    protocol: chosenProtocol(headers['sec-websocket-protocol']?.split(',').map(name => name.trim()) ?? []),
    head,
  }
  return new BoardSocket(socket, handshake, { mostBytes, mostTextBytes, closeWaitMs, cameraMessagesPerSecond }, faults)
}

/** Limits the traffic of a client that is not, or not yet, a board: alone, or with all others of the same `key`. */
export const budgetOf = (board: BoardSocket, budgets: StrangerBudgets, key: string | undefined): StrangerBudget =>
  budgets.connect(key, {
    mayWait: true,
    stop: () => board.stop(),
    readOn: () => board.readOn(),
    close: () => board.close(closeCodes.tooMuchTraffic, 'too_much_traffic'),
    destroy: () => board.destroy(),
  })
