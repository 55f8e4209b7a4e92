import type { Kind } from '#protocol/kinds.ts'
import type { DeviceState } from '#protocol/vocabulary.ts'
import { addressKey } from '../address.ts'
import type { Arrival } from '../arrival.ts'
import type { Clock } from '../clock.ts'
import type { Device } from '../devices/device.ts'
import { freeName } from '../devices/device-names.ts'
import { type DeviceRegistry, twinMark } from '../devices/device-registry.ts'
import { newId } from '../ids.ts'
import type { Limits } from '../limits.ts'
import type { ClaimMint } from './claims.ts'
import type { Enrolment } from './enrolment.ts'

export type AdmissionRefusal =
  | 'token_missing'
  | 'token_unknown'
  | 'token_wrong_kind'
  | 'token_revoked'
  | 'device_blocked'
  | 'device_removed'
  | 'enrolment_closed'

/** `expired`: the board's claim is too old for automatic approval. */
export type AdmissionDecision =
  | { device: Device; rivals?: Device[]; expired?: boolean }
  | { refused: AdmissionRefusal; device?: Device }

interface Shared {
  hash: string
  kind: Kind
}

/**
 * Decides which boards are admitted. All decisions are made from memory, so a handshake never waits for the disk: a
 * token is looked up by its SHA-256, and only an unknown token costs an HMAC.
 */
export class Admission {
  readonly #registry: DeviceRegistry
  readonly #mint: ClaimMint
  readonly #enrolment: Enrolment
  readonly #shared: ReadonlyMap<string, Kind>
  readonly #trustLoopback: boolean
  readonly #clock: Clock
  readonly #limits: Limits
  readonly #onEvicted: (device: Device) => void

  constructor(parts: {
    registry: DeviceRegistry
    mint: ClaimMint
    enrolment: Enrolment
    shared: readonly Shared[]
    trustLoopback: boolean
    clock: Clock
    limits: Limits
    /** Ends the connection of a pending device that was removed to free a place. */
    onEvicted: (device: Device) => void
  }) {
    this.#registry = parts.registry
    this.#mint = parts.mint
    this.#enrolment = parts.enrolment
    this.#shared = new Map(parts.shared.map(({ hash, kind }) => [hash, kind]))
    this.#trustLoopback = parts.trustLoopback
    this.#clock = parts.clock
    this.#limits = parts.limits
    this.#onEvicted = parts.onEvicted
  }

  /** Admits a board, as a known or a new device, or refuses it. */
  decide(arrival: Arrival): AdmissionDecision {
    const { tokenHash } = arrival
    if (tokenHash === undefined) {
      if (!this.#trustLoopback || !arrival.local) return { refused: 'token_missing' }
      return this.#member(`loopback:${arrival.wants ?? 'generic'}`, arrival.wants ?? 'generic', 'loopback', arrival)
    }
    const known = this.#registry.byTokenHash(tokenHash)
    if (known) return this.#known(known, tokenHash, arrival)

    const sharedKind = this.#shared.get(tokenHash)
    if (sharedKind) {
      if (arrival.wants && arrival.wants !== sharedKind) return { refused: 'token_wrong_kind' }
      return this.#member(tokenHash, sharedKind, 'shared', arrival)
    }
    if (this.#registry.isTombstone(tokenHash)) return { refused: 'device_removed' }
    return this.#claim(arrival, tokenHash)
  }

  /** Whether a token would be admitted, for connection tests: changes nothing. */
  wouldAdmit(arrival: Arrival): { kind: Kind } | { refused: AdmissionRefusal } {
    const { tokenHash } = arrival
    if (tokenHash === undefined) {
      return this.#trustLoopback && arrival.local ? { kind: arrival.wants ?? 'generic' } : { refused: 'token_missing' }
    }
    const known = this.#registry.byTokenHash(tokenHash)
    if (known) {
      const answer = this.#known(known, tokenHash, arrival, true)
      return 'refused' in answer ? { refused: answer.refused } : { kind: known.kind }
    }
    const sharedKind = this.#shared.get(tokenHash)
    if (!sharedKind && this.#registry.isTombstone(tokenHash)) return { refused: 'device_removed' }
    const kind = sharedKind ?? this.#mint.read(arrival.token!)?.kind
    if (!kind) return { refused: 'token_unknown' }
    if (arrival.wants && arrival.wants !== kind) return { refused: 'token_wrong_kind' }
    if (!sharedKind && this.#enrolment.setting.mode === 'closed') return { refused: 'enrolment_closed' }
    return { kind }
  }

  #known(device: Device, tokenHash: string, arrival: Arrival, isTest = false): AdmissionDecision {
    const refused = this.#whyNot(device, tokenHash, arrival)
    if (refused) return { refused, device }
    // The new token of a rotation is in use, so the old one is rejected for ever, also as a new claim.
    if (!isTest && device.previousTokenHash && tokenHash === device.tokenHash) {
      this.#registry.bury(device.previousTokenHash).catch(() => {})
      this.#registry.change(device, { previousTokenHash: undefined, previousTokenUntil: undefined })
    }
    return { device }
  }

  #whyNot(device: Device, tokenHash: string, arrival: Arrival): AdmissionRefusal | undefined {
    if (device.state === 'blocked') return 'device_blocked'
    if (device.state === 'removed') return 'device_removed'
    if (device.tokenRevokedAt !== undefined) return 'token_revoked'
    if (arrival.wants && arrival.wants !== device.kind) return 'token_wrong_kind'
    const rotated = tokenHash === device.previousTokenHash && device.previousTokenUntil !== undefined
    if (rotated && this.#clock.now() >= device.previousTokenUntil!) return 'token_revoked'
    return undefined
  }

  #claim(arrival: Arrival, tokenHash: string): AdmissionDecision {
    const claim = this.#mint.read(arrival.token!)
    if (!claim) return { refused: 'token_unknown' }
    if (arrival.wants && arrival.wants !== claim.kind) return { refused: 'token_wrong_kind' }
    const fresh = this.#clock.now() - claim.issuedAt < this.#limits.claimTtlMs
    const { mode } = this.#enrolment.setting
    const verdict = this.#enrolment.decide(fresh)
    if (verdict === 'refuse') return { refused: 'enrolment_closed' }
    const state = verdict === 'approve-now' ? 'active' : 'pending'
    if (state === 'pending') this.#evictIfFull(addressKey(arrival.address))
    const device: Device = { ...this.#newDevice(claim.kind, state, arrival), source: 'claim', tokenHash }
    this.#registry.add(device)
    return !fresh && (mode === 'open' || mode === 'pairing') ? { device, expired: true } : { device }
  }

  /** A shared credential's member is identified by credential and X-Device-ID: other credentials may have that id. */
  #member(credential: string, kind: Kind, source: 'shared' | 'loopback', arrival: Arrival): AdmissionDecision {
    const member = arrival.deviceId?.slice(0, 128) ?? ''
    const known = this.#registry.member(credential, member)
    if (known && (member !== '' || !known.connectionId)) return this.#known(known, '', arrival)
    if (known) return this.#twin(credential, kind, source, arrival)
    const device = this.#newMember(credential, kind, source, arrival, member)
    this.#registry.add(device)
    return { device }
  }

  /**
   * Finds the device of a board without an id whose credential already has a device. The board is either a second one,
   * or the same one that reconnected before its old connection was found dead. An offline device of the credential is
   * taken to be this board; if all are online, their sessions are pinged to decide.
   */
  #twin(credential: string, kind: Kind, source: 'shared' | 'loopback', arrival: Arrival): AdmissionDecision {
    const nameless = this.#registry
      .membersOf(credential)
      .filter(device => device.member === '' || device.member?.startsWith(twinMark))
    const offline = nameless.find(device => !device.connectionId && device.state === 'active')
    if (offline) return this.#known(offline, '', arrival)
    const member = this.#registry.nextTwin(credential)
    const first = nameless.find(device => device.member === '')
    const device = this.#newMember(credential, kind, source, { ...arrival, deviceId: undefined }, member)
    const rivals = nameless.filter(rival => rival.connectionId)
    if (!first || first.state === 'removed') return { device, rivals }
    const name = freeName(kind, `${first.name}-${member.slice(twinMark.length)}`, this.#registry.nameTaken)
    return { device: { ...device, name }, rivals }
  }

  #newMember(credential: string, kind: Kind, source: 'shared' | 'loopback', arrival: Arrival, member: string): Device {
    const full = source === 'shared' && this.#registry.memberCount(credential) >= this.#limits.devicesPerSharedToken
    if (full) this.#evictIfFull(addressKey(arrival.address))
    return { ...this.#newDevice(kind, full ? 'pending' : 'active', arrival), source, credential, member }
  }

  #newDevice(kind: Kind, state: DeviceState & ('active' | 'pending'), arrival: Arrival): Omit<Device, 'source'> {
    const now = this.#clock.now()
    // A pending board gets the name that it sent only on approval.
    const name = freeName(kind, state === 'active' ? arrival.deviceId : undefined, this.#registry.nameTaken)
    return {
      id: newId('d'),
      name,
      kind,
      state,
      tags: [],
      createdAt: now,
      lastAddress: arrival.address,
      ...(state === 'active' && { approvedAt: now }),
      ...(arrival.deviceId && { saysItIs: arrival.deviceId.slice(0, 64) }),
      ...(arrival.firmware && { firmware: arrival.firmware.slice(0, 64) }),
    }
  }

  /**
   * Removes one pending device if the limit for this address, or the limit for all addresses, is reached. It is the
   * oldest offline one within that limit. If none is offline, it is the oldest one of this address, or for the limit
   * of all addresses, the oldest one of the address that has the most pending devices.
   */
  #evictIfFull(address: string): void {
    const waiting = [...this.#registry.pending()].filter(device => device.source !== 'owner')
    const here = waiting.filter(device => addressKey(device.lastAddress ?? '') === address)
    if (here.length >= this.#limits.pendingPerAddress) return this.#evict(here)
    if (waiting.length < this.#limits.pendingInAll) return
    if (waiting.some(device => !device.connectionId)) return this.#evict(waiting)
    this.#evict(
      [...Map.groupBy(waiting, device => addressKey(device.lastAddress ?? '')).values()].reduce((most, group) =>
        group.length > most.length ? group : most,
      ),
    )
  }

  #evict(candidates: Device[]): void {
    const oldest = (devices: Device[]) =>
      devices.reduce<Device | undefined>(
        (first, device) => (first && first.createdAt <= device.createdAt ? first : device),
        undefined,
      )
    const victim = oldest(candidates.filter(device => !device.connectionId)) ?? oldest(candidates)
    if (!victim) return
    this.#onEvicted(victim)
    // If the store fails, the only effect is that the device exists again, offline, after the next start.
    this.#registry.forget([victim], false).catch(() => {})
  }
}
