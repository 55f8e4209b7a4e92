import type { FromDashboard } from '#protocol/dashboard.ts'
import { readPictureHead } from '#protocol/picture-head.ts'
import type { CameraRate } from '#protocol/vocabulary.ts'
import { Signal } from '../signal.ts'
import type { Drawn } from './painter.ts'
import { PainterHost } from './painter-host.ts'

/** The latest picture of a camera on this page, and how many were drawn in the last second. */
export interface CameraPicture extends Drawn {
  fps: number
}

/**
 * Which cameras the page looks at, and at what rate. A hidden page looks at none. Every frame drawn gives the gateway
 * its credit back, so what is on the screen is never older than the network makes it.
 */
export class Pictures {
  readonly #send: (message: FromDashboard) => boolean
  readonly #wishes = new Map<string, CameraRate[]>()
  readonly #sights = new Map<string, Signal<CameraPicture | undefined>>()
  readonly #drawnAt = new Map<string, number[]>()
  #devices = new Map<number, string>()
  #easel: PainterHost | undefined
  #asked = '[]'
  #soon: ReturnType<typeof setTimeout> | undefined

  constructor(send: (message: FromDashboard) => boolean) {
    this.#send = send
    document.addEventListener('visibilitychange', () => this.#ask())
  }

  get painter(): PainterHost {
    return (this.#easel ??= new PainterHost(all => this.#drawnTogether(all)))
  }

  lastPicture(device: string): Signal<CameraPicture | undefined> {
    let signal = this.#sights.get(device)
    if (!signal) this.#sights.set(device, (signal = new Signal<CameraPicture | undefined>(undefined)))
    return signal
  }

  /** Wants pictures of a camera until the returned function is called. */
  want(device: string, rate: CameraRate): () => void {
    this.#wishes.set(device, [...(this.#wishes.get(device) ?? []), rate])
    this.#askSoon()
    return () => {
      const rates = [...(this.#wishes.get(device) ?? [])]
      rates.splice(rates.indexOf(rate), 1)
      if (rates.length > 0) this.#wishes.set(device, rates)
      else this.#wishes.delete(device)
      this.#askSoon()
    }
  }

  /** A new line knows nothing of what was asked on the old one. */
  opened(): void {
    this.#asked = '[]'
    this.#devices = new Map()
    this.#ask()
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

  #drawnTogether(all: Drawn[]): void {
    for (const drawn of all) this.#drawn(drawn)
  }

  #drawn(drawn: Drawn): void {
    this.#send({ type: 'drawn', camera: drawn.camera, sequence: drawn.sequence })
    if (drawn.width === 0) return
    const now = performance.now()
    const times = [...(this.#drawnAt.get(drawn.device) ?? []).filter(at => now - at < 2_000), now]
    this.#drawnAt.set(drawn.device, times)
    this.lastPicture(drawn.device).set({ ...drawn, fps: times.length / 2 })
  }

  // Tiles come and go in bunches: one message for all of them.
  #askSoon(): void {
    clearTimeout(this.#soon)
    this.#soon = setTimeout(() => this.#ask(), 40)
  }

  #ask(): void {
    const cameras = document.hidden
      ? []
      : [...this.#wishes]
          .map(([device, rates]) => ({
            device,
            rate: rates.includes('full') ? ('full' as const) : ('thumbnail' as const),
          }))
          .sort((a, b) => (a.device < b.device ? -1 : 1))
    const wanted = JSON.stringify(cameras)
    if (wanted === this.#asked) return
    if (this.#send({ type: 'watch', cameras })) this.#asked = wanted
  }
}
