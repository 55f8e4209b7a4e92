import { randomBytes } from 'node:crypto'
import type { BoardOptions, Firmware, Hardware } from './board.ts'
import type { BoardStats } from './events.ts'
import { arduinoCloseFrame, assertName, esp32camRequest } from './handshake.ts'
import { Scenes } from './picture/scenes.ts'
import { TestPicture } from './picture/test-picture.ts'
import { messageOf, objectOf, textOf } from './read-message.ts'
import { parseResolution, type Resolution } from './resolutions.ts'
import type { SimulatorConnection } from './simulator-connection.ts'

export interface Esp32CamOptions extends BoardOptions {
  /** Sent as `X-Device-ID` and drawn into the picture. Default: an invented MAC address of Espressif's range. */
  readonly name?: string
  /** Default 1,000. */
  readonly redialMs?: number
  /** Frames a second, 0.1..30. Default 10. */
  readonly fps?: number
  /** A name such as `VGA`, or `640x480`. Default VGA. */
  readonly resolution?: string
  /** JPEG quality, 1..100. Default 80, about 30 KB a VGA frame. */
  readonly quality?: number
  /** `common` ignores commands, as most boards in the field do; `newer` carries out actions. Default `newer`. */
  readonly firmware?: 'common' | 'newer'
  /** Repeat the custom headers once more at each reconnect, as sketches in the field do. Default false. */
  readonly growHeaders?: boolean
  /** Give up a handshake after 1 s, as in the field. Default false: 15 s, enough to read a refusal that is held back. */
  readonly strictDeadline?: boolean
  /** Time between two heartbeats. Default 30,000. */
  readonly heartbeatMs?: number
  /** Path of the board endpoint; older firmware uses `/ws`. Default `/ws/esp32cam`. */
  readonly path?: '/ws/esp32cam' | '/ws'
}

export interface Esp32CamStats extends BoardStats {
  readonly framesSent: number
  /** Frames skipped because the network had not taken the one before. */
  readonly framesSkipped: number
  /** Frames in the last full second. */
  readonly fps: number
  readonly photosSent: number
}

const heartbeatMs = 30_000
/** Two VGA frames: a real camera has no memory for more, and waits. */
const mostUnsentBytes = 64 * 1024

interface Settings {
  fps: number
  quality: number
  resolution: Resolution
}

/**
 * The firmware of a camera that films a test card. It streams as soon as it is connected, without a request.
 * VGA at 10 frames a second took 3% of a core of a 2-core virtual machine, drawing, encoding and sending together.
 */
export class Esp32CamFirmware implements Firmware {
  readonly kind = 'esp32cam'
  readonly zeroMask = true
  readonly name: string
  readonly redialMs: number
  readonly #options: Esp32CamOptions
  readonly #hardware: Hardware
  readonly #scenes: Scenes
  readonly #initial: Settings
  readonly #counts = { framesSent: 0, framesSkipped: 0, fps: 0, photosSent: 0 }
  #settings: Settings
  #picture: TestPicture
  #flash = false
  #attempts = 0
  #lost = 0
  #framesThisSecond = 0
  #stopStream = () => {}

  constructor(options: Esp32CamOptions, hardware: Hardware, scenes = new Scenes(1)) {
    this.#options = options
    this.#hardware = hardware
    this.#scenes = scenes
    this.name = options.name ?? macAddress()
    assertName(this.name)
    this.redialMs = options.redialMs ?? 1000
    const resolution = parseResolution(options.resolution ?? 'VGA')
    if (!resolution) throw new RangeError(`"${options.resolution}" is no resolution: write VGA or 640x480`)
    const fps = options.fps ?? 10
    if (!validFps(fps)) throw new RangeError(`${fps} frames a second are not within 0.1..30`)
    this.#initial = { fps, quality: options.quality ?? 80, resolution }
    this.#settings = { ...this.#initial }
    this.#picture = this.#look(this.#settings.quality)
  }

  get stats(): Omit<Esp32CamStats, keyof BoardStats> {
    return { ...this.#counts }
  }

  boot(): void {
    this.#attempts = 0
    this.#flash = false
    this.#settings = { ...this.#initial }
    this.#picture = this.#look(this.#settings.quality)
  }

  call(...[target, token]: Parameters<Firmware['call']>) {
    const repeats = this.#options.growHeaders ? ++this.#attempts : 1
    const request = esp32camRequest(target, token, this.name, this.#options.path ?? '/ws/esp32cam', repeats)
    const deadlineMs = this.#options.strictDeadline ? 1000 : 15_000
    return { request, lineByLine: false, deadlineMs, parting: arduinoCloseFrame }
  }

  online(connection: SimulatorConnection, token: string): void {
    connection.text({ type: 'connection', status: 'connected', device: 'ESP32CAM', token })
    connection.every(this.#options.heartbeatMs ?? heartbeatMs, () => {
      const { uptimeMs, signalDbm } = this.#hardware
      const more = signalDbm === undefined ? {} : { rssi: signalDbm }
      connection.text({ type: 'heartbeat', timestamp: uptimeMs, device: 'ESP32CAM', ...more })
    })
    connection.every(1000, () => {
      this.#counts.fps = this.#framesThisSecond
      this.#framesThisSecond = 0
      connection.text({ type: 'log', message: `FPS: ${this.#counts.fps.toFixed(2)}` })
    })
    this.#stream(connection)
  }

  receive(connection: SimulatorConnection, text: string): void {
    const message = messageOf(text)
    if (message?.type === 'connection_ack') return this.#hardware.admitted(textOf(message.message))
    if (message?.type !== 'action' || this.#options.firmware === 'common') return
    const command = objectOf(message.command)
    this.#hardware.say({ kind: 'command', type: 'action', detail: JSON.stringify(command) })
    this.#act(connection, textOf(command.action), command)
  }

  #act(connection: SimulatorConnection, action: string, command: Record<string, unknown>): void {
    const value = command[action] ?? command.value
    switch (action) {
      case 'capture_photo':
        return this.#photo(connection, command)
      case 'flash_on':
      case 'flash_off':
        this.#flash = action === 'flash_on'
        return log(connection, action)
      case 'camera_reset':
        this.#counts.fps = 0
        return connection.hold(1000, () => log(connection, 'Camera reset'))
      case 'system_reboot':
        log(connection, 'Rebooting')
        return connection.after(100, () => this.#hardware.reboot())
      case 'frame_rate':
        return this.#change(connection, action, validFps(value) && { fps: value })
      case 'quality':
        return this.#change(connection, action, validQuality(value) && { quality: value })
      case 'resolution': {
        const resolution = parseResolution(value)
        return this.#change(connection, action, resolution !== undefined && { resolution })
      }
      default:
        return log(connection, `Unknown action: ${action}`, 'warning')
    }
  }

  #change(connection: SimulatorConnection, action: string, change: Partial<Settings> | false): void {
    if (!change) return log(connection, `Invalid ${action}`, 'error')
    Object.assign(this.#settings, change)
    this.#picture = this.#look(this.#settings.quality)
    log(connection, `${action} set`)
    this.#stream(connection)
  }

  #photo(connection: SimulatorConnection, { quality, flash }: Record<string, unknown>): void {
    const picture = validQuality(quality) ? this.#look(quality) : this.#picture
    const jpeg = picture.jpeg(Date.now(), this.#counts.framesSent, flash === true || this.#flash)
    connection.binary(jpeg)
    connection.text({ type: 'photo_sent', size: jpeg.length })
    this.#counts.photosSent++
  }

  /** Starts a stream at the present rate and ends an earlier one. */
  #stream(connection: SimulatorConnection): void {
    this.#stopStream()
    this.#stopStream = connection.every(1000 / this.#settings.fps, () => this.#frame(connection))
  }

  #frame(connection: SimulatorConnection): void {
    if (connection.unsentBytes > mostUnsentBytes) {
      this.#counts.framesSkipped++
      return
    }
    const { oneOf } = this.#hardware
    if (oneOf > 1 && ++this.#lost % oneOf !== 0) {
      this.#counts.framesSkipped++
      return
    }
    const [width, height] = this.#settings.resolution
    const counter = ++this.#counts.framesSent
    const jpeg = this.#picture.jpeg(Date.now(), counter, this.#flash)
    const size = jpeg.length
    const timestamp = this.#hardware.uptimeMs
    connection.text({ type: 'frame', size, width, height, timestamp, fps: this.#counts.fps, device: 'ESP32CAM' })
    connection.binary(jpeg)
    this.#framesThisSecond++
    this.#hardware.say({ kind: 'frame-sent', counter, size, width, height })
  }

  #look(quality: number): TestPicture {
    return new TestPicture(this.#scenes.get(...this.#settings.resolution, quality), this.name)
  }
}

function validFps(value: unknown): value is number {
  return typeof value === 'number' && value >= 0.1 && value <= 30
}

function validQuality(value: unknown): value is number {
  return typeof value === 'number' && value >= 1 && value <= 100
}

function log(connection: SimulatorConnection, message: string, level = 'info'): void {
  connection.text({ type: 'log', message, level })
}

function macAddress(): string {
  return `24:6F:28:${randomBytes(3).toString('hex').toUpperCase().match(/../g)!.join(':')}`
}
