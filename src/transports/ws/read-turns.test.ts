import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ClientFrame, clientFrame } from '../../../tests/support/client-frame.ts'
import { noFaults } from '../../../tests/support/faults.ts'
import * as handshakes from '../../../tests/support/handshakes.ts'
import { defaultLimits } from '../../core/limits.ts'
import { Listener } from '../tcp/listener.ts'
import { BoardSocket } from './board-socket.ts'
import { ignoreMessages } from './message-handlers.ts'

let port: number
let listener: Listener
const boards: BoardSocket[] = []
beforeAll(async () => {
  listener = new Listener(
    {
      onRequest() {},
      onUpgrade(whole) {
        const { socket } = whole
        const handshake = { key: 'x', protocol: false as const, head: whole.read()!.head }
        const limits = { mostTextBytes: 1e6, mostBytes: 1e6, closeWaitMs: 1_000, cameraMessagesPerSecond: 200 }
        boards.push(new BoardSocket(socket, handshake, limits, noFaults))
        boards.at(-1)!.begin()
      },
      onGarbage() {},
    },
    defaultLimits,
    { faults: noFaults },
  )
  port = await listener.listen({ host: '127.0.0.1', port: 0 })
  listener.serve()
})
afterAll(() => {
  listener.stopAccepting()
  listener.cutAll()
})

async function dial(): Promise<{ client: Socket; board: BoardSocket }> {
  const client = connect(port, '127.0.0.1')
  client.write(handshakes.pico({ port, token: 'T0ken' }))
  await once(client, 'data')
  return { client: client.resume(), board: boards.at(-1)! }
}

const many = (count: number, frame: ClientFrame) => Buffer.concat(Array(count).fill(clientFrame(frame)))

/**
 * How many frames of a flood are handled, and how many bytes of it are read, before the message that another board
 * sends meanwhile.
 */
async function heardBefore(flood: Buffer, isCamera = false): Promise<{ frames: number; bytes: number; all: number }> {
  const [loud, good] = [await dial(), await dial()]
  const before = loud.board.bytesRead
  let frames = 0
  const onFrame = () => {
    if (++frames === 1) good.client.write(clientFrame({ payload: 'hello' }))
  }
  const over = new Promise<void>(resolve => {
    const onText = (text: string) => (text === 'end' ? resolve() : onFrame())
    loud.board.handlers = { ...ignoreMessages, onText, onControl: onFrame, onBinary: onFrame, onDropped: () => {} }
  })
  const heard = new Promise<{ frames: number; bytes: number }>(resolve => {
    good.board.handlers = { ...ignoreMessages, onText: () => resolve({ frames, bytes: loud.board.bytesRead - before }) }
  })
  loud.board.isCamera = isCamera
  loud.client.write(flood)
  const result = await heard
  if (!isCamera) {
    loud.client.write(clientFrame({ payload: 'end' }))
    await over
  }
  for (const { client } of [loud, good]) client.destroy()
  return { ...result, all: frames }
}

describe('a board at full speed', () => {
  it.each<[string, ClientFrame]>([
    ['empty texts', { payload: '' }],
    ['pings', { opcode: 'ping' }],
    ['empty binary messages', { opcode: 'binary' }],
  ])('of %s is heard in parts, all of it, and another in between', async (_, frame) => {
    const { frames, all } = await heardBefore(many(8_000, frame))
    expect(frames).toBeLessThanOrEqual(5 * 64)
    expect(all).toBe(8_000)
  })

  it('of texts is heard in parts of some kilobytes', async () => {
    const { frames, all } = await heardBefore(many(100, { payload: '1'.repeat(5_000) }))
    expect(frames).toBeLessThanOrEqual(5 * 4)
    expect(all).toBe(100)
  })

  it.each<[string, ClientFrame]>([
    ['empty texts', { payload: '' }],
    ['pings', { opcode: 'ping' }],
    ['empty binary messages', { opcode: 'binary' }],
  ])('that is a camera of %s is never made to wait, and its surplus is dropped', async (_, frame) => {
    const { frames, bytes } = await heardBefore(many(150_000, frame), true)
    expect(frames).toBeLessThanOrEqual(400)
    expect(bytes).toBeLessThanOrEqual(4 * 64 * 1024)
  })

  it('that is a camera of large pictures leaves the loop to others every half mebibyte', async () => {
    const { bytes } = await heardBefore(many(300, { opcode: 'binary', payload: new Uint8Array(60_000) }), true)
    expect(bytes).toBeLessThanOrEqual(3 * 512 * 1024)
  })

  it('that reads no answer is not heard further until it does', async () => {
    const { client, board } = await dial()
    let pings = 0
    const over = new Promise<void>(resolve => {
      board.handlers = { ...ignoreMessages, onControl: () => void pings++, onText: () => resolve() }
    })
    client.pause()
    const asked = 200_000
    const question = clientFrame({ opcode: 'ping', payload: 'x'.repeat(100) })
    for (let sent = 0; sent < asked; sent += 1_000) client.write(Buffer.concat(Array(1_000).fill(question)))
    client.write(clientFrame({ payload: 'end' }))
    while (!board.socket.writableNeedDrain) await new Promise(setImmediate)
    const heard = pings
    for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate)
    expect(pings).toBe(heard)
    expect(board.socket.writableLength).toBeLessThan(128 * 1024)
    client.resume()
    await over
    expect(pings).toBe(asked)
    client.destroy()
  })
})
