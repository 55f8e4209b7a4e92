import type { Clock } from '../clock.ts'
import type { Limits } from '../limits.ts'
import type { BoardConnection } from './board-connection.ts'
import { pingText } from './gateway-messages.ts'
import type { KeptAlive } from './keep-alive-wheel.ts'

/** The parts that all kept-alive connections share. */
export interface KeepAliveHost {
  readonly clock: Clock
  readonly limits: Limits
}

/**
 * The keep-alive part of a board's connection: sends pings, measures round trips, and detects a dead connection.
 * It has no timer of its own: one wheel for all boards calls `keepAlive`.
 */
export abstract class KeptAliveConnection<Host extends KeepAliveHost> implements KeptAlive {
  protected readonly host: Host
  protected readonly connection: BoardConnection
  /** The place on the keep-alive wheel, set by the wheel alone. */
  spoke = 0
  lastInboundTicks: number
  /** When the gateway last sent a ping; its answers to inbound messages do not count. */
  lastPingTicks: number
  roundTripMs: number | undefined
  #bytesSeen: number
  #pingTicks = 0
  #protocolPingTicks = 0

  constructor(connection: BoardConnection, host: Host) {
    this.connection = connection
    this.host = host
    this.lastInboundTicks = host.clock.ticks()
    this.lastPingTicks = this.lastInboundTicks
    this.#bytesSeen = connection.bytesRead
  }

  abstract get closed(): boolean

  /** Called for each message received. */
  protected abstract onReceived(): void

  /** Called when an answer took longer than `stallMs`. */
  protected abstract onStall(roundTripMs: number): void

  /** Sends a ping. The wheel alternates `turn`, so that the two kinds never leave back to back. */
  keepAlive(turn: 'text' | 'protocol'): void {
    if (this.closed) return
    this.lastPingTicks = this.host.clock.ticks()
    if (turn === 'text') {
      this.#pingTicks = this.lastPingTicks
      this.connection.sendText(pingText(this.host.clock.now()))
    } else {
      // The first of several unanswered pings counts: its answer shows how long the board did not answer.
      if (this.#protocolPingTicks === 0) this.#protocolPingTicks = this.lastPingTicks
      this.connection.sendPing('dvz')
    }
  }

  /** Whether no byte was received for `deadAfterMs`. Part of a frame counts too: it shows that the board is alive. */
  isDead(ticks: number): boolean {
    if (this.connection.bytesRead !== this.#bytesSeen) this.received(ticks)
    return ticks - this.lastInboundTicks >= this.host.limits.deadAfterMs
  }

  /** Called when a protocol ping or pong was received. */
  onControl(kind: 'ping' | 'pong'): void {
    if (this.closed) return
    const ticks = this.host.clock.ticks()
    this.received(ticks)
    if (kind === 'pong' && this.#protocolPingTicks > 0) {
      this.measureRoundTrip(ticks - this.#protocolPingTicks)
      this.#protocolPingTicks = 0
    }
  }

  /** Called when a text pong was received. */
  protected onTextPong(): void {
    if (this.#pingTicks > 0) this.measureRoundTrip(this.lastInboundTicks - this.#pingTicks)
    this.#pingTicks = 0
  }

  protected received(ticks: number): void {
    this.lastInboundTicks = ticks
    this.#bytesSeen = this.connection.bytesRead
    this.onReceived()
  }

  /** Not a `#` method, because a class with such a method has a brand that costs 8 bytes in every session. */
  protected measureRoundTrip(roundTripMs: number): void {
    this.roundTripMs = roundTripMs
    if (roundTripMs >= this.host.limits.stallMs) this.onStall(roundTripMs)
  }
}
