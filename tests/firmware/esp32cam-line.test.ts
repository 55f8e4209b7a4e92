import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { buildCamera, picture } from './camera.ts'
import { folder, gxx, Program } from './programs.ts'
import { type Line, refusal, scripted } from './scripted.ts'

if (!gxx) {
  it.skip('the camera’s firmware on a real line: not tested, because g++ is not installed')
} else {
  const place = folder()
  afterAll(() => place[Symbol.dispose]())
  const { board } = await buildCamera()
  const [small, large] = [picture(320, 240), picture(1600, 1200, 30)]
  const [jpeg, still] = [join(place.path, 'small.jpg'), join(place.path, 'large.jpg')]
  writeFileSync(jpeg, small)
  writeFileSync(still, large)

  const start = (url: string, ...more: string[]) =>
    new Program(board, ['--url', url, '--jpeg', jpeg, '--still', still, ...more])
  const known = ['--token', 'dz-secret']
  const order = (line: Line, command: Record<string, unknown>) => line.say({ type: 'action', command })
  const acked = (line: Line, key: string) =>
    line.said.next(m => m.type === 'ack' && Object.hasOwn((m.detail ?? {}) as object, key))

  describe('the camera’s firmware on a real line', () => {
    it('introduces itself by headers that come once, and by its first words', async () => {
      await using gateway = await scripted()
      await using _board = start(gateway.url, ...known, '--name', 'attic')
      const line = await gateway.line()
      expect(line.request.url).toBe('/ws/esp32cam')
      const names = line.request.rawHeaders.filter((_, i) => i % 2 === 0)
      expect(new Set(names.map(name => name.toLowerCase())).size).toBe(names.length)
      expect(line.request.headers).toMatchObject({
        authorization: 'Bearer dz-secret',
        'x-device-type': 'ESP32CAM',
        'x-device-id': 'attic',
      })
      const hello = await line.hears('connection')
      expect(line.said.all[0]).toBe(hello)
      expect(JSON.stringify(hello)).not.toContain('dz-secret')
    })

    it('adds nothing to its headers when it comes back', async () => {
      await using gateway = await scripted()
      await using _board = start(gateway.url, ...known)
      const lengths: number[] = []
      for (const index of [0, 1]) {
        const line = await gateway.line(index)
        lengths.push(line.request.rawHeaders.join().length)
        line.socket.close(1012)
      }
      expect(lengths[1]).toBe(lengths[0])
    })

    it('fetches a token of its own on its first start and keeps it for the next', async () => {
      await using gateway = await scripted()
      const file = join(place.path, 'token.json')
      for (const index of [0, 1]) {
        await using _board = start(gateway.url, '--token-file', file)
        const line = await gateway.line(index)
        expect(line.request.headers.authorization).toBe('Bearer cam-0001')
      }
      expect(gateway.minted).toBe(1)
    })

    it('streams its pictures byte for byte, each behind its metadata', async () => {
      await using gateway = await scripted()
      await using _board = start(gateway.url, ...known)
      const line = await gateway.line()
      const frame = await line.hears('frame')
      expect(frame).toMatchObject({ size: small.length, width: 320, height: 240, device: 'ESP32CAM' })
      for (let i = 0; i < 3; i++) {
        const one = await line.pictures.next(() => true, { from: i })
        expect(one.equals(small)).toBe(true)
      }
    })

    it('sends one large still in the middle of the stream, and streams on', async () => {
      await using gateway = await scripted()
      await using board_ = start(gateway.url, ...known)
      const line = await gateway.line()
      order(line, { action: 'capture_photo', quality: 95, flash: true })
      expect(await acked(line, 'photo')).toMatchObject({ command_type: 'action', status: 'success' })
      expect(await line.hears('photo_sent')).toMatchObject({ size: large.length })
      const photo = await line.pictures.next(p => p.equals(large))
      expect(await board_.events.next(e => e.event === 'still')).toMatchObject({ quality: 95, flash: true })
      await line.pictures.next(p => p.equals(small), { from: line.pictures.all.indexOf(photo) })
    })

    it('changes rate, size and quality on command', async () => {
      await using gateway = await scripted()
      await using board_ = start(gateway.url, ...known)
      const line = await gateway.line()
      order(line, { action: 'resolution', value: 'VGA' })
      order(line, { action: 'quality', value: 55 })
      order(line, { action: 'frame_rate', value: 3 })
      await acked(line, 'frame_rate')
      await board_.events.next(e => e.event === 'resolution' && e.value === 'VGA')
      await board_.events.next(e => e.event === 'quality' && e.value === '55')
      line.say({ type: 'status' })
      expect(await acked(line, 'frame_rate')).toBeDefined()
      const state = await line.said.next(m => m.command_type === 'status')
      expect(state.detail).toMatchObject({ frame_rate: 3, resolution: 'VGA', quality: 55 })
    })

    it('falls asleep without viewers and wakes for the first', async () => {
      await using gateway = await scripted()
      await using _board = start(gateway.url, ...known, '--idle-ms', '600000')
      const line = await gateway.line()
      await line.pictures.next(() => true)
      line.say({ type: 'viewers', count: 0 })
      line.say({ type: 'ping' })
      await line.hears('pong')
      const asleep = line.pictures.all.length
      line.say({ type: 'status' })
      await line.said.next(m => m.command_type === 'status')
      expect(line.pictures.all.length).toBeLessThanOrEqual(asleep + 1)
      line.say({ type: 'viewers', count: 2 })
      for (let i = 0; i < 3; i++) await line.pictures.next(() => true, { from: line.pictures.all.length })
    })

    it('keeps a picture whole through a gateway that stops reading for a while', async () => {
      await using gateway = await scripted()
      await using _board = start(gateway.url, ...known, '--fps', '30')
      const line = await gateway.line()
      await line.pictures.next(() => true)
      for (let i = 0; i < 20; i++) {
        order(line, { action: 'capture_photo' })
        line.freeze()
        await new Promise(resolve => setImmediate(resolve))
        line.socket.resume()
      }
      await line.pictures.next(p => p.equals(large))
      await line.pictures.next(() => true, { from: line.pictures.all.length })
      for (const one of line.pictures.all) expect(one.equals(small) || one.equals(large)).toBe(true)
    })

    it('switches its flash off when the line is lost', async () => {
      await using gateway = await scripted()
      await using board_ = start(gateway.url, ...known)
      const line = await gateway.line()
      order(line, { action: 'flash_on', intensity: 70 })
      await board_.events.next(e => e.event === 'flash' && e.value === '70')
      line.socket.terminate()
      await board_.events.next(e => e.event === 'flash' && e.value === '0')
      await gateway.line(1)
    })

    it('reads the remedy out of a refusal and waits before it asks again', async () => {
      await using gateway = await scripted({
        refuse: (_request, socket) => {
          socket.end(refusal(401, 'token_unknown', 'Fetch a new token.'))
          return true
        },
      })
      await using board_ = start(gateway.url, ...known)
      const said = await board_.logged('the gateway answered 401 token_unknown Fetch a new token.')
      expect(Number(/next attempt in (\d+) s/.exec(said)?.[1])).toBeGreaterThanOrEqual(20)
    })

    it('says goodbye when it is stopped', async () => {
      await using gateway = await scripted()
      await using board_ = start(gateway.url, ...known, '--seconds', '0.5', '--fps', '2')
      const line = await gateway.line()
      expect(await line.closed).toBe(1001)
      expect(await board_.exit).toBe(0)
    })

    it('keeps trying a port where nobody speaks HTTP, and says what it found', async () => {
      const server = createServer(socket => socket.on('error', () => {}).end(Buffer.from('15030300020246', 'hex')))
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      await using board_ = start(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, ...known)
      await board_.logged('is it a TLS port that wants wss://?')
      server.close()
    })
  })
}
