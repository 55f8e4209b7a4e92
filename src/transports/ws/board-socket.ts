import { hash } from 'node:crypto'
import type { Socket } from 'node:net'
import { closeCodes, type FramingErrorCode } from '#protocol/close-codes.ts'
import { atBoundary, type FaultShape, type FaultSink } from '../../core/faults/faults.ts'
import type { BoardConnection } from '../../core/sessions/board-connection.ts'
import { CameraBudget } from '../../core/sessions/camera-budget.ts'
import type { StrangerBudget } from '../../core/sessions/stranger-budget.ts'
import { closeLater, type DeferredClosing } from '../tcp/deferred-close.ts'
import { discardInput, type InputReader, RawConnection, readBytes, streamInput } from '../tcp/raw-connection.ts'
import { ignoreMessages, type MessageHandlers } from './message-handlers.ts'
import { headerText } from './message-header.ts'
import { readTurns, type TurnTaker } from './read-turns.ts'
import { Receiver, type ReceiverHandlers, wholeRead } from './receiver.ts'

const board = Symbol('board')
type WithBoard = Socket & { [board]: BoardSocket }

/** The most bytes of answers that a board may leave unread. */
const unreadBytes = 1024 * 1024
/** Decrypted bytes come in pieces of at most a TLS record. */
const recordBytes = 16 * 1024
/** Most input of a board but a camera handled at once, a few ms: this many frames, or 256 times as many bytes. */
const part = 64
/** A camera's frames are counted when a read is at least this large: pictures, or very many other messages. */
const manyBytes = 4 * 1024
/** After so many full reads in a row, half a mebibyte, a camera pauses for one turn of the loop. */
const mostFullReads = 8
const nothing = Buffer.alloc(0)
const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

/**
 * A board's WebSocket, from the 101, without ws: through its three streams the gateway answered 0.27 of the pings that
 * the C ceiling answers per CPU-second, and 0.44 with this (docs/decisions/0004-board-sockets.md). Every function here is
 * shared: no closure, timer or buffer for each board.
 */
export class BoardSocket implements BoardConnection, ReceiverHandlers, InputReader, DeferredClosing, TurnTaker {
  readonly socket: Socket
  readonly #receiver: Receiver
  readonly #closeWaitMs: number
  /** @internal */
  readonly faults: FaultSink
  readonly boundary = 'board'
  handlers: MessageHandlers = ignoreMessages
  #early: Buffer | null
  /** The 101 response, kept until it is sent together with the first message: one write instead of two. */
  #answer: string
  #closeSent = false
  #closeCode: number = closeCodes.abnormal
  #wasGarbage = false
  isCamera = false
  #camera: CameraBudget | undefined
  #fullReads = 0
  /** Whether its input waits for the disk; and whether it waits until the board has read its answers. */
  #waitsForRelease = false
  #waitsForDrain = false
  readonly #cameraMessagesPerSecond: number
  #closeTimer: NodeJS.Timeout | undefined
  #stranger: StrangerBudget | undefined
  #end: 'none' | 'seen' | 'reported' = 'none'

  /** `socket`: its handshake is valid and fully read. The 101 is sent with the first message, or else by `begin`. */
  constructor(
    socket: Socket,
    handshake: { key: string; protocol: string | false; head: Buffer },
    limits: { mostBytes: number; mostTextBytes: number; closeWaitMs: number; cameraMessagesPerSecond: number },
    faults: FaultSink,
  ) {
    this.faults = faults
    this.#closeWaitMs = limits.closeWaitMs
    this.#cameraMessagesPerSecond = limits.cameraMessagesPerSecond
    this.#receiver = new Receiver(this, limits.mostBytes, limits.mostTextBytes)
    this.socket = socket
    this.#early = handshake.head
    ;(socket as WithBoard)[board] = this
    socket.on('close', onClosed)
    if (socket instanceof RawConnection) this.#readFrom(socket)
    else socket.on('end', onEnd).on('data', onData)
    const accept = hash('sha1', handshake.key + guid, 'base64')
    const protocol = handshake.protocol ? `Sec-WebSocket-Protocol: ${handshake.protocol}\r\n` : ''
    this.#answer = `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n${protocol}\r\n`
  }

  /** Sends the 101, and passes input to `handlers` from now on, beginning with bytes right behind the handshake. */
  begin(): void {
    if (this.#answer) this.socket.write(this.#takeAnswer(), 'latin1')
    const goesOn = this.#early?.length ? this.onBytes(this.#early) : true
    this.#early = null
    if (!goesOn) this.stop()
    else if (this.socket instanceof RawConnection) this.socket.readOn()
  }

  /** The account that all received bytes count against; undefined for an approved board. */
  get stranger(): StrangerBudget | undefined {
    return this.#stranger
  }

  set stranger(stranger: StrangerBudget | undefined) {
    this.#stranger?.leave()
    this.#stranger = stranger
    this.#receiver.filter = stranger
  }

  /** Reads nothing more until `readOn`. */
  stop(): void {
    if (this.socket instanceof RawConnection) this.socket.stop()
    else this.socket.pause()
  }

  /** Resumes reading after `onBytes` or `stop` paused it. An exception must not delay others in the turn. */
  readOn(): void {
    const { socket } = this
    const goOn = () => (socket instanceof RawConnection ? socket.readOn() : void socket.resume())
    atBoundary(this.faults, 'board', goOn, () => socket.destroy())
  }

  /** Closes the socket without a Close frame. */
  destroy(): void {
    this.socket.destroy()
  }

  limitPayload(mostBytes: number): void {
    this.#receiver.mostBytes = mostBytes
  }

  /** @internal */
  get isQuiet(): boolean {
    return !this.isCamera
  }

  get bytesRead(): number {
    return this.socket.bytesRead
  }

  sendText(text: string): void {
    this.#send(0x81, text)
  }

  sendPing(payload: string): void {
    this.#send(0x89, payload)
  }

  close(code: number, reason: string): void {
    if (this.#closeSent) return
    this.#send(
      0x88,
      Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason)]).toString('latin1'),
      true,
    )
    this.#closeSent = true
    this.#closeTimer = setTimeout(destroySocket, this.#closeWaitMs, this.socket)
  }

  /** @internal */
  onBytes(bytes: Buffer): boolean {
    const stranger = this.#stranger
    if (stranger) {
      this.#receiver.partLeft = wholeRead
      if (stranger.begin(bytes.length)) this.#receiver.feed(bytes)
      return stranger.end(bytes.length)
    }
    if (this.isCamera) return this.#readCamera(bytes)
    this.#receiver.partLeft = readTurns.hasRoom ? part : wholeRead
    const isDone = this.#receiver.feed(bytes)
    if (this.#isHeld) return false
    if (isDone && bytes.length < (this.socket instanceof RawConnection ? readBytes : recordBytes)) return true
    // More input waits behind such a large read: Node would do 32 such reads before it serves any other socket.
    readTurns.wait(this)
    return false
  }

  /** Costs only one clock read for each large read, as long as most of its input is pictures. */
  #readCamera(bytes: Buffer): boolean {
    this.#receiver.partLeft = wholeRead
    if (bytes.length < manyBytes) {
      this.#receiver.feed(bytes)
      return true
    }
    const ticks = performance.now()
    this.#camera ??= new CameraBudget(this.#cameraMessagesPerSecond, ticks)
    this.#camera.begin(ticks)
    this.#receiver.filter = this.#camera
    this.#receiver.feed(bytes)
    this.#receiver.filter = this.#stranger
    if (this.#camera.hasDropped) this.handlers.onDropped?.()
    this.#fullReads =
      bytes.length < (this.socket instanceof RawConnection ? readBytes : recordBytes) ? 0 : this.#fullReads + 1
    if (!this.#camera.isLoud && this.#fullReads < mostFullReads) return true
    this.#fullReads = 0
    // The camera is read again in the next turn of the loop, even if others wait.
    setImmediate(readOn, this)
    return false
  }

  /** @internal */
  takeTurn(): void {
    atBoundary(
      this.faults,
      'board',
      () => {
        if (this.#isHeld || this.#end !== 'none') return
        this.#receiver.partLeft = part
        const isDone = this.#receiver.feed(nothing)
        if (this.#isHeld) return
        if (isDone) this.readOn()
        else readTurns.wait(this)
      },
      () => failBoard(this),
      () => this.shape(),
    )
  }

  hold(): void {
    if (this.isCamera || this.#stranger) return
    this.#waitsForRelease = true
    this.#pause()
  }

  release(): void {
    if (!this.#waitsForRelease) return
    this.#waitsForRelease = false
    readTurns.wait(this)
  }

  /** @internal */
  drained(): void {
    this.#waitsForDrain = false
    readTurns.wait(this)
  }

  get #isHeld(): boolean {
    return this.#waitsForRelease || this.#waitsForDrain
  }

  #pause(): void {
    this.#receiver.partLeft = 0
    this.stop()
  }

  /** Pauses a board that sends at full speed and does not read the answers: many small answers would cost much. */
  #awaitDrain(): void {
    if (this.#waitsForDrain || this.isCamera || this.#stranger) return
    this.#waitsForDrain = true
    this.socket.once('drain', onDrain)
    this.#pause()
  }

  takeDropped(): number {
    return this.#camera?.takeDropped() ?? 0
  }

  /** @internal The board ended its side: with nothing left to send, the socket closes without a shutdown first. */
  onEnd(): void {
    if (this.socket.writableLength === 0) this.ended()
    else this.socket.destroySoon()
  }

  onText(text: string): void {
    this.handlers.onText(text)
  }

  onBinary(bytes: Buffer): void {
    this.handlers.onBinary(bytes)
  }

  onPing(payload: Buffer): void {
    this.#send(0x8a, payload.toString('latin1'), true)
    this.handlers.onControl('ping')
  }

  onPong(): void {
    this.handlers.onControl('pong')
  }

  onTextTooLarge(bytes: number): void {
    this.handlers.onTextTooLarge(bytes)
  }

  onClose(code: number): void {
    this.#closeCode = code
    this.close(code === closeCodes.none ? closeCodes.normal : code, '')
    this.socket.end()
  }

  onGarbage(code: FramingErrorCode, what: string): void {
    this.#closeCode = code
    this.#wasGarbage = true
    this.close(code, '')
    this.socket.end()
    this.handlers.onGarbage(code, what)
  }

  /** The facts about this connection for a report. */
  shape(): FaultShape {
    return { ...this.handlers.shape, bytes: this.bytesRead }
  }

  /** @internal Closes it after an exception: its input is discarded, and its message handlers end at once. */
  failed(): void {
    const { handlers, socket } = this
    this.handlers = ignoreMessages
    readTurns.leave(this)
    if (socket instanceof RawConnection) socket.reader = discardInput
    else socket.removeListener('data', onData).resume()
    atBoundary(this.faults, 'closing', () => handlers.onFault?.())
    this.close(closeCodes.internal, 'internal')
    socket.end()
    this.handlers = { ...ignoreMessages, onClose: (code, byGateway) => handlers.onClose(code, byGateway) }
  }

  /** @internal Nothing more will be received or sent. */
  ended(): void {
    if (this.#end !== 'none') return
    this.#end = 'seen'
    closeLater(this)
  }

  /** @internal */
  finishClose(): void {
    if (this.#end !== 'seen') return
    this.#end = 'reported'
    clearTimeout(this.#closeTimer)
    this.#stranger?.leave()
    this.socket.destroy()
    this.handlers.onClose(this.#closeCode, this.#wasGarbage)
  }

  /** A connection from Node's HTTP server has been a stream until now, and may have buffered more input. */
  #readFrom(connection: RawConnection): void {
    const wasStream = connection.reader === streamInput
    connection.reader = this
    if (!wasStream) return
    const behind = connection.read() as Buffer | null
    if (behind) this.#early = Buffer.concat([this.#early!, behind])
    connection.on('end', onEnd).resume()
  }

  #takeAnswer(): string {
    const answer = this.#answer
    this.#answer = ''
    return answer
  }

  /**
   * Sends a message, after a 101 that still waits, in one socket write (field rule 7). Nearly all messages are short and
   * ASCII: Node writes such a message, as a Latin-1 string, at once and without a Buffer.
   */
  #send(first: number, text: string, isLatin1 = false): void {
    if (this.#closeSent || !this.socket.writable) return
    if (this.socket.writableLength > unreadBytes) return void this.socket.destroy()
    const length = isLatin1 ? text.length : Buffer.byteLength(text)
    const head = this.#takeAnswer() + headerText(first, length)
    const isTaken =
      isLatin1 || length === text.length
        ? this.socket.write(head + text, 'latin1')
        : this.socket.write(Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(text)]))
    if (!isTaken) this.#awaitDrain()
  }
}

const destroySocket = (socket: Socket): void => void socket.destroy()
const readOn = (boardSocket: BoardSocket): void => boardSocket.readOn()

/** The board's WebSocket on this socket; undefined if the socket did not become one. */
export const boardOn = (socket: Socket): BoardSocket | undefined => (socket as Partial<WithBoard>)[board]

// These functions catch exceptions in handling input of encrypted connections; for plain ones, `RawConnection` does.
function onData(this: Socket, bytes: Buffer): void {
  const boardSocket = (this as WithBoard)[board]
  try {
    if (!boardSocket.onBytes(bytes)) this.pause()
  } catch (error) {
    boardSocket.faults.caught('board', error, () => boardSocket.shape())
    failBoard(boardSocket)
  }
}

function onEnd(this: Socket): void {
  const boardSocket = (this as WithBoard)[board]
  atBoundary(boardSocket.faults, 'closing', () => boardSocket.onEnd(), destroySocket.bind(undefined, this))
}

function onDrain(this: Socket): void {
  const boardSocket = (this as WithBoard)[board]
  atBoundary(boardSocket.faults, 'board', () => boardSocket.drained(), destroySocket.bind(undefined, this))
}

function onClosed(this: Socket): void {
  const boardSocket = (this as WithBoard)[board]
  atBoundary(boardSocket.faults, 'closing', () => boardSocket.ended())
}

/** Closes a board's connection after an exception, whatever else fails. */
export function failBoard(boardSocket: BoardSocket): void {
  const destroy = () => boardSocket.socket.destroy()
  atBoundary(boardSocket.faults, 'closing', () => boardSocket.failed(), destroy)
}
