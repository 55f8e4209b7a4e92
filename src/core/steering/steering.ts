import type { Angles } from '#protocol/board.ts'
import { isStop } from '#protocol/vocabulary.ts'
import { DarvazaError } from '../../errors/errors.ts'
import { type Principal, signatureOf } from '../access/access.ts'
import type { Device } from '../devices/device.ts'
import type { DeviceRegistry } from '../devices/device-registry.ts'
import type { Journal } from '../journal/journal.ts'
import type { CommandOutcome, CommandQueue } from '../sessions/command-queue.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { ControlLeases } from './control-leases.ts'

export interface ServoOrder {
  servo1?: number | undefined
  servo2?: number | undefined
  smooth?: boolean | undefined
  ttlMs?: number | undefined
}

/** Checks an operator's commands, sends them through the board's queue, and writes them down with their outcome. */
export class Steering {
  readonly #sessions: Pick<Sessions, 'ofDevice'>
  readonly #registry: Pick<DeviceRegistry, 'live'>
  readonly #journal: Pick<Journal, 'note' | 'committed' | 'failing'>
  readonly #leases: Pick<ControlLeases, 'check'> | undefined

  constructor(
    sessions: Pick<Sessions, 'ofDevice'>,
    registry: Pick<DeviceRegistry, 'live'>,
    journal: Pick<Journal, 'note' | 'committed' | 'failing'>,
    leases?: Pick<ControlLeases, 'check'>,
  ) {
    this.#sessions = sessions
    this.#registry = registry
    this.#journal = journal
    this.#leases = leases
  }

  /**
   * Moves the servos. A missing angle is replaced by the last known one, because the firmware takes 90 for it.
   * @throws DarvazaError device_offline, device_pending, device_contested, angle_unknown, superseded, command_expired,
   * ack_timeout, lease_held
   */
  servo(principal: Principal, device: Device, order: ServoOrder): Promise<CommandOutcome> {
    return this.#order(
      principal,
      device,
      { type: order.smooth ? 'servo_smooth' : 'servo', ...order },
      async commands => {
        const servo1 = order.servo1 ?? device.angles?.servo1
        const servo2 = order.servo2 ?? device.angles?.servo2
        if (servo1 === undefined || servo2 === undefined) throw new DarvazaError('angle_unknown')
        const to: Angles = { servo1: Math.round(servo1), servo2: Math.round(servo2) }
        return commands.servo(to, {
          smooth: order.smooth ?? false,
          from: device.angles,
          ttlMs: order.ttlMs,
          onMoved: angles => this.#registry.live(device, { angles }),
        })
      },
    )
  }

  /** Sends an action. @throws the same DarvazaErrors as `servo`, except angle_unknown */
  action(
    principal: Principal,
    device: Device,
    command: { action: string } & Record<string, unknown>,
    ttlMs?: number,
  ): Promise<CommandOutcome> {
    return this.#order(principal, device, { type: 'action', ...command }, commands =>
      // Cameras do not acknowledge actions; the picture shows whether an action worked.
      device.kind === 'esp32cam' ? commands.sendOnly(command) : commands.action(command, ttlMs),
    )
  }

  async #order(
    principal: Principal,
    device: Device,
    order: Record<string, unknown>,
    run: (commands: CommandQueue) => Promise<CommandOutcome>,
  ): Promise<CommandOutcome> {
    const session = this.#sessions.ofDevice(device.id)
    const write = (result: { outcome: string; latencyMs?: number; status?: string | undefined }) =>
      this.#journal.note({
        kind: 'command',
        deviceId: device.id,
        connectionId: session?.id,
        address: session?.arrival.address,
        data: { order, ...signatureOf(principal), ...result },
      })
    try {
      if (device.state === 'pending') throw new DarvazaError('device_pending')
      if (device.state !== 'active' || !session) throw new DarvazaError('device_offline')
      const stops = isStop(String(order.action ?? ''))
      if (device.contestedAt !== undefined && !stops) throw new DarvazaError('device_contested')
      this.#leases?.check(principal, device.id, stops)
      const outcome = await run(session.commands)
      const latencyMs = Math.round(outcome.latencyMs * 10) / 10
      const result = outcome.ack === null ? 'sent' : 'acknowledged'
      write({ outcome: result, latencyMs, status: outcome.ack?.status })
      // The board has acted already, so the answer is a success even if the journal row is written later.
      if (!this.#journal.failing) await this.#journal.committed().catch(() => {})
      return { ...outcome, latencyMs }
    } catch (error) {
      if (error instanceof DarvazaError) write({ outcome: error.code })
      throw error
    }
  }
}
