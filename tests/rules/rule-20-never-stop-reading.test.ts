import { once } from 'node:events'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { Board } from '../support/board.ts'
import { startGateway } from '../support/gateway.ts'
import { esp32cam } from '../support/handshakes.ts'
import { entry } from '../support/journal.ts'
import { jpeg } from '../support/jpeg.ts'
import { clientFrame, closeCodeOf, RawClient } from '../support/raw.ts'
import { Watcher } from '../support/viewer.ts'

const picture = (number: number) => jpeg(200_000, number)

describe('rule 20: reading from a camera never stops; frames are dropped in memory, and garbage ends with 1002', () => {
  it('takes every picture, though one of the viewers takes none', async () => {
    await using gateway = await startGateway()
    await using camera = await Board.active(gateway, { kind: 'esp32cam' })
    await using watching = await Watcher.join(gateway, await camera.id())
    await using stalled = await Watcher.join(gateway, await camera.id())
    stalled.ws.pause()
    // This is far more than the system’s own buffers hold for the stalled viewer.
    for (let number = 0; number < 150; number++) await camera.sendFrame(picture(number))
    await camera.settled()
    await watching.sees(picture(149))
    expect(await camera.device()).toMatchObject({ online: true })
  })

  it('takes every picture while the disk is busy', async () => {
    await using gateway = await startGateway()
    await using camera = await Board.active(gateway, { kind: 'esp32cam' })
    await using watching = await Watcher.join(gateway, await camera.id())
    const database = new DatabaseSync(join(gateway.dataDir, 'darvaza.sqlite'))
    database.exec('BEGIN IMMEDIATE')
    try {
      for (let number = 0; number < 50; number++) {
        camera.send({ type: 'log', message: `picture ${number}`, level: 'info' })
        await camera.sendFrame(picture(number))
      }
      await camera.settled()
      await watching.sees(picture(49))
    } finally {
      database.exec('ROLLBACK')
      database.close()
    }
  })

  it('takes every picture while nobody looks, and keeps the newest', async () => {
    await using gateway = await startGateway()
    await using camera = await Board.active(gateway, { kind: 'esp32cam' })
    for (let number = 0; number < 50; number++) await camera.sendFrame(picture(number))
    await camera.settled()
    expect((await camera.api('GET', '/snapshot.jpg')).body.equals(picture(49))).toBe(true)
  })

  it('sends a pending camera away when it sends too much, rather than making it wait', async () => {
    await using gateway = await startGateway()
    await using camera = await Board.connect(gateway, { kind: 'esp32cam' })
    for (let number = 0; number < 6; number++) camera.sendBinary(picture(number)).catch(() => {})
    expect((await camera.closed).code).toBe(4008)
  })

  it.each([
    { what: 'a JPEG without a header', bytes: jpeg(500) },
    { what: 'a frame of a kind that does not exist', bytes: clientFrame({ opcode: 3, payload: 'x' }) },
    { what: 'a control frame of a kind that does not exist', bytes: clientFrame({ opcode: 11, payload: 'x' }) },
    { what: 'a frame that says it is compressed', bytes: clientFrame({ rsv: 4, payload: 'x' }) },
    { what: 'a frame without a mask', bytes: clientFrame({ mask: 'none', payload: 'x' }) },
    { what: 'a continuation of nothing', bytes: clientFrame({ opcode: 'continuation', payload: 'x' }) },
    { what: 'a ping that is too long', bytes: clientFrame({ opcode: 'ping', payload: Buffer.alloc(126) }) },
    { what: 'a ping in fragments', bytes: clientFrame({ opcode: 'ping', fin: false }) },
    { what: 'a Close of one byte', bytes: clientFrame({ opcode: 'close', payload: Buffer.alloc(1) }) },
    { what: 'HTTP', bytes: Buffer.from('GET / HTTP/1.1\r\n\r\n') },
  ])('closes with 1002 on $what, and takes the camera back', async ({ bytes }) => {
    await using gateway = await startGateway()
    const shake = esp32cam({ token: await gateway.mint('esp32cam') })
    {
      await using camera = await RawClient.open(gateway.port, shake)
      await camera.message('connection_ack')
      await camera.sendBinary(jpeg())
      await camera.write(bytes)
      expect(closeCodeOf(await camera.control('close'))).toBe(1002)
    }
    expect(await entry(gateway, ({ kind }) => kind === 'connection.closed')).toMatchObject({
      data: { code: 1002, by: 'gateway' },
    })
    await using back = await RawClient.open(gateway.port, shake)
    await back.message('connection_ack')
    const { devices } = (await gateway.api('GET', '/api/devices')).body
    expect(devices).toMatchObject([{ online: true }])
  })

  it('goes on serving the others while one sends garbage', async () => {
    await using gateway = await startGateway()
    await using camera = await Board.active(gateway, { kind: 'esp32cam' })
    await using watching = await Watcher.join(gateway, await camera.id())
    const bad = await RawClient.open(gateway.port, esp32cam({ token: await gateway.mint('esp32cam') }))
    for (let count = 0; count < 200; count++) void bad.write(jpeg(10_000, count))
    await bad.control('close')
    await camera.sendFrame(picture(1))
    await watching.sees(picture(1))
    bad.reset()
    if (bad.closedAt === undefined) await once(bad.socket, 'close')
  })
})
