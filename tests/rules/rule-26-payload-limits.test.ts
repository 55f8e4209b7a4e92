import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../../src/core/limits.ts'
import { Board } from '../support/board.ts'
import { spawnGateway, startGateway } from '../support/gateway.ts'
import { esp32cam, pico } from '../support/handshakes.ts'
import { jpeg } from '../support/jpeg.ts'
import { clientFrame, closeCodeOf, RawClient } from '../support/raw.ts'
import { Watcher } from '../support/viewer.ts'

describe('rule 26: a camera’s frame may have 2 MiB, a Pico’s message 64 KiB, and a message to a Pico less than 4 KiB', () => {
  it('has the documented numbers', () => {
    expect(defaultLimits).toMatchObject({ frameBytes: 2 * 1024 * 1024, textBytes: 64 * 1024 })
  })

  it('takes a picture of exactly 2 MiB, and closes with 1009 on one byte more', async () => {
    await using gateway = await startGateway()
    await using camera = await Board.active(gateway, { kind: 'esp32cam' })
    await using watching = await Watcher.join(gateway, await camera.id())
    const largest = jpeg(2 * 1024 * 1024)
    await camera.sendFrame(largest)
    await watching.sees(largest)
    camera.sendBinary(jpeg(2 * 1024 * 1024 + 1)).catch(() => {})
    expect((await camera.closed).code).toBe(1009)
  })

  it('does not wait for the bytes of what is too large: its header is enough', async () => {
    await using gateway = await startGateway()
    await using camera = await RawClient.open(gateway.port, esp32cam({ token: await gateway.mint('esp32cam') }))
    await camera.message('connection_ack')
    await camera.sendFrame({ opcode: 'binary', saysLength: 2 ** 40 })
    expect(closeCodeOf(await camera.control('close'))).toBe(1009)
  })

  it('adds the fragments of a message up', async () => {
    await using gateway = await startGateway({ enrolment: 'open', limits: { frameBytes: 300_000 } })
    await using camera = await RawClient.open(gateway.port, esp32cam({ token: await gateway.mint('esp32cam') }))
    await camera.message('connection_ack')
    const piece = Buffer.alloc(100_000)
    await camera.sendFrame({ opcode: 'binary', fin: false, payload: piece })
    for (let count = 0; count < 3; count++)
      void camera.write(clientFrame({ opcode: 'continuation', fin: false, payload: piece }))
    expect(closeCodeOf(await camera.control('close'))).toBe(1009)
  })

  it('takes 64 KiB from a Pico, and closes with 1009 on one byte more', async () => {
    await using gateway = await startGateway()
    await using board = await RawClient.open(
      gateway.port,
      pico({ port: gateway.port, token: await gateway.mint('pico') }),
    )
    await board.message('connection_ack')
    const message = (bytes: number) => {
      const frame = '{"type":"log","message":""}'
      return frame.replace('""', `"${'x'.repeat(bytes - frame.length)}"`)
    }
    expect(message(64 * 1024)).toHaveLength(64 * 1024)
    await board.send(message(64 * 1024))
    await board.saidMeanwhile()
    await board.send(message(64 * 1024 + 1))
    expect(closeCodeOf(await board.control('close'))).toBe(1009)
  })

  it('lets the owner set what a picture may weigh, and not below 256 KiB', async () => {
    {
      await using gateway = await spawnGateway({ args: ['--max-frame', '256', '--enrolment', 'open'] })
      await using camera = await Board.connect(gateway, { kind: 'esp32cam' })
      await camera.sendFrame(jpeg(256 * 1024))
      await camera.settled()
      camera.sendBinary(jpeg(256 * 1024 + 1)).catch(() => {})
      expect((await camera.closed).code).toBe(1009)
    }
    await expect(spawnGateway({ args: ['--max-frame', '255'] })).rejects.toThrow('--max-frame 255')
  })

  it('stays under 4 KiB towards a Pico, whatever an operator or the board itself says', async () => {
    await using gateway = await startGateway({ enrolment: 'open', limits: { ackTimeoutMs: 100 } })
    await using board = await RawClient.open(
      gateway.port,
      pico({ port: gateway.port, token: await gateway.mint('pico') }),
    )
    await board.message('connection_ack')
    await board.send({ type: 'sensor_data', sensor_type: 'x'.repeat(60_000), data: { sequence: 1 } })
    await board.send({ type: 'sensor_data', sensor_type: 'x', data: { sequence: ['y'.repeat(60_000)] } })
    await board.message('ack')
    await board.message('ack')
    const [{ id }] = (await gateway.api('GET', '/api/devices')).body.devices
    for (const length of [1_000, 4_000, 100_000]) {
      const order = { action: 'reset_position', note: 'z'.repeat(length) }
      await gateway.api('POST', `/api/devices/${id}/action`, order)
    }
    await board.saidMeanwhile()
    for (const frame of board.frames) expect(frame.size).toBeLessThan(4 * 1024)
  })

  it('writes down why it closed', async () => {
    await using gateway = await startGateway()
    await using board = await Board.active(gateway)
    board.send('x'.repeat(100_000))
    expect((await board.closed).code).toBe(1009)
    const { entries } = (await gateway.api('GET', '/api/journal?kind=connection.closed')).body
    expect(entries).toMatchObject([{ data: { code: 1009, by: 'gateway' } }])
  })
})
