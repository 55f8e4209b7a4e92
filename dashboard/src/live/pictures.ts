import type { FromDashboard } from '#protocol/dashboard.ts'
import { readPictureHead } from '#protocol/picture-head.ts'
import type { CameraRate } from '#protocol/vocabulary.ts'
import { Signal } from '../signal.ts'
import type { Drawn } from './painter.ts'
import { PainterHost } from './painter-host.ts'

/** The latest picture of a camera on this page, and the rate of drawn pictures over the last 2 s. */
export interface CameraPicture extends Drawn {
  fps: number
}

/**
 * The page's camera subscriptions and their rates. A hidden page subscribes to none. Every drawn picture is reported to
 * the gateway, which sends the next ones by these credits, so that pictures do not queue up on the way.
 */
export class Pictures {
  readonly #send: (message: FromDashboard) => boolean
  readonly #wanted = new Map<string, CameraRate[]>()
  readonly #lastPictures = new Map<string, Signal<CameraPicture | undefined>>()
  readonly #drawnAt = new Map<string, number[]>()
  #devices = new Map<number, string>()
  #painter: PainterHost | undefined
  #requested = '[]'
  #soon: ReturnType<typeof setTimeout> | undefined

  constructor(send: (message: FromDashboard) => boolean) {
    this.#send = send
    document.addEventListener('visibilitychange', () => this.#request())
  }

  get painter(): PainterHost {
    return (this.#painter ??= new PainterHost(all => {
      for (const drawn of all) this.#drawn(drawn)
    }))
  }

  lastPicture(device: string): Signal<CameraPicture | undefined> {
    let signal = this.#lastPictures.get(device)
    if (!signal) this.#lastPictures.set(device, (signal = new Signal<CameraPicture | undefined>(undefined)))
    return signal
  }

  /** Subscribes to the pictures of a camera until the returned function is called. */
  want(device: string, rate: CameraRate): () => void {
    this.#wanted.set(device, [...(this.#wanted.get(device) ?? []), rate])
    this.#requestSoon()
    return () => {
      const rates = [...(this.#wanted.get(device) ?? [])]
      rates.splice(rates.indexOf(rate), 1)
      if (rates.length > 0) this.#wanted.set(device, rates)
      else this.#wanted.delete(device)
      this.#requestSoon()
    }
  }

  /** A new connection has no subscriptions yet. */
  opened(): void {
    this.#requested = '[]'
    this.#devices = new Map()
    this.#request()
  }

  index(index: Record<string, number>): void {
    this.#devices = new Map(Object.entries(index).map(([device, camera]) => [camera, device]))
  }

  picture(message: ArrayBuffer): void {
    const head = readPictureHead(new DataView(message))
    if (!head) return
    const device = this.#devices.get(head.camera)
    if (device === undefined || document.hidden) {
      this.#send({ type: 'drawn', camera: head.camera, sequence: head.sequence })
      return
    }
    this.painter.paint(device, head, message)
  }

  #drawn(drawn: Drawn): void {
    this.#send({ type: 'drawn', camera: drawn.camera, sequence: drawn.sequence })
    if (drawn.width === 0) return
    const now = performance.now()
    const times = [...(this.#drawnAt.get(drawn.device) ?? []).filter(at => now - at < 2_000), now]
    this.#drawnAt.set(drawn.device, times)
    this.lastPicture(drawn.device).set({ ...drawn, fps: times.length / 2 })
  }

  // Tiles enter and leave the screen in whole rows: the delay sends all changes of a row in one message.
  #requestSoon(): void {
    clearTimeout(this.#soon)
    this.#soon = setTimeout(() => this.#request(), 40)
  }

  #request(): void {
    const cameras = document.hidden
      ? []
      : [...this.#wanted]
          .map(([device, rates]) => ({
            device,
            rate: rates.includes('full') ? ('full' as const) : ('thumbnail' as const),
          }))
          .sort((a, b) => (a.device < b.device ? -1 : 1))
    const wanted = JSON.stringify(cameras)
    if (wanted === this.#requested) return
    if (this.#send({ type: 'watch', cameras })) this.#requested = wanted
  }
}
