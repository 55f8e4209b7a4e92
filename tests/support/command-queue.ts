import type { Ack, Angles, GatewayMessage } from '#protocol/board.ts'
import { defaultLimits } from '../../src/core/limits.ts'
import { type CommandOutcome, CommandQueue } from '../../src/core/sessions/command-queue.ts'
import { FakeClock } from './fake-clock.ts'

export let clock: FakeClock
export let sent: GatewayMessage[]
export let commandQueue: CommandQueue

/** Makes an empty command queue, which the functions below use. `send` receives its messages instead of `sent`. */
export function freshQueue(send: (message: GatewayMessage) => void = message => sent.push(message)): void {
  clock = new FakeClock()
  sent = []
  commandQueue = new CommandQueue({ send }, clock, defaultLimits)
}

export interface Order {
  state: string
  outcome?: CommandOutcome
}

export function watch(promise: Promise<CommandOutcome>): Order {
  const order: Order = { state: 'open' }
  promise.then(
    outcome => Object.assign(order, { state: 'done', outcome }),
    error => Object.assign(order, { state: error.code ?? String(error) }),
  )
  return order
}

export const servo = (servo1: number, more: { ttlMs?: number } = {}) =>
  watch(commandQueue.servo({ servo1, servo2: 90 }, { smooth: false, from: undefined, ttlMs: more.ttlMs }))
export const smooth = (from: number, to: number, more: { ttlMs?: number; onMoved?: (angles: Angles) => void } = {}) =>
  watch(
    commandQueue.servo(
      { servo1: to, servo2: 90 },
      { smooth: true, from: { servo1: from, servo2: 90 }, ttlMs: undefined, ...more },
    ),
  )
export const act = (action: string) => watch(commandQueue.action({ action }))
export const ack = (command_type?: string, status = 'success'): boolean =>
  commandQueue.acknowledged({ type: 'ack', ...(command_type === undefined ? {} : { command_type }), status } as Ack)
/** The messages sent so far, in short form: `servo 10`, `emergency_stop`. */
export const sentInShort = () =>
  sent.map(message => {
    if (message.type === 'servo' || message.type === 'servo_smooth') return `${message.type} ${message.command.servo1}`
    return message.type === 'action' ? message.command.action : message.type
  })
