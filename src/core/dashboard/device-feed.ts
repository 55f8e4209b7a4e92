import type { DeviceView, EnrolmentView } from '#protocol/api.ts'
import { type Cancel, type Clock, every } from '../clock.ts'
import type { Device } from '../devices/device.ts'
import type { DeviceRegistry } from '../devices/device-registry.ts'
import { atBoundary, type FaultSink } from '../faults/faults.ts'

/** Changes are collected for this long, in ms, and sent together. */
export const feedEveryMs = 250
/** Devices checked per turn for facts that change without an event: each at least every 2 s, with up to 4,000. */
const lookedAtLeast = 64
const lookedAtMost = 500
const turnsForAll = 8

export interface DeviceChange {
  device: Device
  view: DeviceView
}

export interface FeedListener {
  onDevices(changed: readonly DeviceChange[], deleted: readonly string[]): void
  onEnrolment(view: EnrolmentView): void
  /** Called when one of the other two methods threw: the listener cannot continue. */
  onFault(): void
}

/** Collects changes of devices once for all open pages, and only while a page is open. */
export class DeviceFeed {
  readonly #registry: Pick<DeviceRegistry, 'all' | 'get' | 'onChange' | 'size'>
  readonly #clock: Clock
  readonly #viewOf: (device: Device) => DeviceView
  readonly #enrolmentOf: () => EnrolmentView
  readonly #faults: FaultSink
  readonly #listeners = new Set<FeedListener>()
  readonly #known = new Map<string, string>()
  readonly #dirty = new Set<string>()
  #round: string[] = []
  #enrolment = ''
  #stop: Cancel | undefined

  constructor(parts: {
    registry: Pick<DeviceRegistry, 'all' | 'get' | 'onChange' | 'size'>
    clock: Clock
    view: (device: Device) => DeviceView
    enrolment: () => EnrolmentView
    faults: FaultSink
  }) {
    this.#registry = parts.registry
    this.#clock = parts.clock
    this.#viewOf = parts.view
    this.#enrolmentOf = parts.enrolment
    this.#faults = parts.faults
  }

  /** Every device as it is now. */
  all(): DeviceChange[] {
    return [...this.#registry.all()].map(device => ({ device, view: this.#viewOf(device) }))
  }

  enrolment(): EnrolmentView {
    return this.#enrolmentOf()
  }

  /** Sends changes to `listener`. Returns the function that stops it. */
  join(listener: FeedListener): () => void {
    this.#listeners.add(listener)
    this.#stop ??= this.#start()
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size > 0) return
      this.#stop?.()
      this.#stop = undefined
    }
  }

  #start(): Cancel {
    this.#dirty.clear()
    this.#known.clear()
    for (const { view } of this.all()) this.#known.set(view.id, fingerprint(view))
    this.#round = []
    this.#enrolment = JSON.stringify(this.#enrolmentOf())
    const ignore = this.#registry.onChange(device => this.#dirty.add(device.id))
    const stop = every(this.#clock, feedEveryMs, () => atBoundary(this.#faults, 'feed', () => this.#turn()))
    return () => {
      stop()
      ignore()
    }
  }

  #turn(): void {
    if (this.#round.length === 0) this.#round = [...this.#known.keys()]
    const share = Math.min(lookedAtMost, Math.max(lookedAtLeast, Math.ceil(this.#known.size / turnsForAll)))
    for (const id of this.#round.splice(-share)) this.#dirty.add(id)
    const changed: DeviceChange[] = []
    const deleted: string[] = []
    for (const id of this.#dirty) {
      const device = this.#registry.get(id)
      if (!device) {
        if (this.#known.delete(id)) deleted.push(id)
        continue
      }
      atBoundary(this.#faults, 'feed', () => {
        const view = this.#viewOf(device)
        const now = fingerprint(view)
        if (this.#known.get(id) === now) return
        this.#known.set(id, now)
        changed.push({ device, view })
      })
    }
    this.#dirty.clear()
    if (changed.length > 0 || deleted.length > 0) this.#notify(listener => listener.onDevices(changed, deleted))
    const enrolment = this.#enrolmentOf()
    const text = JSON.stringify(enrolment)
    if (text === this.#enrolment) return
    this.#enrolment = text
    this.#notify(listener => listener.onEnrolment(enrolment))
  }

  #notify(about: (listener: FeedListener) => void): void {
    for (const listener of this.#listeners)
      atBoundary(
        this.#faults,
        'page',
        () => about(listener),
        () => listener.onFault(),
      )
  }
}

/** The fields whose difference counts as a change: a new `lastSeen` alone does not. */
const fingerprint = ({ lastSeen: _seen, lastFrame, uptime: _uptime, ...view }: DeviceView): string =>
  JSON.stringify({ ...view, hasPicture: lastFrame !== null })
