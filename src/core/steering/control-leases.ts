import type { Steerer } from '#protocol/dashboard.ts'
import type { LeaseAct } from '#protocol/vocabulary.ts'
import { DarvazaError } from '../../errors/errors.ts'
import type { Principal } from '../access/access.ts'
import type { Cancel, Clock } from '../clock.ts'

/** A lease ends this long after its holder last steered or renewed it, in ms, like a dead man's handle. */
export const leaseMs = 5_000

interface Lease {
  holder: Steerer
  askedBy: Steerer | undefined
  end: Cancel
}

/**
 * The right to steer each device: one person has it at a time. The holder can hand it over, and an owner can take it.
 */
export class ControlLeases {
  readonly #clock: Clock
  readonly #byDevice = new Map<string, Lease>()
  readonly #listeners = new Set<(deviceId: string) => void>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** The holder of the lease, and the person who last requested it. */
  of(deviceId: string): { holder: Steerer; askedBy: Steerer | undefined } | undefined {
    return this.#byDevice.get(deviceId)
  }

  held(): IterableIterator<string> {
    return this.#byDevice.keys()
  }

  /** Calls `listener` with each device whose lease has changed. Returns the function that stops it. */
  onChange(listener: (deviceId: string) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** @throws DarvazaError lease_held if another person has the lease; forbidden if anyone but an owner seizes it */
  act(deviceId: string, who: Steerer, act: LeaseAct, isOwner: boolean): void {
    const lease = this.#byDevice.get(deviceId)
    const mine = lease?.holder.id === who.id
    switch (act) {
      case 'take':
      case 'renew':
        if (lease && !mine) throw new DarvazaError('lease_held')
        // Only the present holder can renew: a late renewal must not take an ended lease again.
        if (act === 'renew' && !lease) return
        return lease ? this.#prolong(deviceId, lease) : this.#give(deviceId, who)
      case 'release':
        return mine ? this.#end(deviceId) : undefined
      case 'ask':
        if (!lease) return this.#give(deviceId, who)
        if (mine) return
        lease.askedBy = who
        return this.#notify(deviceId)
      case 'grant':
        return mine && lease.askedBy ? this.#give(deviceId, lease.askedBy) : undefined
      case 'deny':
        if (!mine || !lease.askedBy) return
        lease.askedBy = undefined
        return this.#notify(deviceId)
      case 'seize':
        if (!isOwner) throw new DarvazaError('forbidden')
        return mine ? undefined : this.#give(deviceId, who)
      default:
        return act satisfies never
    }
  }

  /**
   * Checks whether this principal may send an order now. An order of the holder prolongs the lease; a stop is always
   * allowed.
   * @throws DarvazaError lease_held
   */
  check(principal: Principal, deviceId: string, isStop: boolean): void {
    const lease = this.#byDevice.get(deviceId)
    if (!lease) return
    if (principal.type === 'person' && principal.id === lease.holder.id) this.#prolong(deviceId, lease)
    else if (!isStop) throw new DarvazaError('lease_held', { details: { holder: lease.holder.name } })
  }

  /** Ends the leases and requests of a person who has closed all pages, or may no longer steer. */
  forget(personId: string, keep: (deviceId: string) => boolean = () => false): void {
    for (const [deviceId, lease] of this.#byDevice) {
      if (keep(deviceId)) continue
      if (lease.holder.id === personId) this.#end(deviceId)
      else if (lease.askedBy?.id === personId) {
        lease.askedBy = undefined
        this.#notify(deviceId)
      }
    }
  }

  close(): void {
    for (const { end } of this.#byDevice.values()) end()
    this.#byDevice.clear()
  }

  #give(deviceId: string, holder: Steerer): void {
    this.#byDevice.get(deviceId)?.end()
    const end = this.#clock.after(leaseMs, () => this.#end(deviceId))
    this.#byDevice.set(deviceId, { holder, askedBy: undefined, end })
    this.#notify(deviceId)
  }

  #prolong(deviceId: string, lease: Lease): void {
    lease.end()
    lease.end = this.#clock.after(leaseMs, () => this.#end(deviceId))
  }

  #end(deviceId: string): void {
    this.#byDevice.get(deviceId)?.end()
    this.#byDevice.delete(deviceId)
    this.#notify(deviceId)
  }

  #notify(deviceId: string): void {
    for (const listener of this.#listeners) listener(deviceId)
  }
}
