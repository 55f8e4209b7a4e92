import type { EnrolmentView, JournalEntryView } from '#protocol/api.ts'
import {
  type FromDashboard,
  fromDashboard,
  type JournalFollow,
  type SteerOrder,
  type ToDashboard,
} from '#protocol/dashboard.ts'
import type { PictureHead } from '#protocol/picture-head.ts'
import { type CameraRate, isStop, type LeaseAct } from '#protocol/vocabulary.ts'
import { DarvazaError, errorBody, type FailureCode } from '../../errors/errors.ts'
import { authorize, dashboardWords, type Principal, reaches } from '../access/access.ts'
import type { Cancel, Clock } from '../clock.ts'
import type { Device } from '../devices/device.ts'
import type { DeviceRegistry } from '../devices/device-registry.ts'
import { reachesRow } from '../devices/journal-access.ts'
import type { Reader } from '../diagnosis/diagnosis-text.ts'
import { atBoundary, type FaultSink } from '../faults/faults.ts'
import type { CameraStreams } from '../frames/camera-streams.ts'
import { isOfKind, type JournalRow } from '../journal/entry.ts'
import type { JournalSource } from '../journal/journal-ports.ts'
import { parseJson } from '../json.ts'
import type { Limits } from '../limits.ts'
import type { ControlLeases } from '../steering/control-leases.ts'
import type { Steering } from '../steering/steering.ts'
import { StoreFailure } from '../store-failure.ts'
import type { StoreHealth } from '../store-health.ts'
import { CameraSubscription } from './camera-subscription.ts'
import type { DeviceChange, DeviceFeed, FeedListener } from './device-feed.ts'

/** The part of a page's socket that its session uses. */
export interface PageConnection {
  say(message: ToDashboard): void
  show(head: PictureHead, jpeg: Buffer): void
  /** Ends the connection with the close code of `why`. */
  close(why: FailureCode): void
}

export interface PageSessionParts {
  version: string
  clock: Clock
  limits: Pick<Limits, 'viewersPerCamera' | 'pagesPerPerson'>
  registry: DeviceRegistry
  streams: CameraStreams
  steering: Steering
  leases: ControlLeases
  journal: JournalSource
  health: Pick<StoreHealth, 'away' | 'onChange'>
  feed: DeviceFeed
  entryView: (row: JournalRow, reader: Reader) => JournalEntryView
  faults: FaultSink
}

export type PersonPrincipal = Extract<Principal, { role: unknown }>

/** Journal rows are sent together at this interval, in ms, and at most so many: no person reads faster. */
const entriesEveryMs = 100
const entriesAtMost = 500
/** The most orders of one page that may wait for boards at once. */
const ordersAtMost = 16

/** One open page of one person: the cameras and journal that it shows, and its steering. Has no socket of its own. */
export class PageSession implements FeedListener {
  readonly person: PersonPrincipal
  readonly #parts: PageSessionParts
  readonly #connection: PageConnection
  #reader: Reader
  readonly #cameras = new Map<string, number>()
  #wanted = new Map<string, CameraRate>()
  readonly #subscriptions = new Map<string, CameraSubscription>()
  readonly #visible = new Set<string>()
  readonly #leave: (() => void)[] = []
  #following: JournalFollow | null = null
  #entries: JournalEntryView[] = []
  #entriesLater: Cancel | undefined
  #orders = 0
  #isClosed = false
  /** When the page last sent a message other than a ping: a visible page draws, and a hidden page only pings. */
  touchedTicks: number

  constructor(person: PersonPrincipal, connection: PageConnection, reader: Reader, parts: PageSessionParts) {
    this.person = person
    this.#connection = connection
    this.#reader = reader
    this.#parts = parts
    this.touchedTicks = parts.clock.ticks()
    const { id, label, role, grants } = person
    const { feed, leases, journal, health, clock, version } = parts
    this.#connection.say({
      type: 'hello',
      now: clock.now(),
      version,
      person: { id, name: label, role, grants: grants ? [...grants] : null },
    })
    const devices = feed.all().filter(({ device }) => this.#sees(device))
    for (const { view } of devices) this.#visible.add(view.id)
    this.#connection.say({ type: 'devices', all: true, devices: devices.map(({ view }) => view) })
    if (authorize(person, 'enrolment.read')) this.onEnrolment(feed.enrolment())
    if (health.away.length > 0) this.#sendAway()
    for (const deviceId of leases.held()) this.#sendLease(deviceId)
    this.#leave.push(
      feed.join(this),
      leases.onChange(deviceId => this.#at(() => this.#sendLease(deviceId))),
      journal.follow(row => this.#at(() => this.#onRow(row))),
      health.onChange(() => this.#at(() => this.#sendAway())),
    )
  }

  #sendAway(): void {
    this.#connection.say({ type: 'degraded', away: [...this.#parts.health.away] })
  }

  /** Runs a callback of this page: an exception closes this page with 1011, and no other. */
  #at(act: () => void): void {
    atBoundary(this.#parts.faults, 'page', act, () => this.#connection.close('internal'))
  }

  /**
   * Handles one message of the page. A message of unknown form comes from another version of the page, and is ignored.
   */
  receive(text: string): void {
    let message: FromDashboard | undefined
    try {
      message = fromDashboard.safeParse(parseJson(text)).data
    } catch {}
    if (!message || this.#isClosed) return
    if (message.type !== 'ping') this.touchedTicks = this.#parts.clock.ticks()
    switch (message.type) {
      case 'watch':
        return this.#watch(new Map(message.cameras.map(({ device, rate }) => [device, rate])))
      case 'drawn':
        return this.#drawn(message.camera, message.sequence)
      case 'follow':
        this.#following = message.journal
        // The person chose this language on the page; the handshake request named the browser's own language.
        this.#reader = { ...this.#reader, language: message.journal?.language ?? this.#reader.language }
        return
      case 'steer':
        this.#steer(message).catch(error => this.#at(() => rethrow(error)))
        return
      case 'lease':
        return this.#lease(message.device, message.act)
      case 'ping':
        return this.#connection.say({ type: 'pong', id: message.id, now: this.#parts.clock.now() })
      default:
        return message satisfies never
    }
  }

  /**
   * Checks the page's person against `now`: the page is closed if the person's session ended or rights changed. While
   * the store is unavailable, the page stays open.
   */
  check(now: Principal | FailureCode): void {
    if (this.#isClosed || now === 'store_unavailable') return
    if (typeof now === 'string' || now.type !== 'person' || now.id !== this.person.id)
      return this.#connection.close('session_missing')
    const { role, grants } = this.person
    if (now.role !== role || JSON.stringify(now.grants) !== JSON.stringify(grants))
      this.#connection.close('access_changed')
  }

  /** Closes the page. */
  dismiss(why: FailureCode): void {
    this.#connection.close(why)
  }

  /** Called when a change could not be sent to the page. */
  onFault(): void {
    this.#connection.close('internal')
  }

  /** Called when the page has closed. */
  onClosed(): void {
    this.#isClosed = true
    const subscriptions = [...this.#subscriptions.values()].map(subscription => () => subscription.leave())
    for (const leave of [...this.#leave.splice(0), ...subscriptions]) atBoundary(this.#parts.faults, 'closing', leave)
    this.#subscriptions.clear()
    this.#entriesLater?.()
  }

  onDevices(changed: readonly DeviceChange[], deleted: readonly string[]): void {
    const seen = changed.filter(({ device }) => this.#sees(device))
    const hidden = changed.filter(({ device }) => !this.#sees(device)).map(({ view }) => view.id)
    const removed = [...deleted, ...hidden].filter(id => this.#visible.delete(id))
    for (const { view } of seen) this.#visible.add(view.id)
    if (seen.length > 0 || removed.length > 0)
      this.#connection.say({
        type: 'devices',
        devices: seen.map(({ view }) => view),
        ...(removed.length > 0 && { removed }),
      })
    for (const { device } of seen) if (this.#wanted.has(device.id)) this.#look(device)
  }

  onEnrolment(view: EnrolmentView): void {
    if (authorize(this.person, 'enrolment.read')) this.#connection.say({ type: 'enrolment', ...view })
  }

  #sees(device: Device): boolean {
    return device.state !== 'removed' && authorize(this.person, 'device.read', device)
  }

  #reached(idOrName: string): Device | undefined {
    const device = this.#parts.registry.find(idOrName)
    return device && reaches(this.person, device) ? device : undefined
  }

  #watch(wanted: Map<string, CameraRate>): void {
    const known = new Map<string, CameraRate>()
    const index: Record<string, number> = {}
    for (const [id, rate] of wanted) {
      const device = this.#reached(id)
      if (!device || !authorize(this.person, dashboardWords.watch, device) || this.#cameras.size > 0xffff) continue
      known.set(device.id, rate)
      const camera = this.#cameras.get(device.id) ?? this.#cameras.size
      this.#cameras.set(device.id, camera)
      index[device.id] = camera
    }
    this.#wanted = known
    for (const [id, subscription] of this.#subscriptions) {
      if (known.has(id)) continue
      subscription.leave()
      this.#subscriptions.delete(id)
    }
    // The page needs the list of its cameras before the first picture comes.
    this.#connection.say({ type: 'cameras', index })
    for (const id of known.keys()) this.#look(this.#parts.registry.get(id))
  }

  /** Begins to show a requested camera, or changes its rate. A camera that is not approved is not shown. */
  #look(device: Device | undefined): void {
    const rate = device && this.#wanted.get(device.id)
    const camera = device && this.#cameras.get(device.id)
    if (!device || !rate || camera === undefined) return
    const subscription = this.#subscriptions.get(device.id)
    if (subscription) {
      subscription.rate = rate
      return
    }
    if (device.state !== 'active') return
    const { streams, clock, limits } = this.#parts
    const stream = streams.of(device.id)
    if (stream.viewers >= limits.viewersPerCamera) return
    const fresh: CameraSubscription = new CameraSubscription(stream, {
      camera,
      rate,
      clock,
      show: (head, jpeg) => this.#connection.show(head, jpeg),
      mayStay: () => authorize(this.person, dashboardWords.watch, device),
      onGone: reason => {
        this.#subscriptions.delete(device.id)
        if (reason === 'failed') this.#connection.close('internal')
      },
    })
    this.#subscriptions.set(device.id, fresh)
  }

  #drawn(camera: number, sequence: number): void {
    for (const [id, subscription] of this.#subscriptions)
      if (this.#cameras.get(id) === camera) return subscription.drawn(sequence)
  }

  #onRow(row: JournalRow): void {
    const filter = this.#following
    if (!filter || !authorize(this.person, dashboardWords.follow)) return
    const device = row.deviceId === undefined ? undefined : this.#parts.registry.get(row.deviceId)
    if (!reachesRow(this.person, device)) return
    if (filter.kind !== undefined && ![filter.kind].flat().some(asked => isOfKind(row.kind, asked))) return
    if (filter.device !== undefined && (device === undefined || this.#reached(filter.device) !== device)) return
    this.#entries.push(this.#parts.entryView(row, this.#reader))
    if (this.#entries.length > entriesAtMost) this.#entries.shift()
    this.#entriesLater ??= this.#parts.clock.after(entriesEveryMs, () => {
      this.#entriesLater = undefined
      this.#at(() => this.#connection.say({ type: 'entries', entries: this.#entries.splice(0) }))
    })
  }

  #lease(idOrName: string, act: LeaseAct): void {
    const device = this.#reached(idOrName)
    if (!device) return
    try {
      if (!authorize(this.person, dashboardWords.lease, device)) throw new DarvazaError('forbidden')
      this.#parts.leases.act(device.id, this.#steerer, act, this.person.role === 'owner')
    } catch (error) {
      if (!(error instanceof DarvazaError)) throw error
      // The page may show another state of the lease, so the true one is sent.
      this.#sendLease(device.id)
    }
  }

  #sendLease(deviceId: string): void {
    const device = this.#parts.registry.get(deviceId)
    if (!device || !this.#sees(device)) return
    const lease = this.#parts.leases.of(deviceId)
    const holder = lease ? { ...lease.holder, you: lease.holder.id === this.person.id } : null
    this.#connection.say({ type: 'lease', device: deviceId, holder, ...(lease?.askedBy && { askedBy: lease.askedBy }) })
  }

  get #steerer(): { id: string; name: string } {
    return { id: this.person.id, name: this.person.label }
  }

  async #steer({ id, device: idOrName, action, servo1, servo2, smooth, ttlMs }: SteerOrder): Promise<void> {
    if (this.#orders >= ordersAtMost) return this.#failed(id, 'rate_limited')
    this.#orders++
    try {
      const device = this.#reached(idOrName)
      if (!device) throw new DarvazaError('device_not_found')
      if (!authorize(this.person, dashboardWords.steer, device)) throw new DarvazaError('forbidden')
      const { leases, steering } = this.#parts
      // Every person may send a stop, which does not take the lease.
      if (action === undefined || !isStop(action)) leases.act(device.id, this.#steerer, 'take', false)
      const outcome =
        action === undefined
          ? await steering.servo(this.person, device, { servo1, servo2, smooth, ttlMs })
          : await steering.action(this.person, device, { action }, ttlMs)
      if (!this.#isClosed)
        this.#connection.say({ type: 'outcome', id, ok: true, latencyMs: outcome.latencyMs, ack: outcome.ack })
    } catch (error) {
      if (error instanceof DarvazaError) return this.#failed(id, error.code)
      if (error instanceof StoreFailure) return this.#failed(id, 'store_unavailable')
      this.#parts.faults.caught('page', error)
      this.#failed(id, 'internal')
    } finally {
      this.#orders--
    }
  }

  #failed(id: number, code: FailureCode): void {
    if (this.#isClosed) return
    const { message, hint } = errorBody(code, this.#reader.language)
    this.#connection.say({ type: 'outcome', id, ok: false, error: { code, message, hint } })
  }
}

function rethrow(error: unknown): never {
  throw error
}
