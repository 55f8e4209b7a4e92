import type { Socket } from 'node:net'
import type { FaultSink } from '../../core/faults/faults.ts'
import { discardInput, type InputReader, type RawConnection, streamInput } from './raw-connection.ts'
import { ReadScheduler } from './read-scheduler.ts'
import { type RequestHead, readRequestHead } from './request-head.ts'

/** How a board's handshake begins. All else is Node's to read. */
const boardsBegin = 'GET /ws'
const boardsLine = /^GET \/ws(?:\/pico|\/esp32cam)?\/{0,8}[ ?]/
const longestPath = 'GET /ws/esp32cam ?'.length
/** A head as boards write it is shorter; one that grew with each reconnect is Node's. */
const mostBytes = 8 * 1024
const emptyLine = '\r\n\r\n'
/** No line of HTTP ends so: the empty line would be waited for in vain, and the board told of that instead of its mistake. */
const loneLineEnd = /[^\r]\n|\r[^\n]/g

/** The head of a handshake, parsed, and the bytes that came behind it. */
export interface RawHandshake {
  request: RequestHead
  head: Buffer
}

/** A handshake that came whole. It waits for its turn unread, as reading it costs more than dropping it. */
export interface WholeHandshake {
  readonly socket: Socket
  /** When its socket was accepted, on the monotonic clock. */
  readonly acceptedTicks: number
  /** Reads it, once. Undefined: it is unusual, so Node's parser reads it, and it comes whole once more. */
  read(): RawHandshake | undefined
}

export interface HandshakeReaderHandlers {
  onWhole(handshake: WholeHandshake): void
  /** It is something else, or unusual: a stream now, whose first bytes are put back. */
  onOther(connection: RawConnection): void
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
  begin(connection: RawConnection): void {
    this.#attention.add(connection)
  }

  /** It took too long: nothing more is heard of it. */
  giveUp(connection: RawConnection): void {
    connection.reader = discardInput
    this.#attention.remove(connection)
  }

  /** It has been closed. */
  forget(connection: RawConnection): void {
    this.#attention.remove(connection)
  }

  hear(bytes: Buffer, connection: RawConnection): boolean {
    const before = connection.heard.length
    connection.heard += bytes.toString('latin1')
    loneLineEnd.lastIndex = Math.max(0, before - 1)
    if (!mayBeBoard(connection.heard)) this.#handOver(connection)
    else if (connection.heard.includes(emptyLine, Math.max(0, before - emptyLine.length))) {
      connection.reader = waiting
      this.#attention.remove(connection)
      this.#handlers.onWhole(new UnreadHandshake(this, connection))
    } else if (connection.heard.length > mostBytes || loneLineEnd.test(connection.heard)) this.#handOver(connection)
    return true
  }

  hungUp(connection: RawConnection): void {
    if (connection.heard === '') return connection.letGo()
    this.#handOver(connection)
    connection.endReading()
  }

  /** Parses a handshake that came whole; what comes from now on is discarded. Undefined: unusual, so Node's to parse. */
  read(connection: RawConnection): RawHandshake | undefined {
    const request = readRequestHead(connection.heard)
    if (!request) {
      this.#handOver(connection)
      return undefined
    }
    const behind =
      connection.heard.length > request.length ? Buffer.from(connection.heard.slice(request.length), 'latin1') : nothing
    connection.heard = ''
    connection.reader = discardInput
    return { request, head: behind }
  }

  #handOver(connection: RawConnection): void {
    connection.reader = streamInput
    this.#attention.remove(connection)
    connection.readOn()
    if (connection.heard) connection.unshift(Buffer.from(connection.heard, 'latin1'))
    connection.heard = ''
    this.#handlers.onOther(connection)
  }
}

/** A handshake whose text its connection still holds. */
class UnreadHandshake implements WholeHandshake {
  readonly socket: RawConnection
  readonly #reader: HandshakeReader

  constructor(reader: HandshakeReader, connection: RawConnection) {
    this.#reader = reader
    this.socket = connection
  }

  get acceptedTicks(): number {
    return this.socket.acceptedTicks
  }

  read(): RawHandshake | undefined {
    return this.#reader.read(this.socket)
  }
}

/** Its handshake came whole; until it is read, what follows is kept, and not more than a socket would keep. */
const waiting: InputReader = {
  boundary: 'opening',
  // Its goodbye has to be known before its turn comes.
  isQuiet: false,
  hear(bytes, connection) {
    connection.heard += bytes.toString('latin1')
    return connection.heard.length < mostBytes
  },
  hungUp: connection => connection.letGo(),
}

function mayBeBoard(heard: string): boolean {
  if (heard.length >= longestPath) return boardsLine.test(heard)
  return heard.startsWith(boardsBegin) || boardsBegin.startsWith(heard)
}

const nothing = Buffer.alloc(0)
