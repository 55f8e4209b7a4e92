import { once } from 'node:events'
import fc from 'fast-check'
import jpegJs from 'jpeg-js'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Guest, type Heard, ScriptedGateway } from '../../tests/support/scripted-gateway.ts'
import { type BoardEvent, type Simulation, simulateEsp32Cam, simulatePico } from './simulator.ts'

let gateway: ScriptedGateway
let events: BoardEvent[]
let running: Simulation<unknown>[]
let awaited: { kind: string; resolve: (event: BoardEvent) => void } | undefined

beforeEach(async () => {
  gateway = await ScriptedGateway.start()
  events = []
  running = []
})

afterEach(async () => {
  await Promise.all(running.map(board => board.stop()))
  await gateway[Symbol.asyncDispose]()
})

const onEvent = (event: BoardEvent) => {
  events.push(event)
  if (awaited?.kind === event.kind) awaited.resolve(event)
}

/** The next event of this kind. */
function next(kind: BoardEvent['kind']): Promise<BoardEvent> {
  return new Promise(resolve => {
    awaited = { kind, resolve }
  })
}

function pico(options: Partial<Parameters<typeof simulatePico>[0]> = {}) {
  const board = simulatePico({ url: gateway.url, redialMs: 20, bootMs: 20, onEvent, ...options })
  running.push(board)
  return board
}

function camera(options: Partial<Parameters<typeof simulateEsp32Cam>[0]> = {}) {
  const board = simulateEsp32Cam({
    url: gateway.url,
    redialMs: 20,
    bootMs: 20,
    resolution: 'QVGA',
    onEvent,
    ...options,
  })
  running.push(board)
  return board
}

function seen(kind: BoardEvent['kind']) {
  return events.filter(event => event.kind === kind)
}

async function ackOf(guest: Guest, type: string): Promise<Heard> {
  return await guest.until(message => message.type === 'ack' && message.command_type === type)
}

describe('a virtual Pico', () => {
  it('fetches a token, introduces itself and hears that it was let in', async () => {
    const board = pico()
    const guest = await gateway.guest()
    expect(guest.request.url).toBe('/ws/pico')
    expect(guest.request.headers.authorization).toBe('Bearer pico-token-1')
    expect(await guest.until('connect')).toMatchObject({
      device: 'pico',
      version: '1.0.0',
      servo1_angle: 90,
      servo2_angle: 90,
      auth_token: 'pico-token...',
      connection_id: 1,
      memory_free: expect.any(Number),
      timestamp: expect.stringMatching(/^2021-01-01T00:00:/),
    })
    guest.say({ type: 'ping', timestamp: '' })
    await guest.until('pong')
    expect(board.stats()).toMatchObject({ state: 'online', connects: 1 })
    expect(seen('acknowledged')).toMatchObject([{ message: 'Waiting for approval', device: 'pico' }])
  })

  it('keeps its token when it comes back', async () => {
    pico()
    ;(await gateway.guest()).socket.close(1012)
    const again = await gateway.guest()
    expect(again.request.headers.authorization).toBe('Bearer pico-token-1')
    expect(await again.until('connect')).toMatchObject({ connection_id: 2 })
    expect(gateway.minted).toBe(1)
    expect(seen('closed')).toMatchObject([{ code: 1012 }])
  })

  it('turns its servos, deaf until they stand, and acknowledges where they are', async () => {
    pico()
    const guest = await gateway.guest()
    const sentMs = performance.now()
    guest.say({ type: 'servo', command: { servo1: 150, servo2: 5 } })
    guest.say({ type: 'ping', timestamp: '' })
    guest.socket.ping('are you there')
    const ponged = once(guest.socket, 'pong').then(() => performance.now())
    const first = await guest.until(message => message.type === 'ack' || message.type === 'pong')
    expect(first).toMatchObject({ command_type: 'servo', status: 'success', detail: 'servo1=150 servo2=20' })
    expect(performance.now() - sentMs).toBeGreaterThan(340)
    await guest.until('pong')
    expect((await ponged) - sentMs).toBeGreaterThan(340)
    expect(seen('moved')).toMatchObject([{ servo1: 150, servo2: 20 }])
  })

  it('reads a stop only after its move, and says what it says then', async () => {
    pico()
    const guest = await gateway.guest()
    guest.say({ type: 'servo_smooth', command: { servo1: 92, servo2: 90 } })
    guest.say({ type: 'action', command: { action: 'emergency_stop' } })
    expect((await guest.until('ack')).command_type).toBe('servo_smooth')
    expect(await guest.until('ack')).toMatchObject({ command_type: 'action', detail: 'emergency_stop' })
  })

  it('goes back to the middle on reset_position, and to 90 where an angle is missing', async () => {
    const board = pico()
    const guest = await gateway.guest()
    guest.say({ type: 'servo', command: { servo1: 100 } })
    expect(await ackOf(guest, 'servo')).toMatchObject({ detail: 'servo1=100 servo2=90' })
    guest.say({ type: 'action', command: { action: 'reset_position' } })
    expect(await ackOf(guest, 'action')).toMatchObject({ detail: 'servo1=90 servo2=90' })
    expect(board.stats().angles).toEqual({ servo1: 90, servo2: 90 })
  })

  it('tells its status when asked', async () => {
    pico()
    const guest = await gateway.guest()
    guest.say({ type: 'status' })
    expect((await ackOf(guest, 'status')).detail).toMatchObject({
      servo1: { angle: 90 },
      memory_free: expect.any(Number),
      uptime: 0,
      wifi_connected: true,
    })
  })

  it('answers what it does not know, errors included, but neither acks nor pongs', async () => {
    pico()
    const guest = await gateway.guest()
    for (const type of ['ack', 'pong', 'weather', 'error']) guest.say({ type })
    expect(await guest.until('ack')).toMatchObject({ command_type: 'unknown', status: 'ignored', detail: 'weather' })
    expect(await guest.until('ack')).toMatchObject({ command_type: 'error', status: 'ignored' })
    guest.socket.send('no JSON')
    expect(await guest.until('log')).toMatchObject({ level: 'error' })
  })

  it('survives whatever JSON it hears', async () => {
    const board = pico()
    const guest = await gateway.guest()
    const value = fc.oneof(fc.jsonValue(), fc.constant({ toString: 1 }))
    const type = fc.oneof(fc.constantFrom('ack', 'connection_ack', 'error', 'action', 'status', 'ping'), value)
    const message = fc.oneof(value, fc.record({ type, command: value, message: value, sequence: value }))
    for (const heard of fc.sample(message, 300)) guest.socket.send(JSON.stringify(heard))
    guest.say({ type: 'servo', command: { servo1: 91, servo2: 90 } })
    expect(await ackOf(guest, 'servo')).toMatchObject({ detail: 'servo1=91 servo2=90' })
    expect(board.stats()).toMatchObject({ state: 'online', connects: 1 })
  })

  it('reboots on command: the line drops, the uptime starts again, RAM is empty', async () => {
    const board = pico()
    const guest = await gateway.guest()
    guest.say({ type: 'servo', command: { servo1: 120, servo2: 120 } })
    await ackOf(guest, 'servo')
    guest.say({ type: 'action', command: { action: 'system_reboot' } })
    await ackOf(guest, 'action')
    expect(await guest.closed).toBe(1006)
    const again = await gateway.guest()
    expect(await again.until('connect')).toMatchObject({ servo1_angle: 90, connection_id: 1, uptime: 0 })
    expect(board.stats()).toMatchObject({ reboots: 1, connects: 2 })
  })

  it('pings, and sends a reading again until it was acknowledged', async () => {
    const board = pico({ pingMs: 30, sensorMs: 40 })
    const guest = await gateway.guest()
    await guest.until('ping')
    expect(await guest.until('sensor_data')).toMatchObject({
      sensor_type: 'temperature',
      data: { sequence: 1, value: expect.any(Number), unit: 'C' },
    })
    expect((await guest.until('sensor_data')).data).toMatchObject({ sequence: 2 })
    expect(board.stats().readingsAcknowledged).toBeGreaterThanOrEqual(1)
    expect(seen('reading-acknowledged')[0]).toMatchObject({ sequence: 1 })
  })

  it('tells why it was refused, and keeps trying', async () => {
    let refusals = 0
    gateway.refuse = (_, socket) => {
      if (++refusals > 2) return false
      const body = '{"status":"error","code":"device_blocked","message":"Blocked.","hint":"Ask."}'
      socket.end(`HTTP/1.1 403 Forbidden\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
      return true
    }
    const board = pico()
    await gateway.guest()
    expect(seen('refused')).toMatchObject([
      { status: 403, code: 'device_blocked', message: 'Blocked.', hint: 'Ask.' },
      { status: 403 },
    ])
    expect(board.stats().refusals).toBe(2)
  })

  it('waits as long as the mint tells it to', async () => {
    gateway.refuseMinting = response => {
      gateway.refuseMinting = () => false
      response.writeHead(429, { 'retry-after': '1' }).end('{"code":"rate_limited","message":"Too many."}')
      return true
    }
    const startedMs = performance.now()
    pico()
    await gateway.guest()
    expect(performance.now() - startedMs).toBeGreaterThan(950)
    expect(seen('refused')).toMatchObject([{ status: 429, code: 'rate_limited' }])
  })

  it('waits for a gateway that is not there yet', async () => {
    const { url } = gateway
    await gateway[Symbol.asyncDispose]()
    pico({ url, token: 'T' })
    expect(await next('unreachable')).toMatchObject({ message: expect.stringContaining('ECONNREFUSED') })
    gateway = await ScriptedGateway.start()
  })

  it('stops by signal, says goodbye, and leaves nothing behind', async () => {
    const power = new AbortController()
    const board = pico({ signal: power.signal })
    await next('acknowledged')
    const guest = await gateway.guest()
    power.abort()
    expect(await guest.closed).toBe(1000)
    await board.done
    expect(board.stats().state).toBe('off')
    const dials = seen('dialling').length
    await new Promise(resolve => setTimeout(resolve, 60))
    expect(seen('dialling').length).toBe(dials)
  })

  it('stops at once even while a servo turns', async () => {
    const board = pico()
    const guest = await gateway.guest()
    guest.say({ type: 'servo_smooth', command: { servo1: 160, servo2: 20 } })
    await next('command')
    await board.stop()
    expect(await guest.closed).toBe(1006)
  })
})

describe('a virtual ESP32-CAM', () => {
  it('sends its token, then frames: metadata and one JPEG each, every one different', async () => {
    const board = camera({ name: 'roof', fps: 30 })
    const guest = await gateway.guest()
    expect(guest.request.url).toBe('/ws/esp32cam')
    expect(guest.request.headers['x-device-id']).toBe('roof')
    expect(await guest.until(() => true)).toEqual({
      type: 'connection',
      status: 'connected',
      device: 'ESP32CAM',
      token: 'cam-token-1',
    })
    const frames = new Set<string>()
    for (let i = 0; i < 5; i++) {
      const metadata = await guest.until('frame')
      const { bytes } = (await guest.until(() => true)) as unknown as { bytes: Buffer }
      expect(metadata).toMatchObject({ size: bytes.length, width: 320, height: 240, device: 'ESP32CAM' })
      expect(metadata.timestamp).toBeLessThan(20_000)
      expect(jpegJs.decode(bytes)).toMatchObject({ width: 320, height: 240 })
      frames.add(bytes.toString('base64'))
    }
    expect(frames.size).toBe(5)
    expect(board.stats().framesSent).toBeGreaterThanOrEqual(5)
    expect(seen('frame-sent')[0]).toMatchObject({ counter: 1, width: 320, height: 240 })
  })

  it('masks with zeros, as its library does', async () => {
    const raw: Buffer[] = []
    gateway.refuse = (_, socket) => {
      socket.on('data', chunk => raw.push(chunk))
      socket.write(
        'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n',
      )
      return true
    }
    camera()
    await expect.poll(() => Buffer.concat(raw).includes('"token":"cam-token-1"')).toBe(true)
    expect(Buffer.concat(raw).subarray(2, 6).toString('hex')).toBe('00000000')
  })

  it('logs its frame rate every second', async () => {
    camera({ fps: 20 })
    const guest = await gateway.guest()
    const { message } = await guest.until('log')
    expect(message).toMatch(/^FPS: \d+\.\d\d$/)
  })

  it('takes photos, settings and the flash as newer firmware does', async () => {
    const board = camera({ fps: 5 })
    const guest = await gateway.guest()
    guest.say({ type: 'action', command: { action: 'capture_photo', quality: 95, flash: true } })
    const photo = await guest.until('photo_sent')
    expect(photo.size).toBeGreaterThan(15_000)
    expect(board.stats().photosSent).toBe(1)
    guest.say({ type: 'action', command: { action: 'resolution', value: 'QQVGA' } })
    await guest.until(message => message.message === 'resolution set')
    expect(await guest.until('frame')).toMatchObject({ width: 160, height: 120 })
    guest.say({ type: 'action', command: { action: 'quality', quality: 500 } })
    await guest.until(message => message.message === 'Invalid quality')
    guest.say({ type: 'action', command: { action: 'flash_on' } })
    await guest.until(message => message.message === 'flash_on')
    guest.say({ type: 'action', command: { action: 'camera_reset' } })
    await guest.until(message => message.message === 'Camera reset')
    guest.say({ type: 'action', command: { action: 'dance' } })
    await guest.until(message => message.message === 'Unknown action: dance')
  })

  it('changes its frame rate on command', async () => {
    camera({ fps: 1 })
    const guest = await gateway.guest()
    guest.say({ type: 'action', command: { action: 'frame_rate', value: 25 } })
    await guest.until(message => message.message === 'frame_rate set')
    const first = await guest.until('frame')
    const second = await guest.until('frame')
    expect((second.timestamp as number) - (first.timestamp as number)).toBeLessThan(500)
  })

  it('hears no command with the common firmware', async () => {
    const board = camera({ firmware: 'common', fps: 20 })
    const guest = await gateway.guest()
    guest.say({ type: 'action', command: { action: 'system_reboot' } })
    await guest.until('frame')
    await guest.until(message => message.type === 'log')
    expect(board.stats()).toMatchObject({ commands: 0, reboots: 0 })
  })

  it('repeats its headers once more at each reconnect until it reboots, when it is such a board', async () => {
    camera({ growHeaders: true, fps: 1 })
    const repeats = (guest: Guest) => guest.request.rawHeaders.filter(name => name === 'X-Device-ID').length
    for (const expected of [1, 2, 3]) {
      const guest = await gateway.guest()
      expect(repeats(guest)).toBe(expected)
      guest.socket.terminate()
    }
    const fourth = await gateway.guest()
    fourth.say({ type: 'action', command: { action: 'system_reboot' } })
    expect(repeats(await gateway.guest())).toBe(1)
  })

  it('gives up a handshake after one second when it is strict', async () => {
    gateway.refuse = () => true
    const startedMs = performance.now()
    camera({ strictDeadline: true })
    expect(await next('unreachable')).toMatchObject({ message: 'No answer to the handshake within 1000 ms' })
    expect(performance.now() - startedMs).toBeGreaterThan(900)
  })

  it('dials /ws when it was flashed long ago', async () => {
    camera({ path: '/ws', token: 'mine' })
    const guest = await gateway.guest()
    expect(guest.request.url).toBe('/ws')
    expect(guest.request.headers).toMatchObject({ authorization: 'Bearer mine', 'x-device-type': 'ESP32CAM' })
    expect(gateway.minted).toBe(0)
  })

  it('skips frames when nobody reads them', async () => {
    const board = camera({ resolution: 'UXGA', fps: 30 })
    const guest = await gateway.guest()
    guest.socket.pause()
    await expect.poll(() => board.stats().framesSkipped, { timeout: 15_000 }).toBeGreaterThan(3)
  })

  it('refuses options that make no sense', () => {
    expect(() => camera({ resolution: '5x5' })).toThrow('"5x5"')
    expect(() => camera({ fps: 0 })).toThrow('0 frames')
    expect(() => camera({ quality: 101 })).toThrow('quality 101')
    expect(() => camera({ name: 'two words' })).toThrow('"two words"')
    expect(() => pico({ url: 'gopher://x' })).toThrow('gopher')
    expect(() => pico({ fault: 'sulk' as 'stall' })).toThrow('"sulk" is no fault')
  })
})
