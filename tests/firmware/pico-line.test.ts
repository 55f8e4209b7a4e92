import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { type BoardEvent, folder, interpreters, Program } from './programs.ts'
import { type Line, refusal, scripted } from './scripted.ts'

const run = fileURLToPath(new URL('../../firmware/pico/host/run.py', import.meta.url))

const servo = (event: BoardEvent) => event.event === 'servo'
const turned = (board: Program) => board.events.all.filter(servo).length

for (const { name, command, missing } of interpreters) {
  if (!command) {
    it.skip(`the Pico's firmware on a real line under ${name}: not tested, because ${missing}`)
    continue
  }

  const [program, ...first] = command
  const start = (url: string, token: string | undefined, ...more: string[]) => {
    const options = ['--url', url, ...(token ? ['--token', token] : []), ...more]
    return new Program(program, [...first, run, ...options])
  }
  const set = (...settings: string[]) => settings.flatMap(setting => ['--set', setting])

  /** Sends `connection_ack` to a new board and a slow move: 70 degrees in about 7 s. */
  const startMoving = async (line: Line, board: Program) => {
    line.say({ type: 'connection_ack', status: 'success' })
    line.say({ type: 'servo_smooth', command: { servo1: 160, servo2: 90 } })
    await board.events.next(event => servo(event) && event.index === 0 && Number(event.degrees) > 91)
  }
  const slowly = set('SMOOTH_SPEED_DEG_S=10')

  describe(`the Pico's firmware on a real line under ${name}`, () => {
    it('fetches a token of its own on its first start and keeps it for the next', async () => {
      await using gateway = await scripted()
      using place = folder()
      const file = join(place.path, 'token.json')
      for (const start_ of [0, 1]) {
        await using _board = start(gateway.url, undefined, '--token-file', file)
        const line = await gateway.line(start_)
        expect(line.request.headers.authorization).toBe('Bearer pico-0001')
      }
      expect(gateway.minted).toBe(1)
      expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
        gateway: `http://127.0.0.1:${gateway.port}`,
        token: 'pico-0001',
      })
    })

    it('introduces itself by headers and by its first words, and repeats its secret nowhere', async () => {
      await using gateway = await scripted()
      await using board = start(gateway.url, 'dz-secret', ...set('NAME=attic'))
      const line = await gateway.line()
      expect(line.request.url).toBe('/ws/pico')
      expect(line.request.headers).toMatchObject({
        host: `127.0.0.1:${gateway.port}`,
        authorization: 'Bearer dz-secret',
        'x-device-type': 'PICO',
        'x-device-id': 'attic',
      })
      const hello = await line.hears('connect')
      expect(line.said.all[0]).toBe(hello)
      expect(hello).toMatchObject({ device: 'pico', servo1_angle: 90, servo2_angle: 90 })
      expect(JSON.stringify([hello, board.events.all])).not.toContain('dz-secret')
    })

    it('understands a gateway whose every byte arrives alone', async () => {
      await using gateway = await dripping()
      await using board = start(`ws://127.0.0.1:${gateway.port}`, 'dz-secret')
      await board.events.next(event => servo(event) && event.degrees === 91)
    })

    it('acknowledges a move once it has arrived', async () => {
      await using gateway = await scripted()
      await using _board = start(gateway.url, 'dz-secret')
      const line = await gateway.line()
      line.say({ type: 'servo', command: { servo1: 100, servo2: 85 } })
      expect(await line.hears('ack')).toMatchObject({
        command_type: 'servo',
        status: 'success',
        detail: { servo1: 100, servo2: 85, outcome: 'done' },
      })
    })

    it('obeys a stop in the middle of a move', async () => {
      await using gateway = await scripted()
      await using board = start(gateway.url, 'dz-secret', ...slowly)
      const line = await gateway.line()
      await startMoving(line, board)
      line.say({ type: 'action', command: { action: 'emergency_stop' } })
      const stopped = await line.said.next(m => m.type === 'ack' && m.command_type === 'action')
      expect(line.said.all.filter(m => m.type === 'ack')[0]).toMatchObject({
        command_type: 'servo_smooth',
        status: 'error',
        detail: { outcome: 'stopped' },
      })
      expect((stopped.detail as { servo1: number }).servo1).toBeLessThan(120)
      const writes = turned(board)
      line.say({ type: 'ping' })
      await line.hears('pong')
      expect(turned(board)).toBe(writes)
    })

    it('stops and lets go of the servos when the line is lost', async () => {
      await using gateway = await scripted()
      await using board = start(gateway.url, 'dz-secret', ...slowly, ...set('ON_LINE_LOST=release'))
      const line = await gateway.line()
      await startMoving(line, board)
      line.socket.terminate()
      await board.logged('stopped a move: the line was lost')
      await board.events.next(event => event.event === 'released')
      const writes = turned(board)
      await gateway.line(1)
      expect(turned(board)).toBe(writes)
    })

    it('stops when the line dies without a word, long before it is given up', async () => {
      await using gateway = await scripted()
      await using board = start(
        gateway.url,
        'dz-secret',
        ...slowly,
        ...set('DEAD_MAN_MS=600', 'SILENCE_S=2', 'PING_EVERY_S=1'),
      )
      const line = await gateway.line()
      await startMoving(line, board)
      line.freeze()
      await board.logged('stopped a move: nothing heard for')
      const writes = turned(board)
      expect(board.events.all.some(event => String(event.line).includes('closed with'))).toBe(false)
      await board.logged('closed with 1006 nothing heard for 2 s')
      expect(turned(board)).toBe(writes)
    })

    it('keeps moving past the dead-man limit while the gateway answers its pings', async () => {
      await using gateway = await scripted()
      await using _board = start(gateway.url, 'dz-secret', ...set('SMOOTH_SPEED_DEG_S=20', 'DEAD_MAN_MS=700'))
      const line = await gateway.line()
      line.say({ type: 'servo_smooth', command: { servo1: 130, servo2: 90 } })
      expect(await line.hears('ack')).toMatchObject({ status: 'success' })
    })

    it('gives up a silent line and dials again', async () => {
      await using gateway = await scripted()
      await using board = start(gateway.url, 'dz-secret', ...set('SILENCE_S=1', 'PING_EVERY_S=0.5'))
      const line = await gateway.line()
      await line.hears('ping')
      line.freeze()
      await board.logged('nothing heard for 1 s')
      await gateway.line(1)
    })

    it('reads the remedy out of a refusal and waits before it asks again', async () => {
      await using gateway = await scripted({
        refuse: (_request, socket) => {
          socket.end(refusal(401, 'token_unknown', 'Fetch a new token.'))
          return true
        },
      })
      await using board = start(gateway.url, 'dz-secret')
      await board.logged('401: token_unknown: No.: Fetch a new token.')
      const wait = /next attempt in (\d+) s/.exec(await board.logged('next attempt in'))
      expect(Number(wait?.[1])).toBeGreaterThanOrEqual(20)
    })

    it('does not talk to something that only pretends to be a gateway', async () => {
      await using gateway = await scripted({
        refuse: (_request, socket) => {
          const accept = 'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo='
          socket.write(`HTTP/1.1 101 Fine\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n${accept}\r\n\r\n`)
          return true
        },
      })
      await using board = start(gateway.url, 'dz-secret')
      await board.logged('wrong Sec-WebSocket-Accept')
    })

    it('waits as long as the mint asks for', async () => {
      await using gateway = await scripted({
        tokens: response => response.writeHead(429, { 'Retry-After': '77' }).end('{"code":"rate_limited"}'),
      })
      using place = folder()
      await using board = start(gateway.url, undefined, '--token-file', join(place.path, 'token.json'))
      await board.logged('429: rate_limited')
      const wait = /next attempt in (\d+) s/.exec(await board.logged('next attempt in'))
      expect(Number(wait?.[1])).toBeGreaterThanOrEqual(77)
    })

    it('comes back at once after a restart of the gateway, and stays away after a revoked token', async () => {
      await using gateway = await scripted()
      await using board = start(gateway.url, 'dz-secret')
      const first = await gateway.line()
      first.socket.close(1012, 'restarting')
      expect(await first.closed).toBe(1012)
      const second = await gateway.line(1)
      await second.hears('connect')
      const from = board.events.all.length
      second.socket.close(4001, 'revoked')
      await board.logged('closed with 4001 revoked', { from })
      const wait = /next attempt in (\d+) s/.exec(await board.logged('next attempt in', { from }))
      expect(Number(wait?.[1])).toBeGreaterThanOrEqual(60)
    })

    it('asks the time and dates its words by it', async () => {
      await using gateway = await scripted()
      await using board = start(gateway.url, 'dz-secret')
      const line = await gateway.line()
      await line.hears('time')
      line.say({ type: 'time', utc: '2026-11-23T18:42:00.000Z', epoch_ms: 1_795_459_320_000, zone: 'UTC' })
      const clock = await board.events.next(event => event.event === 'clock')
      expect(clock.epoch_s).toBe(1_795_459_320)
      line.say({ type: 'ping' })
      expect((await line.hears('pong')).timestamp).toMatch(/^2026-11-23T18:42:0/)
    })

    it('keeps a reading until the gateway has it, across a lost line', async () => {
      await using gateway = await scripted()
      await using _board = start(gateway.url, 'dz-secret')
      const [first, ack] = [await gateway.line(), { type: 'connection_ack', status: 'success' }]
      first.say(ack)
      const reading = await first.hears('sensor_data')
      expect(reading).toMatchObject({ sensor_type: 'counter', data: { reads: 1, sequence: 1 } })
      first.socket.terminate()
      const second = await gateway.line(1)
      second.say(ack)
      expect((await second.hears('sensor_data')).data).toEqual(reading.data)
      second.say({ type: 'ack', command_type: 'sensor_data', status: 'success', sequence: 1 })
      second.say({ type: 'status' })
      const state = await second.said.next(m => m.command_type === 'status')
      expect(state.detail).toMatchObject({ readings_waiting: 0 })
    })

    it('forwards its log once it is admitted, and not before', async () => {
      await using gateway = await scripted()
      await using _board = start(gateway.url, 'dz-secret', ...set('PING_EVERY_S=0.5'))
      const line = await gateway.line()
      await line.hears('ping')
      expect(line.said.all.map(m => m.type)).not.toContain('log')
      line.say({ type: 'connection_ack', status: 'success' })
      expect(await line.hears('log')).toMatchObject({ level: 'info', device: 'pico' })
    })

    it('restarts on command, after having said so', async () => {
      await using gateway = await scripted()
      await using board = start(gateway.url, 'dz-secret')
      const line = await gateway.line()
      line.say({ type: 'action', command: { action: 'system_reboot' } })
      expect(await line.hears('ack')).toMatchObject({ command_type: 'action', status: 'success' })
      await board.events.next(event => event.event === 'reboot')
      expect(await board.exit).toBe(0)
    })
  })
}

/** Accepts one board and sends it a move of one servo to 91 degrees, each byte in a packet of its own. */
async function dripping(): Promise<AsyncDisposable & { port: number }> {
  const server = createServer(async (socket: Socket) => {
    socket.on('error', () => {})
    let request = ''
    while (!request.includes('\r\n\r\n')) request += String((await once(socket, 'data'))[0])
    socket.setNoDelay(true)
    socket.resume()
    const key = /Sec-WebSocket-Key: (\S+)/.exec(request)?.[1]
    const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
    const head = `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`
    const command = Buffer.from('{"type":"servo","command":{"servo1":91,"servo2":90}}')
    for (const byte of Buffer.concat([Buffer.from(head), Buffer.from([0x81, command.length]), command])) {
      if (socket.destroyed) return
      await new Promise(resolve => socket.write(Buffer.from([byte]), resolve))
      await new Promise(resolve => setImmediate(resolve))
    }
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      server.close()
    },
  }
}
