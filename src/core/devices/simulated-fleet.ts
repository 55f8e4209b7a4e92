import { DarvazaError } from '../../errors/errors.ts'
import type { Principal } from '../access/access.ts'
import type { FaultSink } from '../faults/faults.ts'
import type { Device } from './device.ts'
import type { DeviceAdmin } from './device-admin.ts'
import type { DeviceRegistry } from './device-registry.ts'

const tag = 'simulated'

/** The simulated boards: two cameras to watch and two boards to control are enough for a first look. */
const fleet = [
  { kind: 'esp32cam', name: 'simulated-cam-1' },
  { kind: 'esp32cam', name: 'simulated-cam-2' },
  { kind: 'pico', name: 'simulated-pico-1' },
  { kind: 'pico', name: 'simulated-pico-2' },
] as const

export interface SimulatedBoard {
  kind: 'pico' | 'esp32cam'
  name: string
  token: string
}

/** Runs virtual boards that connect to the gateway. */
export interface BoardSimulator {
  readonly running: boolean
  /** Replaces the running boards. */
  start(boards: readonly SimulatedBoard[]): Promise<void>
  stop(): Promise<void>
}

/** Simulated boards for a first look: marked as such, and removed without a trace. */
export class SimulatedFleet {
  readonly #simulator: BoardSimulator
  readonly #registry: DeviceRegistry
  readonly #deviceAdmin: DeviceAdmin
  readonly #faults: FaultSink

  constructor(parts: {
    simulator: BoardSimulator
    registry: DeviceRegistry
    deviceAdmin: DeviceAdmin
    faults: FaultSink
  }) {
    this.#simulator = parts.simulator
    this.#registry = parts.registry
    this.#deviceAdmin = parts.deviceAdmin
    this.#faults = parts.faults
  }

  get running(): boolean {
    return this.#simulator.running
  }

  /**
   * Only devices made by `start`: a person's own board with the same tag was made by a claim, and is not removed.
   */
  get devices(): Device[] {
    return [...this.#registry.all()].filter(device => device.source === 'owner' && device.simulated === true)
  }

  /** @throws DarvazaError simulation_failed, after the devices were removed again */
  async start(by: Principal): Promise<void> {
    if (this.running) return
    await this.remove(by)
    const boards: SimulatedBoard[] = []
    for (const { kind, name } of fleet) {
      const wish = { kind, name: this.#registry.nameTaken(name) ? undefined : name, tags: [tag] }
      const { device, token } = await this.#deviceAdmin.create(by, wish)
      this.#registry.change(device, { simulated: true })
      boards.push({ kind, name: device.name, token })
    }
    await this.#registry.committed()
    try {
      await this.#simulator.start(boards)
    } catch (error) {
      this.#faults.caught('request', error)
      await this.remove(by)
      throw new DarvazaError('simulation_failed')
    }
  }

  /** Deletes the devices rather than removing them: they are never restored, and their tokens must never work again. */
  async remove(by: Principal): Promise<void> {
    await this.#simulator.stop()
    const { devices } = this
    for (const device of devices) if (device.state !== 'removed') await this.#deviceAdmin.remove(by, device)
    if (devices.length > 0) await this.#registry.forget(devices, true)
  }
}
