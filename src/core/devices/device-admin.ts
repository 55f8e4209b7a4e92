import type { ActEvent, Signature } from '#protocol/journal-events.ts'
import type { Kind } from '#protocol/kinds.ts'
import { DarvazaError, type FailureCode, inForce } from '../../errors/errors.ts'
import { type Principal, signatureOf } from '../access/access.ts'
import type { Bus } from '../bus.ts'
import { type Cancel, type Clock, every } from '../clock.ts'
import { newId, newSecret, sha256 } from '../ids.ts'
import type { ActJournal } from '../journal/journal-ports.ts'
import type { Limits } from '../limits.ts'
import type { Change, Device, DeviceRecord } from './device.ts'
import { freeName, isName, nameFrom } from './device-names.ts'
import type { DeviceRegistry } from './device-registry.ts'

/** Open connections of devices, and the facts kept about them outside the device record. */
export interface DeviceConnections {
  ofDevice(
    deviceId: string,
  ): { readonly id: string; readonly arrival: { readonly tokenHash: string | undefined } } | undefined
  /** Whether another address used a pending device's claim since the connection `connectionId`. */
  changedSince(deviceId: string, connectionId: string): boolean
  /** Forgets what is kept about a device while it is pending. */
  forgetPending(deviceId: string): void
  /** Forgets that two boards displaced each other with the token of this device. */
  forgetContest(deviceId: string): void
  /** Ends the connection of a device, if it has one, with the close code of `why`. */
  disconnect(deviceId: string, why: FailureCode): void
}

/**
 * The acts of owners and operators on devices. Each act is checked, applied at once (also to an open connection), and
 * written down; its promise resolves when all of it is on disk. Callers have called `authorize` before.
 */
export class DeviceAdmin {
  readonly #registry: DeviceRegistry
  readonly #connections: DeviceConnections
  readonly #journal: ActJournal
  readonly #clock: Clock
  readonly #limits: Limits
  readonly #bus: Pick<Bus, 'publish'>

  constructor(parts: {
    registry: DeviceRegistry
    connections: DeviceConnections
    journal: ActJournal
    clock: Clock
    limits: Limits
    bus: Pick<Bus, 'publish'>
  }) {
    this.#registry = parts.registry
    this.#connections = parts.connections
    this.#journal = parts.journal
    this.#clock = parts.clock
    this.#limits = parts.limits
    this.#bus = parts.bus
  }

  /** Makes a device for a person. Only this call returns its token. */
  async create(
    by: Principal,
    wish: { kind: Kind; name?: string | undefined; tags?: string[] | undefined },
  ): Promise<{ device: Device; token: string }> {
    const name =
      wish.name === undefined ? freeName(wish.kind, undefined, this.#registry.nameTaken) : this.#freeName(wish.name)
    const token = newSecret('d')
    const now = this.#clock.now()
    const device: Device = {
      id: newId('d'),
      name,
      kind: wish.kind,
      state: 'active',
      tags: wish.tags ?? [],
      source: 'owner',
      tokenHash: sha256(token),
      createdAt: now,
      approvedAt: now,
    }
    this.#registry.add(device)
    await this.#act(
      by,
      device,
      facts => ({ kind: 'act', data: { act: 'device.create', ...facts } }),
      () => {
        this.#registry.forget([device], true).catch(() => {})
      },
    )
    return { device, token }
  }

  /**
   * Approves a pending board, and its open connection too. `seenConnectionId`: the connection that the owner viewed.
   * @throws DarvazaError changed_since_seen when another address used the claim since
   */
  async approve(
    by: Principal,
    device: Device,
    options: { name?: string | undefined; seenConnectionId?: string | undefined } = {},
  ): Promise<Device> {
    if (device.state !== 'pending') throw new DarvazaError('wrong_state', { details: { state: device.state } })
    this.#mustBeAsSeen(device, options.seenConnectionId)
    const name = options.name === undefined ? this.#ownName(device) : this.#freeName(options.name, device)
    this.#registry.change(device, { state: 'active', name, approvedAt: this.#clock.now() })
    this.#connections.forgetPending(device.id)
    await this.#act(by, device, facts => ({ kind: 'act', data: { act: 'device.approve', ...facts } }))
    return device
  }

  /**
   * Blocks a device.
   * @throws DarvazaError changed_since_seen as for `approve`, if the board is still pending
   */
  async block(
    by: Principal,
    device: Device,
    { reason, seenConnectionId }: { reason?: string | undefined; seenConnectionId?: string | undefined } = {},
  ): Promise<Device> {
    if (device.state === 'removed' || device.state === 'blocked')
      throw new DarvazaError('wrong_state', { details: { state: device.state } })
    if (device.state === 'pending') this.#mustBeAsSeen(device, seenConnectionId)
    this.#shut(
      device,
      { state: 'blocked', stateBefore: device.state, blockedAt: this.#clock.now(), blockedReason: reason },
      'device_blocked',
    )
    await this.#act(by, device, facts => ({
      kind: 'act',
      data: { act: 'device.block', ...facts, ...(reason !== undefined && { reason }) },
    }))
    return device
  }

  /** Removes a device. It can be restored for 30 days; unless restored, its token is rejected for ever. */
  async remove(by: Principal, device: Device): Promise<Device> {
    if (device.state === 'removed') throw new DarvazaError('wrong_state', { details: { state: device.state } })
    const stateBefore = device.state === 'blocked' ? (device.stateBefore ?? 'active') : device.state
    this.#shut(device, { state: 'removed', stateBefore, removedAt: this.#clock.now() }, 'device_removed')
    await this.#act(by, device, facts => ({ kind: 'act', data: { act: 'device.remove', ...facts } }))
    return device
  }

  /** Undoes a block, a removal or a revocation: the same token works again. */
  async restore(by: Principal, device: Device): Promise<Device> {
    const back: { -readonly [field in keyof DeviceRecord]?: DeviceRecord[field] | undefined } = {
      tokenRevokedAt: undefined,
    }
    if (device.state === 'blocked' || device.state === 'removed') {
      Object.assign(back, {
        state: device.stateBefore ?? 'active',
        stateBefore: undefined,
        blockedAt: undefined,
        blockedReason: undefined,
        removedAt: undefined,
      })
      const holder = this.#registry.find(device.name)
      if (holder && holder !== device) back.name = freeName(device.kind, device.name, this.#registry.nameTaken)
    } else if (device.tokenRevokedAt === undefined) {
      throw new DarvazaError('wrong_state', { details: { state: device.state } })
    }
    this.#registry.change(device, back)
    await this.#act(by, device, facts => ({ kind: 'act', data: { act: 'device.restore', ...facts } }))
    return device
  }

  async edit(
    by: Principal,
    device: Device,
    change: { name?: string | undefined; tags?: string[] | undefined },
  ): Promise<Device> {
    const before = device.name
    if (change.name !== undefined && device.state === 'pending') throw new DarvazaError('device_pending')
    const name = change.name === undefined ? device.name : this.#freeName(change.name, device)
    this.#registry.change(device, { name, tags: change.tags ?? device.tags })
    await this.#act(by, device, facts => ({
      kind: 'act',
      data: {
        act: 'device.edit',
        ...facts,
        ...(change.tags !== undefined && { tags: change.tags }),
        ...(name !== before && { before }),
      },
    }))
    return device
  }

  /** Makes a new token, shown once. The old one works until the new one is used, or until `oldValidForS` is over. */
  async rotate(
    by: Principal,
    device: Device,
    options: { oldValidForS?: number | undefined } = {},
  ): Promise<{ device: Device; token: string }> {
    if (device.credential !== undefined || device.state === 'removed')
      throw new DarvazaError('wrong_state', { details: { state: device.state, source: device.source } })
    const token = newSecret('d')
    const previousTokenUntil =
      options.oldValidForS === undefined ? undefined : this.#clock.now() + options.oldValidForS * 1000
    const { tokenHash, previousTokenHash: inUse } = device
    // A revoked token stays revoked: only the new one is accepted. If the token of an earlier rotation was never used,
    // the board still has the token before it, so a second rotation keeps that one valid.
    const overdue = device.previousTokenUntil !== undefined && device.previousTokenUntil <= this.#clock.now()
    const revoked = device.tokenRevokedAt !== undefined || (inUse !== undefined && overdue)
    const previousTokenHash = revoked ? undefined : (inUse ?? tokenHash)
    for (const hash of [tokenHash, inUse])
      if (hash && hash !== previousTokenHash) this.#registry.bury(hash).catch(() => {})
    const before = {
      tokenHash,
      previousTokenHash: inUse,
      previousTokenUntil: device.previousTokenUntil,
      tokenRevokedAt: device.tokenRevokedAt,
      contestedAt: device.contestedAt,
    }
    this.#registry.change(device, {
      tokenHash: sha256(token),
      previousTokenHash,
      previousTokenUntil,
      tokenRevokedAt: undefined,
      contestedAt: undefined,
    })
    this.#connections.forgetContest(device.id)
    await this.#act(
      by,
      device,
      facts => ({
        kind: 'act',
        data: {
          act: 'token.rotate',
          ...facts,
          ...(options.oldValidForS !== undefined && { oldValidForS: options.oldValidForS }),
        },
      }),
      // No client has received the new token, so the rotation is undone.
      () => this.#registry.change(device, before),
    )
    return { device, token }
  }

  /** `all`: rejects the device's token until it is restored. `old`: rejects only the token before the last rotation. */
  async revoke(by: Principal, device: Device, which: 'all' | 'old' = 'all'): Promise<Device> {
    if (which === 'old') {
      if (!device.previousTokenHash)
        throw new DarvazaError('wrong_state', { details: { reason: 'no rotation is under way' } })
      const usesOld = this.#connections.ofDevice(device.id)?.arrival.tokenHash === device.previousTokenHash
      this.#registry.bury(device.previousTokenHash).catch(() => {})
      this.#registry.change(device, { previousTokenHash: undefined, previousTokenUntil: undefined })
      if (usesOld) this.#connections.disconnect(device.id, 'token_revoked')
    } else {
      if (device.credential !== undefined || device.tokenRevokedAt !== undefined)
        throw new DarvazaError('wrong_state', { details: { state: device.state, source: device.source } })
      this.#shut(device, { tokenRevokedAt: this.#clock.now() }, 'token_revoked')
    }
    await this.#act(by, device, facts => ({
      kind: 'act',
      data: { act: 'token.revoke', ...facts },
      textFacts: { which: which === 'old' ? 'old' : 'current' },
    }))
    return device
  }

  /** Confirms a contested device for an owner: steering is possible again, even if two boards use its token. */
  async confirm(by: Principal, device: Device): Promise<Device> {
    if (device.contestedAt === undefined) throw new DarvazaError('wrong_state', { details: { state: device.state } })
    this.#registry.change(device, { contestedAt: undefined })
    this.#connections.forgetContest(device.id)
    await this.#act(by, device, facts => ({ kind: 'act', data: { act: 'device.confirm', ...facts } }))
    return device
  }

  /** Tidies now and every hour. Returns the function that stops it. */
  tidyEvery(onError: (error: unknown) => void): Cancel {
    const tidy = () => void this.tidy().catch(onError)
    tidy()
    return every(this.#clock, 3_600_000, tidy)
  }

  /** Forgets pending boards long offline, which may return, and devices removed too long ago to be restored. */
  async tidy(): Promise<void> {
    const now = this.#clock.now()
    const devices = [...this.#registry.all()].filter(device => !device.connectionId)
    const stale = devices.filter(
      device =>
        device.state === 'pending' &&
        now - (device.lastSeenAt ?? device.createdAt) > this.#limits.pendingForgottenAfterMs,
    )
    const gone = devices.filter(
      device => device.state === 'removed' && now - (device.removedAt ?? now) > this.#limits.removedForgottenAfterMs,
    )
    for (const device of [...stale, ...gone]) this.#connections.forgetPending(device.id)
    if (stale.length > 0) await this.#registry.forget(stale, false)
    if (gone.length > 0) await this.#registry.forget(gone, true)
  }

  #mustBeAsSeen(device: Device, seenConnectionId: string | undefined): void {
    if (seenConnectionId === undefined || !this.#connections.changedSince(device.id, seenConnectionId)) return
    const connectionId = this.#connections.ofDevice(device.id)?.id ?? null
    throw new DarvazaError('changed_since_seen', { details: { connectionId, address: device.lastAddress ?? null } })
  }

  /** The name that the board sent; if it sent none, the name it had while pending, if that is still free. */
  #ownName(device: Device): string {
    const waitedUnder = nameFrom(device.saysItIs) === undefined && !this.#registry.nameTaken(device.name)
    return waitedUnder ? device.name : freeName(device.kind, device.saysItIs, this.#registry.nameTaken)
  }

  #freeName(name: string, device?: Device): string {
    if (!isName(name)) throw new DarvazaError('name_invalid')
    const holder = this.#registry.find(name)
    if (holder && holder !== device) throw new DarvazaError('name_taken')
    return name
  }

  #shut(
    device: Device,
    change: Change<DeviceRecord>,
    why: 'device_blocked' | 'device_removed' | 'token_revoked',
  ): void {
    this.#registry.change(device, change)
    void this.#bus.publish('device.shut', { deviceId: device.id, why })
  }

  /**
   * Records an act that has been applied, and waits until its changes and its record are stored. If that fails, `undo`
   * reverts the act; it is given only where the lost answer would have carried a new token. Without `undo`, the act
   * stays in force, and is stored as soon as possible.
   * @throws DarvazaError store_unavailable, which shows whether the act is in force
   */
  async #act(
    by: Principal,
    device: Device,
    eventOf: (facts: Signature & { name: string }) => ActEvent,
    undo?: () => void,
  ): Promise<void> {
    const note = (event: ActEvent) =>
      this.#journal.note({ ...event, deviceId: device.id, connectionId: device.connectionId })
    const facts = () => ({ ...signatureOf(by), name: device.name })
    const event = eventOf(facts())
    note(event)
    try {
      await Promise.all([this.#registry.committed(), this.#journal.committed()])
    } catch (error) {
      if (!undo) throw inForce(error)
      undo()
      const was = event.data.act === 'token.rotate' ? 'token.rotate' : 'device.create'
      note({ kind: 'act', data: { act: 'undone', ...facts(), was } })
      throw new DarvazaError('store_unavailable', { cause: error })
    }
  }
}
