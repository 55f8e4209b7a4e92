import { DarvazaError } from '../../errors/errors.ts'
import type { Ack, Angles, GatewayMessage } from '../../protocol/board.ts'
import { isStop } from '../../protocol/vocabulary.ts'
import type { Cancel, Clock } from '../clock.ts'
import type { Limits } from '../limits.ts'
import { splitMove } from './split-move.ts'

/** What a lane needs of a board's line. */
export interface CommandConnection {
  send(message: GatewayMessage): void
}

export interface CommandOutcome {
  /** `null`: sent to a board that acknowledges nothing. */
  ack: Ack | null
  /** From sending the command (its last step) to the board's acknowledgement. */
  latencyMs: number
}

interface Command {
  /** What is still to be sent, one message after the other, each after the ack of the one before. */
  steps: GatewayMessage[]
  /** Not begun any more after this, on the monotonic clock: a move once begun is ended. */
  staleAt: number
  resolve(outcome: CommandOutcome): void
  reject(error: DarvazaError): void
  /** A stop cut the rest of its steps. */
  cut: boolean
  onMoved?: ((angles: Angles) => void) | undefined
}

interface Sent {
  command: Command
  type: string
  message: GatewayMessage
  sentTicks: number
  cancelTimeout: Cancel
  /** A debt was paid while this was outstanding: perhaps with this one’s own ack. */
  doubtful: boolean
}

/**
 * The orders of one connected board. One servo command is outstanding at a time; a newer one replaces the one that
 * waits; a stop passes it. Acks carry no ids, so a command that timed out still owes one: the next ack pays that debt
 * and never satisfies a later command. Should that ack have been the later command’s own after all, the later command
 * times out once, and owes nothing: a false "no answer" is the price for never a false "done".
 */
export class CommandQueue {
  readonly #line: CommandConnection
  readonly #clock: Clock
  readonly #limits: Limits
  #servo: Sent | undefined
  #waiting: Command | undefined
  readonly #actions: Sent[] = []
  #owed: { type: string; expiresTicks: number }[] = []

  constructor(line: CommandConnection, clock: Clock, limits: Limits) {
    this.#line = line
    this.#clock = clock
    this.#limits = limits
  }

  /** Moves both servos. `from`: where they stand, if known: a long smooth move is sent in steps then. Resolves with the last step's ack. */
  servo(
    to: Angles,
    options: {
      smooth: boolean
      from: Angles | undefined
      ttlMs: number | undefined
      /** Called as the board acknowledges each step. */
      onMoved?: (angles: Angles) => void
    },
  ): Promise<CommandOutcome> {
    const positions = options.smooth ? splitMove(options.from, to, this.#limits.smoothStepDegrees) : [to]
    const type = options.smooth ? 'servo_smooth' : 'servo'
    const steps = positions.map((command): GatewayMessage => ({ type, command }))
    return this.#enter(steps, options.ttlMs, command => {
      command.onMoved = options.onMoved
      if (!this.#servo) return this.#sendServo(command)
      // What has not been sent gives way: the waiting command, and the rest of a move in steps.
      this.#waiting?.reject(new DarvazaError('superseded'))
      this.#waiting = command
    })
  }

  /** Sends an action at once. An emergency stop also takes the place of any servo command that waits. */
  action(command: { action: string } & Record<string, unknown>, ttlMs?: number): Promise<CommandOutcome> {
    return this.#enter([{ type: 'action', command }], ttlMs, entry => {
      if (isStop(command.action)) this.#clearWaiting()
      const sent = this.#send(entry, () => this.#forgetAction(sent))
      this.#actions.push(sent)
    })
  }

  /** Sends an action to a board that acknowledges nothing. */
  async tell(command: { action: string } & Record<string, unknown>): Promise<CommandOutcome> {
    this.#line.send({ type: 'action', command })
    return { ack: null, latencyMs: 0 }
  }

  /** The board acknowledged something. True if it was one of these orders. */
  acknowledged(ack: Ack): boolean {
    const type = ack.command_type
    const owed = this.#owed.findIndex(late => type === undefined || late.type === type)
    if (owed >= 0) {
      this.#owed.splice(owed, 1)
      for (const sent of [this.#servo, ...this.#actions])
        if (sent && (type === undefined || type === sent.type)) sent.doubtful = true
      return false
    }
    if (this.#servo && (type === undefined || type === this.#servo.type)) {
      const sent = this.#servo
      this.#servo = undefined
      this.#finish(sent, ack)
      return true
    }
    const action = this.#actions[0]
    if (action && (type === undefined || type === 'action')) {
      this.#actions.shift()
      this.#finish(action, ack)
      return true
    }
    return false
  }

  /** The line is gone: everything asked for ends now. */
  close(): void {
    const gone = () => new DarvazaError('device_offline')
    for (const sent of [this.#servo, ...this.#actions]) {
      sent?.cancelTimeout()
      sent?.command.reject(gone())
    }
    this.#waiting?.reject(gone())
    this.#servo = this.#waiting = undefined
    this.#actions.length = 0
  }

  #enter(
    steps: GatewayMessage[],
    ttlMs: number | undefined,
    start: (command: Command) => void,
  ): Promise<CommandOutcome> {
    const staleAt = ttlMs === undefined ? Number.POSITIVE_INFINITY : this.#clock.ticks() + ttlMs
    return new Promise((resolve, reject) => start({ steps, staleAt, resolve, reject, cut: false }))
  }

  #clearWaiting(): void {
    this.#waiting?.reject(new DarvazaError('superseded'))
    this.#waiting = undefined
    if (this.#servo && this.#servo.command.steps.length > 0) {
      this.#servo.command.steps.length = 0
      this.#servo.command.cut = true
    }
  }

  #send(command: Command, onTimeout: () => void): Sent {
    const message = command.steps.shift()!
    command.staleAt = Number.POSITIVE_INFINITY
    this.#owed = this.#owed.filter(late => late.expiresTicks > this.#clock.ticks())
    const sent: Sent = {
      command,
      type: message.type,
      message,
      sentTicks: this.#clock.ticks(),
      doubtful: false,
      cancelTimeout: this.#clock.after(this.#limits.ackTimeoutMs, () => {
        if (!sent.doubtful)
          this.#owed.push({ type: sent.type, expiresTicks: this.#clock.ticks() + this.#limits.deadAfterMs })
        onTimeout()
        command.reject(new DarvazaError('ack_timeout'))
      }),
    }
    this.#line.send(message)
    return sent
  }

  #sendServo(command: Command): void {
    if (this.#clock.ticks() > command.staleAt) return command.reject(new DarvazaError('command_expired'))
    this.#servo = this.#send(command, () => {
      this.#servo = undefined
      this.#next()
    })
  }

  #finish(sent: Sent, ack: Ack): void {
    sent.cancelTimeout()
    const latencyMs = this.#clock.ticks() - sent.sentTicks
    const { message } = sent
    const obeyed = ack.status !== 'error' && ack.status !== 'ignored'
    if ((message.type === 'servo' || message.type === 'servo_smooth') && obeyed) sent.command.onMoved?.(message.command)
    const more = sent.command.steps.length > 0
    if (sent.type !== 'action') {
      if (more && !this.#waiting && obeyed) return this.#sendServo(sent.command)
      this.#next()
      if (more && obeyed) return sent.command.reject(new DarvazaError('superseded'))
    }
    if (sent.command.cut) return sent.command.reject(new DarvazaError('superseded'))
    sent.command.resolve({ ack, latencyMs })
  }

  #next(): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    if (waiting) this.#sendServo(waiting)
  }

  #forgetAction(sent: Sent): void {
    const index = this.#actions.indexOf(sent)
    if (index >= 0) this.#actions.splice(index, 1)
  }
}
