import type { FaultSink } from '../../core/faults/faults.ts'
import { ReadScheduler } from './read-scheduler.ts'
import { type RequestHead, readRequestHead } from './request-head.ts'
import { discardInput, type InputReader, streamInput, type RawConnection } from './raw-connection.ts'

/** How a board's handshake begins. All else is Node's to read. */
const boardsBegin = 'GET /ws'
const boardsLine = /^GET \/ws(?:\/pico|\/esp32cam)?\/{0,8}[ ?]/
const longestPath = 'GET /ws/esp32cam ?'.length
/** A head as boards write it is shorter; one that grew with each reconnect is Node's. */
const mostBytes = 8 * 1024
const emptyLine = '\r\n\r\n'
/** No line of HTTP ends so: the empty line would be waited for in vain, and the board told of that instead of its mistake. */
const loneLineEnd = /[^\r]\n|\r[^\n]/g

/** A handshake, and what came behind it. */
export interface RawHandshake {
  request: RequestHead
  head: Buffer
}

export interface HandshakeReaderHandlers {
  /** A board's handshake came whole. See `take`. */
  onWhole(wire: RawConnection): void
  /** It is something else, or unusual: a stream now, whose first bytes are put back. */
  onOther(wire: RawConnection): void
}

/**
 * What a connection says first. A board's handshake is only recognised here, which takes a few microseconds, and read when
 * its turn comes: reading it costs more than dropping it, and of ten thousand that come in one moment many are dropped.
 */
export class HandshakeReader implements InputReader {
  readonly #handlers: HandshakeReaderHandlers
  readonly #attention: ReadScheduler
  readonly isQuiet = false
  readonly boundary = 'opening'

  constructor(handlers: HandshakeReaderHandlers, faults: FaultSink) {
    this.#handlers = handlers
    this.#attention = new ReadScheduler(this, faults)
  }

  /** From now on it is listened to, unless many others are. */
  begin(wire: RawConnection): void {
    this.#attention.add(wire)
  }

  /** It took too long: nothing more is heard of it. */
  giveUp(wire: RawConnection): void {
    wire.ear = discardInput
    this.#attention.remove(wire)
  }

  /** It has been closed. */
  forget(wire: RawConnection): void {
    this.#attention.remove(wire)
  }

  hear(bytes: Buffer, wire: RawConnection): boolean {
    const before = wire.heard.length
    wire.heard += bytes.toString('latin1')
    loneLineEnd.lastIndex = Math.max(0, before - 1)
    if (!mayBeBoard(wire.heard)) this.#handOver(wire)
    else if (wire.heard.includes(emptyLine, Math.max(0, before - emptyLine.length))) {
      wire.ear = waiting
      this.#attention.remove(wire)
      this.#handlers.onWhole(wire)
    } else if (wire.heard.length > mostBytes || loneLineEnd.test(wire.heard)) this.#handOver(wire)
    return true
  }

  hungUp(wire: RawConnection): void {
    if (wire.heard === '') return wire.letGo()
    this.#handOver(wire)
    wire.endReading()
  }

  /** The handshake that came whole, and what came behind it; from here on the wire is deaf. Undefined: unusual, so Node's. */
  take(wire: RawConnection): RawHandshake | undefined {
    const request = readRequestHead(wire.heard)
    if (!request) {
      this.#handOver(wire)
      return undefined
    }
    const behind =
      wire.heard.length > request.length ? Buffer.from(wire.heard.slice(request.length), 'latin1') : nothing
    wire.heard = ''
    wire.ear = discardInput
    return { request, head: behind }
  }

  #handOver(wire: RawConnection): void {
    wire.ear = streamInput
    this.#attention.remove(wire)
    wire.readOn()
    if (wire.heard) wire.unshift(Buffer.from(wire.heard, 'latin1'))
    wire.heard = ''
    this.#handlers.onOther(wire)
  }
}

/** Its handshake came whole; until it is read, what follows is kept, and not more than a socket would keep. */
const waiting: InputReader = {
  boundary: 'opening',
  // Its goodbye has to be known before its turn comes.
  isQuiet: false,
  hear(bytes, wire) {
    wire.heard += bytes.toString('latin1')
    return wire.heard.length < mostBytes
  },
  hungUp: wire => wire.letGo(),
}

function mayBeBoard(heard: string): boolean {
  if (heard.length >= longestPath) return boardsLine.test(heard)
  return heard.startsWith(boardsBegin) || boardsBegin.startsWith(heard)
}

const nothing = Buffer.alloc(0)
