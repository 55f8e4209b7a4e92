import type { Angles } from '#protocol/board.ts'
import { type BoardOptions, type Firmware, type Hardware, heapBytes } from './board.ts'
import { freeHeap, picoTimestamp } from './board-clock.ts'
import type { BoardStats } from './events.ts'
import { assertName, picoRequest } from './handshake.ts'
import { messageOf, objectOf, textOf } from './read-message.ts'
import { Readings } from './readings.ts'
import { type Manner, Servos } from './servo.ts'
import type { SimulatorConnection } from './simulator-connection.ts'

export interface PicoOptions extends BoardOptions {
  /** Its name in events and stats. Default `pico-` and four letters. It is not sent to the gateway: no Pico does that. */
  readonly name?: string
  /** Sent as `X-Device-ID`, as newer firmware does. Default none, as in the field. */
  readonly deviceId?: string
  /**
   * Pause before it connects again. A real Pico has none and, refused, tries hundreds of times a second. Default 500.
   */
  readonly redialMs?: number
  /** Time between two JSON pings. Default 15,000. */
  readonly pingMs?: number
  /** Time between two readings of its sensor; 0 sends none. Default 10,000. */
  readonly sensorMs?: number
}

export interface PicoStats extends BoardStats {
  readonly angles: Angles
  /** Readings sent, counting those sent again, and readings that the gateway acknowledged. */
  readonly readingsSent: number
  readonly readingsAcknowledged: number
}

const handshakeDeadlineMs = 30_000
/** The firmware disconnects after so long without a text message: protocol pings do not count. */
const silenceLimitMs = 60_000

/** Firmware for two servos and a thermometer. It does one thing at a time: while a servo turns, it receives nothing. */
export class PicoFirmware implements Firmware {
  readonly kind = 'pico'
  readonly zeroMask = false
  readonly name: string
  readonly redialMs: number
  readonly #options: PicoOptions
  readonly #hardware: Hardware
  readonly #readings = new Readings()
  #servos: Servos
  #looks = 0
  #connections = 0
  #receivedMs = 0

  constructor(options: PicoOptions, hardware: Hardware) {
    this.#options = options
    this.#hardware = hardware
    if (options.deviceId !== undefined) assertName(options.deviceId)
    this.name = options.name ?? options.deviceId ?? `pico-${Math.random().toString(36).slice(2, 6)}`
    this.redialMs = options.redialMs ?? 500
    this.#servos = new Servos(() => hardware.uptimeMs)
  }

  get stats(): Omit<PicoStats, keyof BoardStats> {
    const { sent, acknowledged } = this.#readings
    return { angles: this.#servos.angles, readingsSent: sent, readingsAcknowledged: acknowledged }
  }

  boot(): void {
    this.#servos = new Servos(() => this.#hardware.uptimeMs)
    this.#connections = 0
    this.#readings.forget()
  }

  call(...[target, token]: Parameters<Firmware['call']>) {
    const request = picoRequest(target, token, this.#options.deviceId)
    return { request, lineByLine: true, deadlineMs: handshakeDeadlineMs }
  }

  online(connection: SimulatorConnection, token: string): void {
    const { servo1, servo2 } = this.#servos.angles
    this.#receivedMs = this.#hardware.uptimeMs
    this.#send(connection, 'connect', {
      version: '1.0.0',
      servo1_angle: servo1,
      servo2_angle: servo2,
      auth_token: `${token.slice(0, 10)}...`,
      wifi_ssid: 'Simulated',
      rssi: this.#hardware.signalDbm ?? -58 - (this.#looks % 7),
      uptime: Math.floor(this.#hardware.uptimeMs / 1000),
      connection_id: ++this.#connections,
    })
    connection.every(this.#options.pingMs ?? 15_000, () => this.#send(connection, 'ping', {}))
    connection.every(1000, () => {
      if (this.#hardware.uptimeMs - this.#receivedMs > silenceLimitMs) void connection.close()
    })
    const sensorMs = this.#options.sensorMs ?? 10_000
    if (sensorMs > 0) connection.every(sensorMs, () => this.#sendReadings(connection))
  }

  receive(connection: SimulatorConnection, text: string): void {
    this.#receivedMs = this.#hardware.uptimeMs
    const message = messageOf(text)
    if (!message) return this.#send(connection, 'log', { level: 'error', message: 'Invalid JSON received' })
    const command = objectOf(message.command)
    switch (message.type) {
      case 'connection_ack':
        return this.#hardware.admitted(textOf(message.message))
      case 'ping':
        return this.#send(connection, 'pong', {})
      case 'pong':
        return
      case 'ack':
        return this.#onAck(message)
      case 'servo':
      case 'servo_smooth':
        return this.#turn(connection, message.type, message.type === 'servo' ? 'fast' : 'smooth', command)
      case 'action':
        return this.#act(connection, textOf(command.action))
      case 'status':
        return this.#ack(connection, 'status', 'success', this.#status())
      default:
        // The firmware answers every unknown message, `error` included: a gateway that replies to the answer starts a loop.
        return this.#ack(connection, message.type === 'error' ? 'error' : 'unknown', 'ignored', textOf(message.type))
    }
  }

  #turn(connection: SimulatorConnection, type: string, manner: Manner, wanted: Record<string, unknown>): void {
    this.#hardware.say({ kind: 'command', type, detail: JSON.stringify(wanted) })
    connection.hold(this.#servos.turn(wanted, manner), () => {
      const { servo1, servo2 } = this.#servos.angles
      this.#hardware.say({ kind: 'moved', servo1, servo2 })
      this.#ack(connection, type, 'success', `servo1=${servo1} servo2=${servo2}`)
    })
  }

  #act(connection: SimulatorConnection, action: string): void {
    if (action === 'reset_position') return this.#turn(connection, 'action', 'fast', {})
    this.#hardware.say({ kind: 'command', type: 'action', detail: action })
    switch (action) {
      // The firmware reads a stop only after its move has ended, so there is nothing left to stop.
      case 'emergency_stop':
      case 'emergency_stop_smooth':
        return this.#ack(connection, 'action', 'success', action)
      case 'system_reboot':
        this.#ack(connection, 'action', 'success', action)
        return connection.after(100, () => this.#hardware.reboot())
      default:
        return this.#ack(connection, 'action', 'error', `Unknown action: ${action}`)
    }
  }

  #status() {
    const { servo1, servo2 } = this.#servos.angles
    return {
      servo1: { angle: servo1, moving: false },
      servo2: { angle: servo2, moving: false },
      memory_free: this.#memoryFree(),
      uptime: Math.floor(this.#hardware.uptimeMs / 1000),
      wifi_connected: true,
    }
  }

  #onAck(message: Record<string, unknown>): void {
    if (message.command_type !== 'sensor_data') return
    const { sequence } = message
    if (this.#readings.confirm(sequence)) this.#hardware.say({ kind: 'reading-acknowledged', sequence })
  }

  #sendReadings(connection: SimulatorConnection): void {
    this.#readings.take(this.#hardware.uptimeMs)
    for (const data of this.#readings.toSend())
      this.#send(connection, 'sensor_data', { sensor_type: 'temperature', data })
  }

  #ack(
    connection: SimulatorConnection,
    commandType: string,
    status: 'success' | 'error' | 'ignored',
    detail: unknown,
  ): void {
    this.#send(connection, 'ack', { command_type: commandType, status, detail })
  }

  #send(connection: SimulatorConnection, type: string, content: object): void {
    const timestamp = picoTimestamp(this.#hardware.uptimeMs)
    connection.text({ type, ...content, timestamp, device: 'pico', memory_free: this.#memoryFree() })
  }

  #memoryFree(): number {
    return freeHeap(heapBytes, this.#hardware.leakedBytes, this.#looks++)
  }
}
