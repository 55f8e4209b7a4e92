import type { DeviceView, EnrolmentView, JournalEntryView } from '#protocol/api.ts'
import type { JournalFollow, LeaseView, OutcomeError, SteerOrder, ToDashboard } from '#protocol/dashboard.ts'
import type { LeaseAct, Part } from '#protocol/vocabulary.ts'
import { queryClient } from '../api/queries.ts'
import { Signal, useSignal } from '../signal.ts'
import { Devices } from './devices.ts'
import { GatewayClock } from './gateway-clock.ts'
import { GatewaySocket } from './gateway-socket.ts'
import { Pictures } from './pictures.ts'

/** The result of a command: acknowledged by the board, or the reason why not. */
export type Outcome = { ok: true; latencyMs: number } | { ok: false; error: OutcomeError }

const freeLease: LeaseView = { holder: null }

/** Receives the live data of all pages over one socket, and sends the pages' commands over it. */
class Live {
  readonly devices = new Devices()
  readonly enrolment = new Signal<EnrolmentView | undefined>(undefined)
  /** Parts of the gateway that do not work at the moment. */
  readonly away = new Signal<readonly Part[]>([])
  readonly clock = new GatewayClock()
  readonly socket = new GatewaySocket({
    opened: () => this.#opened(),
    message: message => this.#receive(message),
    picture: bytes => this.pictures.picture(bytes),
    sessionEnded: () => void queryClient.invalidateQueries({ queryKey: ['me'] }),
  })
  readonly pictures = new Pictures(message => this.socket.send(message))
  readonly #leases = new Map<string, Signal<LeaseView>>()
  readonly #outcomes = new Map<number, (outcome: Outcome) => void>()
  readonly #readers = new Set<(entries: JournalEntryView[]) => void>()
  #journalFilter: JournalFollow | null = null
  #nextId = 1

  start(): void {
    this.socket.open()
  }

  stop(): void {
    this.socket.close()
    this.devices.clear()
    this.enrolment.set(undefined)
    this.away.set([])
  }

  lease(device: string): Signal<LeaseView> {
    let signal = this.#leases.get(device)
    if (!signal) this.#leases.set(device, (signal = new Signal(freeLease)))
    return signal
  }

  claim(device: string, act: LeaseAct): void {
    this.socket.send({ type: 'lease', device, act })
  }

  /** Sends a command and resolves to its result. Without a connection the command fails at once: it is never queued. */
  steer(order: Omit<SteerOrder, 'type' | 'id'>): Promise<Outcome> {
    const id = this.#nextId++
    return new Promise(resolve => {
      if (!this.socket.send({ type: 'steer', id, ...order })) resolve(lost)
      else this.#outcomes.set(id, resolve)
    })
  }

  /** Follows the journal with one filter at a time, because only one page is shown at a time. */
  follow(filter: JournalFollow, read: (entries: JournalEntryView[]) => void): () => void {
    this.#journalFilter = filter
    this.#readers.add(read)
    this.socket.send({ type: 'follow', journal: filter })
    return () => {
      this.#readers.delete(read)
      if (this.#journalFilter !== filter) return
      this.#journalFilter = null
      this.socket.send({ type: 'follow', journal: null })
    }
  }

  #opened(): void {
    for (const [id, settle] of this.#outcomes) {
      this.#outcomes.delete(id)
      settle(lost)
    }
    for (const lease of this.#leases.values()) lease.set(freeLease)
    this.pictures.opened()
    if (this.#journalFilter) this.socket.send({ type: 'follow', journal: this.#journalFilter })
  }

  #receive(message: ToDashboard): void {
    switch (message.type) {
      case 'hello':
        this.away.set([])
        return this.clock.addSample(message.now, Date.now() - 1_000, Date.now())
      case 'pong':
        return this.clock.addSample(message.now, this.socket.pingedAt, Date.now())
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
        // A message type of a newer gateway: this page was loaded before the update.
        return void (message satisfies never)
    }
  }
}

const lost: Outcome = { ok: false, error: { code: 'line_lost', message: '', hint: '' } }

export const live = new Live()
export const useDevices = (): readonly DeviceView[] | undefined => useSignal(live.devices.all)
export const useDevice = (id: string): DeviceView | undefined => useSignal(live.devices.one(id))
