import type { Clock } from '../clock.ts'
import { GroupCommit } from '../group-commit.ts'
import type { Limits } from '../limits.ts'
import type { Change, Device, DeviceRecord, LiveFacts } from './device.ts'
import type { DeviceStore } from './device-store.ts'

/**
 * The prefix of the number of a board without an id: ` #2` is the second board of a shared token without an
 * `X-Device-ID`. No header value starts with a space, so no board can send such a number as its id.
 */
export const twinMark = ' #'

/**
 * Every known device, in memory, with indexes. Changes are stored later, those of a moment in one transaction. A caller
 * awaits `committed()` before it confirms a change to a client.
 */
export class DeviceRegistry {
  readonly #store: DeviceStore
  /** Commits devices that changed or were forgotten, and the hashes of buried tokens. */
  readonly #commit: GroupCommit<Device | string>
  /** Devices that were never stored. */
  readonly #unstored = new Set<Device>()
  readonly #byId = new Map<string, Device>()
  readonly #idByName = new Map<string, string>()
  readonly #idByToken = new Map<string, string>()
  /** The members of shared credentials: credential → X-Device-ID → device id. */
  readonly #members = new Map<string, Map<string, string>>()
  readonly #tombstones: Set<string>
  readonly #pending = new Set<Device>()
  readonly #listeners = new Set<(device: Device) => void>()

  private constructor(store: DeviceStore, clock: Clock, limits: Limits, devices: Device[], tombstones: string[]) {
    this.#store = store
    this.#tombstones = new Set(tombstones)
    this.#commit = new GroupCommit(clock, limits, changed => this.#save(changed))
    for (const device of devices) this.#index(device)
  }

  static async load(store: DeviceStore, clock: Clock, limits: Limits): Promise<DeviceRegistry> {
    return new DeviceRegistry(store, clock, limits, await store.loadDevices(), await store.loadTombstones())
  }

  get(id: string): Device | undefined {
    return this.#byId.get(id)
  }

  /** Finds a device by id (`d_…`) or unique name. A pending device is not found by its name. */
  find(idOrName: string): Device | undefined {
    return this.#byId.get(idOrName) ?? this.#byId.get(this.#idByName.get(idOrName) ?? '')
  }

  all(): IterableIterator<Device> {
    return this.#byId.values()
  }

  get size(): number {
    return this.#byId.size
  }

  pending(): ReadonlySet<Device> {
    return this.#pending
  }

  byTokenHash(hash: string): Device | undefined {
    const id = this.#idByToken.get(hash)
    return id === undefined ? undefined : this.#byId.get(id)
  }

  member(credential: string, deviceId: string): Device | undefined {
    const id = this.#members.get(credential)?.get(deviceId)
    return id === undefined ? undefined : this.#byId.get(id)
  }

  membersOf(credential: string): Device[] {
    return [...(this.#members.get(credential)?.values() ?? [])].flatMap(id => this.#byId.get(id) ?? [])
  }

  /** The member number for this credential's next board without an id. */
  nextTwin(credential: string): string {
    let count = 2
    while (this.member(credential, `${twinMark}${count}`)) count++
    return `${twinMark}${count}`
  }

  memberCount(credential: string): number {
    return this.#members.get(credential)?.size ?? 0
  }

  isTombstone(hash: string): boolean {
    return this.#tombstones.has(hash)
  }

  nameTaken = (name: string): boolean => this.#idByName.has(name)

  /** Adds a device. `change`: fields that changed since the device was made. */
  add(device: Device, change: Change<DeviceRecord & LiveFacts> = {}): void {
    apply(device, change)
    this.#index(device)
    this.#unstored.add(device)
    this.#changed(device)
  }

  /** Changes the record of a device and the indexes, calls the listeners, and stores the change soon. */
  change(device: Device, change: Change<DeviceRecord>): void {
    this.#unindex(device)
    apply(device, change)
    this.#index(device)
    this.#changed(device)
  }

  /**
   * Changes live facts of a device. They are stored soon, and listeners are called when it connected or disconnected.
   * For a device that is not in the registry, only the fields change.
   */
  live(device: Device, facts: Change<LiveFacts>): void {
    apply(device, facts)
    if (this.#byId.get(device.id) !== device) return
    if ('connectionId' in facts) this.#changed(device)
    else this.#commit.add(device)
  }

  /** Called for each message of the device: sets only the field, which `saveLive` stores later. */
  seen(device: Device, at: number): void {
    ;(device as LiveFacts).lastSeenAt = at
  }

  /** Stores the live facts of a device soon, `lastSeenAt` included. */
  saveLive(device: Device): void {
    if (this.#byId.get(device.id) === device) this.#commit.add(device)
  }

  /** Marks devices that were online when the last process ended as reconnecting. `now`: ms since 1970. */
  expectBack(now: number): void {
    for (const device of this.#byId.values()) {
      if (device.connectionId) this.live(device, { connectionId: undefined, disconnectedAt: now })
    }
  }

  /** Forgets devices. `keepTombstones`: rejects their tokens for ever. Resolves when the change is on disk. */
  async forget(devices: readonly Device[], keepTombstones: boolean): Promise<void> {
    for (const device of devices) {
      this.#unindex(device)
      this.#byId.delete(device.id)
      this.#commit.add(device)
      if (keepTombstones) for (const hash of [device.tokenHash, device.previousTokenHash]) if (hash) this.#bury(hash)
    }
    await this.#commit.committed()
  }

  /** Rejects a token for ever, also as a new claim. Resolves when the change is on disk. */
  async bury(hash: string): Promise<void> {
    this.#bury(hash)
    await this.#commit.committed()
  }

  #bury(hash: string): void {
    this.#tombstones.add(hash)
    this.#commit.add(hash)
  }

  /** Resolves when every change so far is on disk. */
  committed(): Promise<void> {
    return this.#commit.committed()
  }

  /** Whether this device is not on disk yet: nothing about it may be confirmed before `committed()` resolves. */
  isNew(device: Device): boolean {
    return this.#unstored.has(device)
  }

  /** Calls `listener` after each change of a device. Returns the function that stops it. */
  onChange(listener: (device: Device) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  close(): Promise<void> {
    return this.#commit.drain()
  }

  #changed(device: Device): void {
    this.#commit.add(device)
    for (const listener of this.#listeners) listener(device)
  }

  /** Stores tombstones first: a forgotten token must not be accepted as a new claim because a later write failed. */
  async #save(changed: readonly (Device | string)[]): Promise<void> {
    const tombstones = changed.filter(item => typeof item === 'string')
    const devices = changed.filter(item => typeof item !== 'string')
    const [kept, forgotten] = [[] as Device[], [] as Device[]]
    for (const device of devices) (this.#byId.get(device.id) === device ? kept : forgotten).push(device)
    if (tombstones.length > 0 || forgotten.length > 0)
      await this.#store.deleteDevices(
        forgotten.map(({ id }) => id),
        tombstones,
      )
    if (kept.length > 0) await this.#store.saveDevices(kept)
    for (const device of devices) this.#unstored.delete(device)
  }

  #index(device: Device): void {
    this.#byId.set(device.id, device)
    if (device.state === 'pending') this.#pending.add(device)
    else if (device.state !== 'removed') this.#idByName.set(device.name, device.id)
    if (device.tokenHash) this.#idByToken.set(device.tokenHash, device.id)
    if (device.previousTokenHash) this.#idByToken.set(device.previousTokenHash, device.id)
    if (device.credential !== undefined) {
      let members = this.#members.get(device.credential)
      if (!members) this.#members.set(device.credential, (members = new Map()))
      members.set(device.member ?? device.id, device.id)
    }
  }

  #unindex(device: Device): void {
    this.#pending.delete(device)
    if (this.#idByName.get(device.name) === device.id) this.#idByName.delete(device.name)
    for (const hash of [device.tokenHash, device.previousTokenHash]) if (hash) this.#idByToken.delete(hash)
    if (device.credential !== undefined) {
      const members = this.#members.get(device.credential)
      members?.delete(device.member ?? device.id)
    }
  }
}

/** The one place that writes fields of a device. */
function apply(device: Device, change: Change<DeviceRecord & LiveFacts>): void {
  const fields = device as unknown as Record<string, unknown>
  for (const field in change) {
    const value = change[field as keyof typeof change]
    if (value === undefined) delete fields[field]
    else fields[field] = value
  }
}
