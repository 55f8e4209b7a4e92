import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { jpeg } from '../support/jpeg.ts'
import { until } from '../support/until.ts'
import { Watcher } from '../support/viewer.ts'
import { ExternalBoard, python } from './python.ts'

const kinds = ['pico', 'esp32cam'] as const
const picture = jpeg(40_000, 'external board')
let folder: string
let file: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'darvaza-external-'))
  file = join(folder, 'picture.jpg')
  await writeFile(file, picture)
})
afterAll(() => rm(folder, { recursive: true }))

const board = (gateway: TestGateway, kind: string, more: string[] = []): ExternalBoard =>
  new ExternalBoard('command' in python ? python.command : '', [gateway.url, '--kind', kind, '--seconds', '2', ...more])

/** Waits until the only device is online, and returns it. */
const theDevice = (gateway: TestGateway) =>
  until('a device to be online', async () => {
    const { devices } = (await gateway.api('GET', '/api/devices')).body
    return devices.length > 0 && devices[0].online && devices[0]
  })

const every = ['tokens', 'refused', 'forged', 'connected', 'pong', 'held']

if ('missing' in python) {
  it.skip(`the documented board client: not tested, because there is ${python.missing}`)
} else {
  describe('the documented board client', () => {
    it.each(kinds)('passes as a %s where everybody gets in, and is active at once', async kind => {
      await using gateway = await startGateway({ enrolment: 'open' })
      await using client = board(gateway, kind)
      await client.step('connected')
      expect(await theDevice(gateway)).toMatchObject({ kind, state: 'active', library: 'Python websockets 10.4' })
      expect(await client.end()).toBe('ok')
      expect(client.steps.map(({ step }) => step)).toEqual(every)
    })

    it.each(kinds)('passes as a %s in a pairing window, and is active at once', async kind => {
      await using gateway = await startGateway()
      await gateway.api('PUT', '/api/enrolment', { mode: 'pairing', boards: 1 })
      await using client = board(gateway, kind)
      await client.step('connected')
      expect(await theDevice(gateway)).toMatchObject({ kind, state: 'active' })
      expect(await client.end()).toBe('ok')
      expect(client.steps.map(({ step }) => step)).toEqual(every)
      expect((await gateway.api('GET', '/api/enrolment')).body).toMatchObject({ approved: 1, waiting: 0 })
    })

    it.each(kinds)('passes as a %s that waits for approval, connected and kept alive', async kind => {
      await using gateway = await startGateway()
      await using client = board(gateway, kind)
      await client.step('connected')
      expect(await theDevice(gateway)).toMatchObject({ kind, state: 'pending' })
      expect(await client.end()).toBe('ok')
      expect(client.steps.map(({ step }) => step)).toEqual(every)
    })

    it.each(kinds)('passes as a %s with a token that the owner made for it', async kind => {
      await using gateway = await startGateway({ enrolment: 'closed' })
      const made = await gateway.api('POST', '/api/devices', { kind, name: 'roof' })
      await using client = board(gateway, kind, ['--token', made.body.token])
      await client.step('connected')
      expect(await theDevice(gateway)).toMatchObject({ kind, state: 'active', name: 'roof' })
      expect(await client.end()).toBe('ok')
    })

    it.each(['open', 'approve'] as const)('shows its pictures byte for byte, enrolment %s', async enrolment => {
      await using gateway = await startGateway({ enrolment })
      await using client = board(gateway, 'esp32cam', ['--frames', file, '--fps', '10'])
      await client.step('connected')
      const { id, state } = await theDevice(gateway)
      if (state === 'pending') {
        expect((await gateway.api('GET', `/api/devices/${id}/snapshot.jpg`)).status).toBe(409)
        // Approving takes effect on the open socket.
        expect((await gateway.api('POST', `/api/devices/${id}/approve`, {})).status).toBe(200)
      }
      await using watcher = await Watcher.join(gateway, id)
      await watcher.sees(picture)
      expect(watcher.pictures.every(seen => seen.equals(picture))).toBe(true)
      expect((await gateway.api('GET', `/api/devices/${id}/snapshot.jpg`)).body.equals(picture)).toBe(true)
      expect(await client.end()).toBe('ok')
    })

    it.each(['servo', 'servo_smooth'] as const)('hears a %s command and acknowledges it', async type => {
      await using gateway = await startGateway()
      await using client = board(gateway, 'pico')
      await client.step('pong')
      const { id } = await theDevice(gateway)
      await gateway.api('POST', `/api/devices/${id}/approve`, {})
      const order = { servo1: 70, servo2: 110, smooth: type === 'servo_smooth' }
      const answer = await gateway.api('POST', `/api/devices/${id}/servo`, order)
      expect(answer).toMatchObject({
        status: 200,
        body: { status: 'ok', ack: { type: 'ack', command_type: type, status: 'success', detail: 'moved' } },
      })
      expect(answer.body.latencyMs).toBeGreaterThan(0)
      expect(await client.step('command')).toMatchObject({ type, command: { servo1: 70, servo2: 110 } })
      expect(await client.end()).toBe('ok')
    })
  })
}
