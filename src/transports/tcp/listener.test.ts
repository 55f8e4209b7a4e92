import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { clientFrame } from '../../../tests/support/client-frame.ts'
import { noFaults } from '../../../tests/support/faults.ts'
import * as handshakes from '../../../tests/support/handshakes.ts'
import { defaultLimits, type Limits } from '../../core/limits.ts'
import { BoardSocket } from '../ws/board-socket.ts'
import { ignoreMessages } from '../ws/message-handlers.ts'
import { Listener } from './listener.ts'
import { RawConnection } from './raw-connection.ts'

interface Seen {
  what: 'upgrade' | 'request' | string
  url?: string | undefined
  token?: string | undefined
  behind?: string
  isWire: boolean
}

/** A listener on a free port. `next` returns its events, in order. */
async function listening(
  limits: Partial<Limits> = {},
  answer = (socket: Socket, _head: Buffer): void => void socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n'),
  serves = true,
) {
  const seen: Seen[] = []
  const waiting: (() => void)[] = []
  const see = (one: Seen) => {
    seen.push(one)
    waiting.shift()?.()
  }
  const listener = new Listener(
    {
      onRequest(request, response) {
        see({ what: 'request', url: request.url, isWire: request.socket instanceof RawConnection })
        request.resume().on('end', () => response.end('hello'))
      },
      onUpgrade(handshake) {
        const { socket } = handshake
        const opened = handshake.read()
        if (!opened) return see({ what: 'left to Node', isWire: true })
        const { request, head } = opened
        const at = request.rawHeaders.indexOf('Authorization')
        const token = at < 0 ? undefined : request.rawHeaders[at + 1]
        see({
          what: 'upgrade',
          url: request.url,
          token,
          behind: head.toString(),
          isWire: socket instanceof RawConnection,
        })
        answer(socket, head)
      },
      onGarbage(socket, error) {
        see({ what: error, isWire: socket instanceof RawConnection })
        socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')
      },
    },
    { ...defaultLimits, ...limits },
    { faults: noFaults },
  )
  const port = await listener.listen({ host: '127.0.0.1', port: 0 })
  if (serves) listener.serve()
  return {
    port,
    serve: () => listener.serve(),
    held: () => listener.held,
    async next(): Promise<Seen> {
      while (seen.length === 0) await new Promise<void>(resolve => waiting.push(resolve))
      return seen.shift()!
    },
    none: () => expect(seen).toEqual([]),
    async [Symbol.asyncDispose]() {
      listener.stopAccepting()
      listener.cutAll()
      await listener.emptied(10_000)
    },
  }
}

async function dial(port: number): Promise<Socket & { text(): Promise<string> }> {
  const socket = connect(port, '127.0.0.1')
  socket.setNoDelay(true)
  await once(socket, 'connect')
  let text = ''
  socket.setEncoding('latin1').on('data', bytes => {
    text += bytes
  })
  const closed = new Promise<void>(resolve => socket.on('error', () => {}).once('close', () => resolve()))
  return Object.assign(socket, {
    async text() {
      await closed
      return text
    },
  })
}

/** Writes each piece in a TCP segment of its own, as far as a client can control that. */
async function writeInPieces(socket: Socket, text: string, bytes = 1): Promise<void> {
  for (let at = 0; at < text.length; at += bytes) {
    await new Promise(resolve => socket.write(text.slice(at, at + bytes), 'latin1', resolve))
    await new Promise(resolve => setImmediate(resolve))
  }
}

describe('a plain listener', () => {
  it('lets everybody wait until it serves, and then forgets nobody', async () => {
    await using at = await listening({}, undefined, false)
    const board = await dial(at.port)
    board.write(handshakes.pico({ port: at.port, token: 'early' }))
    const page = await dial(at.port)
    page.write('GET /early HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
    const noise = await dial(at.port)
    noise.write('early noise\r\n\r\n')
    await expect.poll(at.held).toBe(3)
    at.none()
    at.serve()
    const seen = [await at.next(), await at.next(), await at.next()]
    expect(seen.map(({ what, url, token }) => [what, url, token])).toEqual(
      expect.arrayContaining([
        ['upgrade', '/ws/pico', 'Bearer early'],
        ['request', '/early', undefined],
        ['HPE_INVALID_METHOD', undefined, undefined],
      ]),
    )
    expect(await page.text()).toContain('hello')
    for (const socket of [board, page, noise]) socket.destroy()
  })

  const shake = { port: 8765, token: 'T0ken' }

  it.each(['/ws', '/ws/pico', '/ws/esp32cam', '/ws/pico/', '/ws?auth=message'])(
    "reads a board's handshake at %s itself, with what came right behind it",
    async path => {
      await using listener = await listening()
      const board = await dial(listener.port)
      board.write(`${handshakes.pico({ ...shake, path })}\x81\x80abcd`, 'latin1')
      expect(await listener.next()).toEqual({
        what: 'upgrade',
        url: path,
        token: 'Bearer T0ken',
        behind: Buffer.from('\x81\x80abcd', 'latin1').toString(),
        isWire: true,
      })
      expect(await board.text()).toMatch(/^HTTP\/1.1 101/)
    },
  )

  it('reads one that comes byte by byte', async () => {
    await using listener = await listening()
    const board = await dial(listener.port)
    await writeInPieces(board, handshakes.pico(shake))
    expect(await listener.next()).toMatchObject({ what: 'upgrade', token: 'Bearer T0ken', behind: '' })
  })

  it("has Node judge a board's handshake with folded lines", async () => {
    await using listener = await listening()
    const board = await dial(listener.port)
    board.write(handshakes.pico(shake).replace('\r\n', '\r\nX-Folded: a\r\n b\r\n'))
    expect(await listener.next()).toMatchObject({ what: 'left to Node' })
    expect(await listener.next()).toMatchObject({ what: 'HPE_INVALID_HEADER_TOKEN' })
  })

  it.each([
    ['all of it', 'the first', (text: string) => text.replaceAll('\r\n', '\n')],
    ['its end', 'the first', (text: string) => text.replace(/\r\n\r\n$/, '\n\n')],
    ['its end', 'the second', (text: string) => text.replace(/\r\n\r\n$/, '\r\r')],
  ])("has Node judge at once a board's handshake with half line ends in %s, without %s half", async (_, __, halved) => {
    await using listener = await listening()
    const board = await dial(listener.port)
    await writeInPieces(board, halved(handshakes.pico(shake)))
    expect((await listener.next()).what).toMatch(/^HPE_/)
  })

  it("has Node read a board's handshake that grew to many kilobytes", async () => {
    await using listener = await listening()
    const board = await dial(listener.port)
    await writeInPieces(board, handshakes.esp32cam({ ...shake, reconnects: 200 }), 5_000)
    expect(await listener.next()).toMatchObject({ what: 'upgrade', token: 'Bearer T0ken' })
  })

  it('goes on reading a board whose handshake Node read, and who speaks at once', async () => {
    const { promise: heard, resolve } = Promise.withResolvers<number>()
    let bytes = 0
    await using listener = await listening({}, (socket, head) => {
      const board = new BoardSocket(
        socket,
        { key: 'x', protocol: false, head },
        { mostTextBytes: 1024, mostBytes: 2 ** 20, closeWaitMs: 1_000, cameraMessagesPerSecond: 200 },
        noFaults,
      )
      const onBinary = (picture: Buffer) => {
        bytes += picture.length
        if (bytes >= 8 * 70_000) resolve(bytes)
      }
      board.handlers = { ...ignoreMessages, onBinary, onClose: resolve }
      board.begin()
    })
    const camera = await dial(listener.port)
    const shake = handshakes.esp32cam({ token: 'T0ken', reconnects: 100 })
    const all = Buffer.concat([
      Buffer.from(shake),
      ...Array(8).fill(clientFrame({ opcode: 'binary', payload: Buffer.alloc(70_000) })),
    ])
    // After these bytes Node has begun to read the connection when the rest comes.
    await writeInPieces(camera, all.subarray(0, 9_000).toString('latin1'), 1_000)
    camera.write(all.subarray(9_000))
    expect(await heard).toBe(8 * 70_000)
  })

  it('has Node serve requests, also one after the other and byte by byte', async () => {
    await using listener = await listening()
    const person = await dial(listener.port)
    await writeInPieces(person, 'GET /ws-not HTTP/1.1\r\nHost: h\r\n\r\n')
    expect(await listener.next()).toMatchObject({ what: 'request', url: '/ws-not' })
    person.write('POST /second HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nConnection: close\r\n\r\n12345')
    expect(await listener.next()).toMatchObject({ what: 'request', url: '/second' })
    expect((await person.text()).match(/hello/g)).toHaveLength(2)
  })

  it('has Node read the handshakes of pages', async () => {
    await using listener = await listening()
    const page = await dial(listener.port)
    page.write(handshakes.pico({ ...shake, path: '/ws/view/d_1' }))
    expect(await listener.next()).toMatchObject({ what: 'upgrade', url: '/ws/view/d_1' })
  })

  it.each([
    ['says nothing', ''],
    ['stops in the middle', 'GET /ws/pico HTTP/1.1\r\nHost:'],
    ['stops within its first word', 'GE'],
  ])('sends away a board that %s, after a while', async (_, text) => {
    await using listener = await listening({ handshakeTimeoutMs: 200 })
    const board = await dial(listener.port)
    if (text) board.write(text)
    expect(await listener.next()).toMatchObject({ what: 'ERR_HTTP_REQUEST_TIMEOUT' })
    expect(await board.text()).toMatch(/^HTTP\/1.1 400/)
  })

  it('calls a handshake garbage whose board hangs up in the middle', async () => {
    await using listener = await listening()
    const board = await dial(listener.port)
    board.end('GET /ws/pico HTTP/1.1\r\nHost:')
    expect(await listener.next()).toMatchObject({ what: 'HPE_INVALID_EOF_STATE' })
  })

  it('forgets, without a word, who hangs up before the first one', async () => {
    await using listener = await listening()
    const board = await dial(listener.port)
    board.end()
    expect(await board.text()).toBe('')
    listener.none()
  })

  it('survives who resets the line, at any time', async () => {
    await using listener = await listening()
    for (const text of ['', 'GET /ws/pico HTTP/1.1\r\nHost:', 'GET / HTTP/1.1\r\n']) {
      const board = await dial(listener.port)
      if (text) await new Promise(resolve => board.write(text, resolve))
      board.resetAndDestroy()
      await board.text()
    }
    const board = await dial(listener.port)
    board.write(handshakes.pico(shake))
    let seen = await listener.next()
    // Node emits an error for a request that it had begun to read.
    while (seen.what === 'ECONNRESET') seen = await listener.next()
    expect(seen).toMatchObject({ what: 'upgrade' })
  })
})
