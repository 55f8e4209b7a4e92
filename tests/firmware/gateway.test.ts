import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import type { Entry } from '../support/journal.ts'
import { Watcher } from '../support/viewer.ts'
import { buildCamera, picture } from './camera.ts'
import { folder, gxx, interpreters, Program } from './programs.ts'
import { until } from './until.ts'

const run = fileURLToPath(new URL('../../firmware/pico/host/run.py', import.meta.url))
const place = folder()
afterAll(() => place[Symbol.dispose]())
let boards = 0
const tokenFile = () => join(place.path, `token-${++boards}.json`)

const device = async (gateway: TestGateway, name: string) =>
  (await gateway.api('GET', `/api/devices/${name}`)).body.device ?? {}
const journal = async (gateway: TestGateway, name: string) =>
  JSON.stringify((await gateway.api('GET', `/api/journal?device=${name}&limit=100`)).body)

for (const { name, command, missing } of interpreters) {
  if (!command) {
    it.skip(`the Pico's firmware and a real gateway under ${name}: not tested, because ${missing}`)
    continue
  }
  const [interpreter, ...first] = command
  const start = (gateway: TestGateway, ...settings: string[]) => {
    const options = ['--url', gateway.wsUrl, '--token-file', tokenFile()]
    const set = [`NAME=porch`, ...settings].flatMap(setting => ['--set', setting])
    return new Program(interpreter, [...first, run, ...options, ...set])
  }

  describe(`the Pico's firmware and a real gateway under ${name}`, () => {
    it('gets in by itself, turns its servos on command and is seen with its health', async () => {
      await using gateway = await startGateway({ enrolment: 'open' })
      await using board = start(gateway)
      await board.logged('connected to')
      const seen = await until(
        () => device(gateway, 'porch'),
        it_ => it_.online && it_.memoryFree > 0,
      )
      expect(seen).toMatchObject({ kind: 'pico', state: 'active', firmware: '1.0.0' })
      const moved = await gateway.api('POST', '/api/devices/porch/servo', { servo1: 120, servo2: 60 })
      expect(moved).toMatchObject({ status: 200, body: { ack: { status: 'success' } } })
      expect(board.events.all.findLast(e => e.event === 'servo' && e.index === 0)?.degrees).toBe(120)
    })

    it('obeys an operator’s stop in the middle of a move', async () => {
      await using gateway = await startGateway({ enrolment: 'open' })
      await using board = start(gateway, 'SERVO_SPEED_DEG_S=10')
      await until(
        () => device(gateway, 'porch'),
        it_ => it_.online,
      )
      const moving = gateway.api('POST', '/api/devices/porch/servo', { servo1: 160, servo2: 90 })
      await board.events.next(e => e.event === 'servo' && e.index === 0 && Number(e.degrees) > 91)
      const stopped = await gateway.api('POST', '/api/devices/porch/action', { action: 'emergency_stop' })
      expect(stopped).toMatchObject({ status: 200, body: { ack: { status: 'success' } } })
      expect(stopped.body.ack.detail.servo1).toBeLessThan(150)
      expect((await moving).body.ack).toMatchObject({ status: 'error', detail: { outcome: 'stopped' } })
    })

    it('waits at the gate until its owner approves it, on the same line', async () => {
      await using gateway = await startGateway({ enrolment: 'approve' })
      await using board = start(gateway)
      const [waiting] = await until(
        async () => (await gateway.api('GET', '/api/devices')).body.devices,
        devices => devices.length === 1 && devices[0].online,
      )
      expect(waiting).toMatchObject({ state: 'pending' })
      expect((await gateway.api('POST', `/api/devices/${waiting.id}/approve`)).status).toBe(200)
      const moved = await gateway.api('POST', '/api/devices/porch/servo', { servo1: 100, servo2: 100 })
      expect(moved.status).toBe(200)
      expect(board.events.all.filter(e => String(e.line).includes('connected to'))).toHaveLength(1)
    })

    it('sets its clock by the gateway and leaves its readings and its log with it', async () => {
      await using gateway = await startGateway({ enrolment: 'open' })
      await using board = start(gateway)
      const clock = await board.events.next(e => e.event === 'clock')
      expect(Math.abs(Number(clock.epoch_s) - Date.now() / 1000)).toBeLessThan(30)
      const kept = await until(
        () => journal(gateway, 'porch'),
        text => text.includes('"counter"') && text.includes('started: Darvaza board'),
      )
      expect(kept).not.toContain('dvz_')
    })

    it('brings what it measured during an outage, placed at the time it was taken', { timeout: 60_000 }, async () => {
      using data = folder()
      const gateway = await startGateway({ enrolment: 'open', dataDir: data.path })
      await using board = start(gateway, 'SENSORS_EVERY_S=1')
      await until(
        () => journal(gateway, 'porch'),
        text => text.includes('"counter"'),
      )
      await gateway.stop()
      // The third failed attempt comes at the earliest 3 s after the first.
      const attempts = () => board.events.all.filter(({ line }) => String(line).includes('no line to')).length
      await until(async () => attempts() >= 3)
      const { port } = gateway
      await using again = await startGateway({ enrolment: 'open', dataDir: data.path, port })
      const late = await until(
        async () => (await again.api('GET', '/api/journal?device=porch&limit=100')).body.entries,
        entries => entries.some((entry: Entry) => entry.data?.takenAt),
      )
      const { at, data: reading } = late.find((entry: Entry) => entry.data?.takenAt)
      expect(reading.age_ms).toBeGreaterThanOrEqual(2_000)
      expect(Math.abs(Date.parse(at) - Date.parse(reading.takenAt) - reading.age_ms)).toBeLessThan(1_000)
    })

    it('stays away for a while when its token is revoked', async () => {
      await using gateway = await startGateway({ enrolment: 'open' })
      await using board = start(gateway)
      await until(
        () => device(gateway, 'porch'),
        it_ => it_.online,
      )
      await gateway.api('POST', '/api/devices/porch/token/revoke')
      await board.logged('closed with 4001')
      const wait = /next attempt in (\d+) s/.exec(await board.logged('next attempt in'))
      expect(Number(wait?.[1])).toBeGreaterThanOrEqual(60)
    })

    it('reads out what the gateway advises when nobody new may enter', async () => {
      await using gateway = await startGateway({ enrolment: 'closed' })
      await using board = start(gateway)
      await board.logged('the gateway answered 403')
    })
  })
}

if (!gxx) {
  it.skip('the camera’s firmware and a real gateway: not tested, because g++ is not installed')
} else {
  const { board: program } = await buildCamera()
  const [small, large] = [picture(320, 240), picture(1600, 1200, 30)]
  const [jpeg, still] = [join(place.path, 'small.jpg'), join(place.path, 'large.jpg')]
  writeFileSync(jpeg, small)
  writeFileSync(still, large)
  const start = (gateway: TestGateway, ...more: string[]) => {
    const files = ['--jpeg', jpeg, '--still', still, '--token-file', tokenFile(), '--idle-ms', '300']
    return new Program(program, ['--url', gateway.wsUrl, '--name', 'roof', ...files, ...more])
  }
  const snapshot = async (gateway: TestGateway) => await gateway.api('GET', '/api/devices/roof/snapshot.jpg')

  describe('the camera’s firmware and a real gateway', () => {
    it('gets in by itself, and its pictures arrive byte for byte', async () => {
      await using gateway = await startGateway({ enrolment: 'open' })
      await using _board = start(gateway)
      const shot = await until(
        () => snapshot(gateway),
        answer => answer.status === 200,
      )
      expect((shot.body as Buffer).equals(small)).toBe(true)
      expect(await device(gateway, 'roof')).toMatchObject({ kind: 'esp32cam', state: 'active', firmware: '1.0.0' })
    })

    it('takes a large still on command and goes on streaming', async () => {
      await using gateway = await startGateway({ enrolment: 'open' })
      await using board = start(gateway)
      await until(
        () => snapshot(gateway),
        answer => answer.status === 200,
      )
      const taken = await gateway.api('POST', '/api/devices/roof/action', { action: 'capture_photo', quality: 90 })
      expect(taken.status).toBe(200)
      await board.events.next(e => e.event === 'still' && e.quality === 90)
      await until(
        () => journal(gateway, 'roof'),
        text => text.includes(`1600x1200, ${large.length} bytes`),
      )
      await until(
        () => snapshot(gateway),
        answer => (answer.body as Buffer).equals(small),
      )
    })

    it('changes its rate on command and says so', async () => {
      await using gateway = await startGateway({ enrolment: 'open' })
      await using _board = start(gateway)
      await until(
        () => device(gateway, 'roof'),
        it_ => it_.online,
      )
      await gateway.api('POST', '/api/devices/roof/action', { action: 'frame_rate', value: 2 })
      await until(
        () => journal(gateway, 'roof'),
        text => text.includes('"frame_rate":"2.0"'),
      )
    })

    it('rests while nobody watches, and wakes for the first viewer', async () => {
      await using gateway = await startGateway({ enrolment: 'open' })
      await using board = start(gateway, '--idle-ms', '600000')
      await board.logged('nobody watches: resting')
      const { id } = await device(gateway, 'roof')
      {
        await using watcher = await Watcher.join(gateway, id)
        await board.logged('somebody watches')
        await until(
          async () => watcher.pictures.length,
          count => count >= 3,
        )
      }
      await board.logged('nobody watches: resting', { from: board.events.all.length })
    })

    it('shows nothing to viewers before its owner approves it, and everything after', async () => {
      await using gateway = await startGateway({ enrolment: 'approve' })
      await using _board = start(gateway)
      const [waiting] = await until(
        async () => (await gateway.api('GET', '/api/devices')).body.devices,
        devices => devices.length === 1 && devices[0].online,
      )
      expect((await gateway.api('GET', `/api/devices/${waiting.id}/snapshot.jpg`)).status).not.toBe(200)
      expect((await gateway.api('POST', `/api/devices/${waiting.id}/approve`)).status).toBe(200)
      await until(
        () => snapshot(gateway),
        answer => answer.status === 200 && (answer.body as Buffer).equals(small),
      )
    })
  })
}
