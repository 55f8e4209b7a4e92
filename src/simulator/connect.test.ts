import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ConnectRequest, connect } from './connect.ts'
import { arduinoCloseFrame, esp32camRequest, picoRequest } from './handshake.ts'
import { parseTarget, type Target } from './target.ts'

const forever = new AbortController().signal
const accepted =
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n'

/** A server that records what it receives and sends what the test chooses, byte for byte. */
let door: ReturnType<typeof createServer>
let target: Target
let heard: Buffer[]
let answer: (socket: Socket) => void
let finished: Promise<string>

beforeEach(async () => {
  heard = []
  answer = socket => socket.write(accepted)
  let finish = (_: string) => {}
  finished = new Promise(resolve => {
    finish = resolve
  })
  door = createServer(socket => {
    socket.on('error', () => {})
    socket.on('data', (chunk: Buffer) => {
      const before = text().includes('\r\n\r\n')
      heard.push(chunk)
      if (!before && text().includes('\r\n\r\n')) answer(socket)
    })
    socket.on('close', () => finish(text()))
  })
  door.listen(0, '127.0.0.1')
  await once(door, 'listening')
  target = parseTarget(`http://127.0.0.1:${(door.address() as AddressInfo).port}`)
})

afterEach(() => void door.close())

function text(): string {
  return Buffer.concat(heard).toString('latin1')
}

function call(request: string[], more: Partial<ConnectRequest> = {}): ConnectRequest {
  return { request, lineByLine: false, deadlineMs: 5000, ...more }
}

describe('the handshake of a virtual board', () => {
  it('is that of a Pico W, header by header', async () => {
    const { socket } = await connect(target, call(picoRequest(target, 'T'), { lineByLine: true }), forever)
    socket.destroy()
    const host = `127.0.0.1:${target.port}`
    expect(text().replace(/Key: \S{22}==/, 'Key: K')).toBe(
      [
        'GET /ws/pico HTTP/1.1',
        `Host: ${host}`,
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Key: K',
        'Sec-WebSocket-Version: 13',
        `Origin: http://${host}`,
        'User-Agent: MicroPython',
        'Authorization: Bearer T',
        '\r\n',
      ].join('\r\n'),
    )
  })

  it('is that of an ESP32-CAM, header by header', async () => {
    const request = esp32camRequest(target, 'T', '24:6F:28:00:00:01', '/ws/esp32cam')
    const { socket } = await connect(target, call(request), forever)
    socket.destroy()
    expect(text()).toBe(
      [
        'GET /ws/esp32cam HTTP/1.1',
        'Host: 127.0.0.1',
        'Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==',
        'Authorization: Bearer T',
        'X-Device-Type: ESP32CAM',
        'X-Device-ID: 24:6F:28:00:00:01',
        'X-Device-Version: 1.0.0',
        'X-Connection-Type: WebSocket',
        'Upgrade: websocket',
        'Connection: Upgrade',
        'Sec-WebSocket-Version: 13',
        'User-Agent: TinyWebsockets Client',
        'Origin: https://github.com/gilmaimon/TinyWebsockets',
        '\r\n',
      ].join('\r\n'),
    )
  })

  it('leaves out port 80 and keeps a path that a proxy put before', () => {
    const [request, host] = picoRequest(parseTarget('http://example.org/gate/'), 'T')
    expect([request, host]).toEqual(['GET /gate/ws/pico HTTP/1.1', 'Host: example.org'])
  })

  it('adds five headers for each repeat', () => {
    const lines = (repeats: number) => esp32camRequest(target, 'T', 'id', '/ws', repeats).length
    expect(lines(40) - lines(1)).toBe(39 * 5)
  })

  it('hands over what came right behind the 101', async () => {
    answer = socket => socket.write(`${accepted}early`)
    const { socket, rest } = await connect(target, call(['GET / HTTP/1.1']), forever)
    socket.destroy()
    expect(rest.toString()).toBe('early')
  })

  it('understands a 101 that comes byte by byte', async () => {
    answer = async socket => {
      socket.setNoDelay()
      for (const letter of accepted) {
        socket.write(letter)
        await new Promise(setImmediate)
      }
    }
    const { socket } = await connect(target, call(['GET / HTTP/1.1']), forever)
    socket.destroy()
  })

  it('turns a refusal into its status, code, sentence and hint, and parts as the Arduino library does', async () => {
    const body = '{"status":"error","code":"token_missing","message":"No token.","hint":"Send one."}'
    answer = socket =>
      socket.end(`HTTP/1.1 401 Unauthorized\r\nContent-Length: ${body.length}\r\nRetry-After: 7\r\n\r\n${body}`)
    await expect(
      connect(target, call(['GET / HTTP/1.1'], { parting: arduinoCloseFrame }), forever),
    ).rejects.toMatchObject({
      status: 401,
      code: 'token_missing',
      message: 'No token.',
      hint: 'Send one.',
      retryAfterMs: 7000,
    })
    expect((await finished).endsWith(arduinoCloseFrame.toString('latin1'))).toBe(true)
  })

  it('reads a refusal in chunks and one without words', async () => {
    answer = socket =>
      socket.end('HTTP/1.1 502 Bad\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{"message":"No"}\r\n0\r\n\r\n')
    await expect(connect(target, call(['GET / HTTP/1.1']), forever)).rejects.toMatchObject({
      status: 502,
      message: 'No',
    })
    answer = socket => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
    heard = []
    await expect(connect(target, call(['GET / HTTP/1.1']), forever)).rejects.toMatchObject({
      status: 403,
      message: 'The door answered 403',
    })
  })

  it('does not take an upgrade that the Arduino library would not understand', async () => {
    answer = socket => socket.write(accepted.replace('Connection: Upgrade', 'Connection: keep-alive, Upgrade'))
    await expect(connect(target, call(['GET / HTTP/1.1']), forever)).rejects.toMatchObject({ status: 101 })
  })

  it('gives up after its deadline, and at once when switched off or hung up on', async () => {
    answer = () => {}
    await expect(connect(target, call(['GET / HTTP/1.1'], { deadlineMs: 50 }), forever)).rejects.toThrow('within 50 ms')
    await finished
    const power = new AbortController()
    heard = []
    answer = () => power.abort()
    await expect(connect(target, call(['GET / HTTP/1.1']), power.signal)).rejects.toThrow('Switched off')
    heard = []
    answer = socket => socket.destroy()
    await expect(connect(target, call(['GET / HTTP/1.1']), forever)).rejects.toThrow()
  })

  it('says so when nobody is there', async () => {
    door.close()
    await once(door, 'close')
    await expect(connect(target, call(['GET / HTTP/1.1']), forever)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })
})

describe('a gateway’s URL', () => {
  it('may be http, https, ws, wss or bare', () => {
    expect(parseTarget('ws://gate:8080')).toEqual({ secure: false, host: 'gate', port: 8080, prefix: '' })
    expect(parseTarget('https://gate')).toMatchObject({ secure: true, port: 443 })
    expect(parseTarget('localhost:3000')).toMatchObject({ secure: false, host: 'localhost', port: 3000 })
    expect(parseTarget('http://[::1]:3000')).toMatchObject({ host: '::1', port: 3000 })
    expect(() => parseTarget('ftp://gate')).toThrow('"ftp://gate"')
    expect(() => parseTarget('')).toThrow(RangeError)
  })
})
