import type { DeviceView, EnrolmentView, JournalEntryView } from '#protocol/api.ts'
import type { JournalFollow, LeaseView, OutcomeError, SteerOrder, ToDashboard } from '#protocol/dashboard.ts'
import type { LeaseAct, Part } from '#protocol/vocabulary.ts'
import { queryClient } from '../api/queries.ts'
import { Signal, useSignal } from '../signal.ts'
import { Devices } from './devices.ts'
import { GatewayClock } from './gateway-clock.ts'
import { GatewaySocket } from './gateway-socket.ts'
import { Pictures } from './pictures.ts'

/** How a command ended: the board acknowledged it, or why not. */
export type Outcome = { ok: true; latencyMs: number } | { ok: false; error: OutcomeError }

const nobody: LeaseView = { holder: null }

/** All that happens now, behind one socket: what the pages read, and what they can say. */
class Live {
  readonly devices = new Devices()
  readonly enrolment = new Signal<EnrolmentView | undefined>(undefined)
  /** Parts that the gateway is without at the moment. */
  readonly away = new Signal<readonly Part[]>([])
  readonly clock = new GatewayClock()
  readonly socket = new GatewaySocket({
    opened: () => this.#opened(),
    message: message => this.#hear(message),
    picture: bytes => this.pictures.picture(bytes),
    dismissed: () => void queryClient.invalidateQueries({ queryKey: ['me'] }),
  })
  readonly pictures = new Pictures(message => this.socket.send(message))
  readonly #leases = new Map<string, Signal<LeaseView>>()
  readonly #outcomes = new Map<number, (outcome: Outcome) => void>()
  readonly #readers = new Set<(entries: JournalEntryView[]) => void>()
  #following: JournalFollow | null = null
  #nextId = 1

  start(): void {
    this.socket.open()
  }

  stop(): void {
    this.socket.close()
    this.devices.forget()
    this.enrolment.set(undefined)
    this.away.set([])
  }

  lease(device: string): Signal<LeaseView> {
    let signal = this.#leases.get(device)
    if (!signal) this.#leases.set(device, (signal = new Signal(nobody)))
    return signal
  }

  claim(device: string, act: LeaseAct): void {
    this.socket.send({ type: 'lease', device, act })
  }

  /** Resolves to what became of the command. Without a line it fails at once: a command is never kept for later. */
  steer(order: Omit<SteerOrder, 'type' | 'id'>): Promise<Outcome> {
    const id = this.#nextId++
    return new Promise(resolve => {
      if (!this.socket.send({ type: 'steer', id, ...order })) resolve(lost)
      else this.#outcomes.set(id, resolve)
    })
  }

  /** One reader's filter at a time: the page one is on. */
  follow(filter: JournalFollow, read: (entries: JournalEntryView[]) => void): () => void {
    this.#following = filter
    this.#readers.add(read)
    this.socket.send({ type: 'follow', journal: filter })
    return () => {
      this.#readers.delete(read)
      if (this.#following !== filter) return
      this.#following = null
      this.socket.send({ type: 'follow', journal: null })
    }
  }

  #opened(): void {
    for (const [id, settle] of this.#outcomes) {
      this.#outcomes.delete(id)
      settle(lost)
    }
    for (const lease of this.#leases.values()) lease.set(nobody)
    this.pictures.opened()
    if (this.#following) this.socket.send({ type: 'follow', journal: this.#following })
  }

  #hear(message: ToDashboard): void {
    switch (message.type) {
      case 'hello':
        this.away.set([])
        return this.clock.hear(message.now, Date.now() - 1_000, Date.now())
      case 'pong':
        return this.clock.hear(message.now, this.socket.pingedAt, Date.now())
      case 'devices':
        return this.devices.apply(message)
      case 'cameras':
        return this.pictures.index(message.index)
      case 'entries':
        for (const read of this.#readers) read(message.entries)
        return
      case 'outcome':
        this.#outcomes.get(message.id)?.(message)
        this.#outcomes.delete(message.id)
        return
      case 'lease':
        return this.lease(message.device).set(message)
      case 'enrolment':
        return this.enrolment.set(message)
      case 'degraded':
        return this.away.set(message.away)
      default:
        // A word of a newer gateway: this page was loaded before it was updated.
        return void (message satisfies never)
    }
  }
}

const lost: Outcome = { ok: false, error: { code: 'line_lost', message: '', hint: '' } }

export const live = new Live()
export const useDevices = (): readonly DeviceView[] | undefined => useSignal(live.devices.all)
export const useDevice = (id: string): DeviceView | undefined => useSignal(live.devices.one(id))
