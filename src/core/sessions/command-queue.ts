import type { Ack, Angles, GatewayMessage } from '#protocol/board.ts'
import { isStop } from '#protocol/vocabulary.ts'
import { DarvazaError } from '../../errors/errors.ts'
import type { Cancel, Clock } from '../clock.ts'
import type { Limits } from '../limits.ts'
import { splitMove } from './split-move.ts'

/** The connection that commands are sent through. */
export interface CommandConnection {
  send(message: GatewayMessage): void
}

export interface CommandOutcome {
  /** `null` if the board acknowledges nothing. */
  ack: Ack | null
  /** The time from sending the command (its last step) to the board's acknowledgement. */
  latencyMs: number
}

interface Command {
  /** Messages still to be sent, each after the ack of the one before. */
  steps: GatewayMessage[]
  /** The command is not begun after this time on the monotonic clock; a move that has begun is completed. */
  staleAt: number
  resolve(outcome: CommandOutcome): void
  reject(error: DarvazaError): void
  /** Whether a stop has removed the remaining steps. */
  cut: boolean
  onMoved?: ((angles: Angles) => void) | undefined
}

interface Sent {
  command: Command
  type: string
  message: GatewayMessage
  sentTicks: number
  cancelTimeout: Cancel
  /** While this command was outstanding, an ack was taken for an expected late one: it may have been this command's. */
  doubtful: boolean
}

/**
 * The commands of one connected board. One servo command is outstanding at a time (field rule 12); a newer command
 * replaces the waiting one; a stop overtakes it (field rule 14). Acks carry no ids, and the ack of a command that timed
 * out may still arrive: the next ack is therefore taken for the late one, and never completes a later command. If it
 * did belong to the later command, that command times out, and no further ack is expected for it: the queue accepts a
 * false "no answer" so that it never reports a false "done".
 */
export class CommandQueue {
  readonly #connection: CommandConnection
  readonly #clock: Clock
  readonly #limits: Limits
  #servo: Sent | undefined
  #waiting: Command | undefined
  readonly #actions: Sent[] = []
  #lateAcks: { type: string; expiresTicks: number }[] = []

  constructor(connection: CommandConnection, clock: Clock, limits: Limits) {
    this.#connection = connection
    this.#clock = clock
    this.#limits = limits
  }

  /**
   * Moves both servos. `from`: their present angles; if these are known, a long smooth move is sent in steps. Resolves
   * with the last step's ack.
   */
  servo(
    to: Angles,
    options: {
      smooth: boolean
      from: Angles | undefined
      ttlMs: number | undefined
      /** Called when the board acknowledges a step. */
      onMoved?: (angles: Angles) => void
    },
  ): Promise<CommandOutcome> {
    const positions = options.smooth ? splitMove(options.from, to, this.#limits.smoothStepDegrees) : [to]
    const type = options.smooth ? 'servo_smooth' : 'servo'
    const steps = positions.map((command): GatewayMessage => ({ type, command }))
    return this.#enter(steps, options.ttlMs, command => {
      command.onMoved = options.onMoved
      if (!this.#servo) return this.#sendServo(command)
      // The newer command replaces the waiting command and the unsent steps of a move.
      this.#waiting?.reject(new DarvazaError('superseded'))
      this.#waiting = command
    })
  }

  /** Sends an action at once. An emergency stop also replaces any servo command that waits. */
  action(command: { action: string } & Record<string, unknown>, ttlMs?: number): Promise<CommandOutcome> {
    return this.#enter([{ type: 'action', command }], ttlMs, entry => {
      if (isStop(command.action)) this.#clearWaiting()
      const sent = this.#send(entry, () => this.#forgetAction(sent))
      this.#actions.push(sent)
    })
  }

  /** Sends an action to a board that acknowledges nothing. */
  async sendOnly(command: { action: string } & Record<string, unknown>): Promise<CommandOutcome> {
    this.#connection.send({ type: 'action', command })
    return { ack: null, latencyMs: 0 }
  }

  /** Handles an acknowledgement. Returns true if it belongs to an outstanding command. */
  acknowledged(ack: Ack): boolean {
    const type = ack.command_type
    const lateAck = this.#lateAcks.findIndex(late => type === undefined || late.type === type)
    if (lateAck >= 0) {
      this.#lateAcks.splice(lateAck, 1)
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

  /** Called when the connection is closed: every command ends with `device_offline`. */
  close(): void {
    const offline = () => new DarvazaError('device_offline')
    for (const sent of [this.#servo, ...this.#actions]) {
      sent?.cancelTimeout()
      sent?.command.reject(offline())
    }
    this.#waiting?.reject(offline())
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
    this.#lateAcks = this.#lateAcks.filter(late => late.expiresTicks > this.#clock.ticks())
    const sent: Sent = {
      command,
      type: message.type,
      message,
      sentTicks: this.#clock.ticks(),
      doubtful: false,
      cancelTimeout: this.#clock.after(this.#limits.ackTimeoutMs, () => {
        if (!sent.doubtful)
          this.#lateAcks.push({ type: sent.type, expiresTicks: this.#clock.ticks() + this.#limits.deadAfterMs })
        onTimeout()
        command.reject(new DarvazaError('ack_timeout'))
      }),
    }
    this.#connection.send(message)
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
    const isDone = ack.status !== 'error' && ack.status !== 'ignored'
    if ((message.type === 'servo' || message.type === 'servo_smooth') && isDone) sent.command.onMoved?.(message.command)
    const more = sent.command.steps.length > 0
    if (sent.type !== 'action') {
      if (more && !this.#waiting && isDone) return this.#sendServo(sent.command)
      this.#next()
      if (more && isDone) return sent.command.reject(new DarvazaError('superseded'))
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
