import type { Socket } from 'node:net'
import type { FaultSink } from '../../core/faults/faults.ts'
import { discardInput, type InputReader, type RawConnection, streamInput } from './raw-connection.ts'
import { ReadScheduler } from './read-scheduler.ts'
import { type RequestHead, readRequestHead } from './request-head.ts'

/** The beginning of a board's handshake. Node reads everything else. */
const boardsBegin = 'GET /ws'
const boardsLine = /^GET \/ws(?:\/pico|\/esp32cam)?\/{0,8}[ ?]/
const longestPath = 'GET /ws/esp32cam ?'.length
/** A board's request head is shorter, unless it has grown with each reconnect: then Node reads it. */
const mostBytes = 8 * 1024
const emptyLine = '\r\n\r\n'
/** A lone CR or LF ends no HTTP line. Node refuses it at once and names the fault; waiting here would time out. */
const loneLineEnd = /[^\r]\n|\r[^\n]/g

/** The head of a handshake, parsed, and the bytes that came behind it. */
export interface RawHandshake {
  request: RequestHead
  head: Buffer
}

/** A completely received handshake. It waits for its turn unparsed, as parsing it costs more than dropping it. */
export interface WholeHandshake {
  readonly socket: Socket
  /** When its socket was accepted, on the monotonic clock. */
  readonly acceptedTicks: number
  /** Parses it, once. Undefined for an unusual request: Node's parser reads it, and it is queued once more. */
  read(): RawHandshake | undefined
}

export interface HandshakeReaderHandlers {
  onWhole(handshake: WholeHandshake): void
  /** The request is no board's handshake, or unusual: the connection is now a stream, with its first bytes put back. */
  onOther(connection: RawConnection): void
}

/**
 * Takes the first input of every raw connection. It only recognises a board's handshake, which takes a few
 * microseconds, and parses it when its turn comes: parsing costs more than dropping, and many of ten thousand that come
 * in one moment are dropped.
 */
export class HandshakeReader implements InputReader {
  readonly #handlers: HandshakeReaderHandlers
  readonly #scheduler: ReadScheduler
  readonly isQuiet = false
  readonly boundary = 'opening'

  constructor(handlers: HandshakeReaderHandlers, faults: FaultSink) {
    this.#handlers = handlers
    this.#scheduler = new ReadScheduler(this, faults)
  }

  /** Reads a new connection, at once unless many others are read. */
  begin(connection: RawConnection): void {
    this.#scheduler.add(connection)
  }

  /** Discards the input of a connection that took too long. */
  giveUp(connection: RawConnection): void {
    connection.reader = discardInput
    this.#scheduler.remove(connection)
  }

  /** The connection is closed. */
  forget(connection: RawConnection): void {
    this.#scheduler.remove(connection)
  }

  onBytes(bytes: Buffer, connection: RawConnection): boolean {
    const before = connection.received.length
    connection.received += bytes.toString('latin1')
    loneLineEnd.lastIndex = Math.max(0, before - 1)
    if (!mayBeBoard(connection.received)) this.#handOver(connection)
    else if (connection.received.includes(emptyLine, Math.max(0, before - emptyLine.length))) {
      connection.reader = waiting
      this.#scheduler.remove(connection)
      this.#handlers.onWhole(new UnreadHandshake(this, connection))
    } else if (connection.received.length > mostBytes || loneLineEnd.test(connection.received))
      this.#handOver(connection)
    return true
  }

  onEnd(connection: RawConnection): void {
    if (connection.received === '') return connection.closeLater()
    this.#handOver(connection)
    connection.endReading()
  }

  /** Parses a complete handshake; further input is discarded. Undefined: it is unusual, so Node parses it. */
  read(connection: RawConnection): RawHandshake | undefined {
    const request = readRequestHead(connection.received)
    if (!request) {
      this.#handOver(connection)
      return undefined
    }
    const behind =
      connection.received.length > request.length
        ? Buffer.from(connection.received.slice(request.length), 'latin1')
        : nothing
    connection.received = ''
    connection.reader = discardInput
    return { request, head: behind }
  }

  #handOver(connection: RawConnection): void {
    connection.reader = streamInput
    this.#scheduler.remove(connection)
    connection.readOn()
    if (connection.received) connection.unshift(Buffer.from(connection.received, 'latin1'))
    connection.received = ''
    this.#handlers.onOther(connection)
  }
}

/** A handshake whose text is still held by its connection. */
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

/** Keeps the input behind a complete handshake until the handshake is parsed, and stops reading at `mostBytes`. */
const waiting: InputReader = {
  boundary: 'opening',
  // Reading goes on, so that an end of the connection is noticed before the handshake's turn comes.
  isQuiet: false,
  onBytes(bytes, connection) {
    connection.received += bytes.toString('latin1')
    return connection.received.length < mostBytes
  },
  onEnd: connection => connection.closeLater(),
}

function mayBeBoard(received: string): boolean {
  if (received.length >= longestPath) return boardsLine.test(received)
  return received.startsWith(boardsBegin) || boardsBegin.startsWith(received)
}

const nothing = Buffer.alloc(0)
