import { Canvas, ink } from './canvas.ts'
import { letterHeight, letterWidth } from './font.ts'
import { night, paper, type Scene, sand } from './scene.ts'

const lamp = ink('#fff3c4')

/** One camera's view of a scene: the shared test card above, the camera's name and its frame counter below. */
export class TestPicture {
  readonly scene: Scene
  readonly #name: string
  readonly #own: Canvas

  constructor(scene: Scene, name: string) {
    this.scene = scene
    this.#own = new Canvas(scene.width, scene.height - scene.ownStrip * scene.encoder.stripHeight)
    const room = Math.floor(scene.width / (letterWidth * scene.smallScale)) - 12
    this.#name = name.slice(0, Math.max(0, room))
  }

  /**
   * Returns the picture as a JPEG. The counter is drawn into it, so pictures with different counters differ. `timeMs`:
   * milliseconds since 1970. `flash`: a lit lamp is drawn.
   */
  jpeg(timeMs: number, counter: number, flash = false): Buffer {
    this.#paint(counter, flash)
    const { encoder } = this.scene
    const own = Array.from({ length: encoder.stripCount - this.scene.ownStrip }, (_, i) =>
      encoder.strip(this.#own.planes, i),
    )
    return encoder.join([...this.scene.at(timeMs), ...own])
  }

  #paint(counter: number, flash: boolean): void {
    const { width, height } = this.#own.planes
    const scale = this.scene.smallScale
    const top = (height - letterHeight * scale) >> 1
    const number = `#${String(counter).padStart(6, '0')}`
    this.#own.rect(0, 0, width, height, night)
    this.#own.text(4 * scale, top, this.#name, scale, paper)
    const left = width - (number.length * letterWidth + 3) * scale
    this.#own.text(left, top, number, scale, sand)
    if (flash) this.#own.disc(left - 6 * scale, height / 2 - 0.5, 3 * scale, lamp)
  }
}
