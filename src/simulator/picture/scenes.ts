import { Scene } from './scene.ts'

/** A scene holds about three bytes a pixel: an owner who tries every quality must not fill the memory. */
const KEPT = 4

/** Scenes by size and quality, so that cameras that look alike share one. */
export class Scenes {
  readonly #slotMs: number
  readonly #kept = new Map<string, Scene>()

  /** `slotMs`: the interval at which a scene moves. */
  constructor(slotMs: number) {
    this.#slotMs = slotMs
  }

  get(width: number, height: number, quality: number): Scene {
    const key = `${width}x${height}@${quality}`
    const scene = this.#kept.get(key) ?? new Scene(width, height, quality, this.#slotMs)
    // Deleting it and setting it again makes it the youngest: the scene that was not used for longest is removed.
    this.#kept.delete(key)
    this.#kept.set(key, scene)
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= KEPT) break
      this.#kept.delete(oldest)
    }
    return scene
  }
}
