import type { PictureHead } from '#protocol/picture-head.ts'
import type { CameraRate } from '#protocol/vocabulary.ts'
import type { Cancel, Clock } from '../clock.ts'
import type { CameraStream, DropReason, StreamReader, Viewer } from '../frames/camera-stream.ts'
import type { Frame } from '../frames/frame.ts'

/** The most pictures of one camera that are sent to a page and not drawn yet. */
export const inFlightMost = 2
/** The time between two pictures of a thumbnail, in ms. */
export const thumbnailEveryMs = 1_000

/**
 * One camera on one page. The page confirms drawn pictures, and at most `inFlightMost` are sent unconfirmed. The
 * waiting picture is always the newest: a slow page shows fewer pictures, not older ones.
 */
export class CameraSubscription implements Viewer {
  readonly #camera: number
  readonly #clock: Clock
  readonly #show: (head: PictureHead, jpeg: Buffer) => void
  readonly #onGone: (reason: DropReason) => void
  readonly mayStay: () => boolean
  readonly #stream: CameraStream
  #rate: CameraRate
  #reader: StreamReader | undefined
  #sequence = 0
  #sentTicks = Number.NEGATIVE_INFINITY
  #inFlight: number[] = []
  /** Requests the next picture from the stream; called when fewer than `inFlightMost` are in flight. */
  #next: (() => void) | undefined
  #later: Cancel | undefined

  constructor(
    stream: CameraStream,
    parts: {
      camera: number
      rate: CameraRate
      clock: Clock
      show: (head: PictureHead, jpeg: Buffer) => void
      mayStay: () => boolean
      /** Called when the camera was removed, could not be shown, or may no longer be viewed. */
      onGone: (reason: DropReason) => void
    },
  ) {
    this.#stream = stream
    this.#camera = parts.camera
    this.#rate = parts.rate
    this.#clock = parts.clock
    this.#show = parts.show
    this.mayStay = parts.mayStay
    this.#onGone = parts.onGone
    this.#reader = stream.join(this)
  }

  set rate(rate: CameraRate) {
    if (rate === this.#rate) return
    this.#rate = rate
    this.#later?.()
    this.#later = undefined
    this.#go()
  }

  /** Called when the page has drawn this picture and all pictures before it. */
  drawn(sequence: number): void {
    this.#inFlight = this.#inFlight.filter(sent => sent > sequence)
    // The stream drops a page that has drawn nothing for long: the subscription then joins again.
    this.#reader ??= this.#stream.join(this)
    this.#go()
  }

  leave(): void {
    this.#later?.()
    this.#later = undefined
    this.#next = undefined
    this.#reader?.leave()
    this.#reader = undefined
  }

  deliver(frame: Frame, sent: () => void): void {
    const ticks = this.#clock.ticks()
    const sequence = (this.#sequence = (this.#sequence + 1) >>> 0)
    this.#sentTicks = ticks
    this.#inFlight.push(sequence)
    this.#show(
      {
        camera: this.#camera,
        sequence,
        receivedAt: frame.receivedAt,
        addedMs: Math.max(0, ticks - frame.receivedTicks),
      },
      frame.jpeg,
    )
    this.#next = sent
    this.#go()
  }

  drop(reason: DropReason): void {
    this.leave()
    if (reason !== 'too-slow') this.#onGone(reason)
  }

  #go(): void {
    if (!this.#next || this.#inFlight.length >= inFlightMost || this.#later) return
    const wait = this.#rate === 'thumbnail' ? this.#sentTicks + thumbnailEveryMs - this.#clock.ticks() : 0
    if (wait > 0) {
      this.#later = this.#clock.after(wait, () => {
        this.#later = undefined
        this.#go()
      })
      return
    }
    const next = this.#next
    this.#next = undefined
    next()
  }
}
