import { describe, expect, it } from 'vitest'
import { Board } from '../support/board.ts'
import { startGateway } from '../support/gateway.ts'
import { entry } from '../support/journal.ts'
import { jpeg } from '../support/jpeg.ts'
import { Watcher } from '../support/viewer.ts'

const padded = (picture: Buffer, zeros: number) => Buffer.concat([picture, Buffer.alloc(zeros)])

describe('rule 21: a binary message is a JPEG, with or without the metadata before it', () => {
  it.each([
    { what: 'after its metadata', metadata: { size: 5_000 }, picture: jpeg(5_000, 1) },
    { what: 'without metadata', metadata: undefined, picture: jpeg(5_000, 2) },
    { what: 'after metadata with a wrong size', metadata: { size: 4_999 }, picture: jpeg(5_000, 3) },
    { what: 'after metadata whose size is no number', metadata: { size: '5000' }, picture: jpeg(5_000, 4) },
    { what: 'with zeros behind its end', metadata: { size: 5_016 }, picture: padded(jpeg(5_000, 5), 16) },
    { what: 'with many zeros behind its end', metadata: undefined, picture: padded(jpeg(5_000, 6), 60_000) },
    { what: 'of the smallest size there is', metadata: undefined, picture: Buffer.from('ffd8ffd9', 'hex') },
    { what: 'of half a megabyte', metadata: { size: 500_000 }, picture: jpeg(500_000, 7) },
  ])('relays one $what, byte for byte', async ({ metadata, picture }) => {
    await using gateway = await startGateway()
    await using camera = await Board.active(gateway, { kind: 'esp32cam' })
    await using watching = await Watcher.join(gateway, await camera.id())
    if (metadata) camera.send({ type: 'frame', width: 800, height: 600, timestamp: 9, fps: 10, ...metadata })
    await camera.sendBinary(picture)
    await watching.sees(picture)
    await using late = await Watcher.join(gateway, await camera.id())
    await late.sees(picture)
    expect((await camera.api('GET', '/snapshot.jpg')).body.equals(picture)).toBe(true)
  })

  it.each([
    { what: 'nothing at all', bytes: Buffer.alloc(0) },
    { what: 'only zeros', bytes: Buffer.alloc(5_000) },
    { what: 'a beginning without an end', bytes: jpeg(5_000).subarray(0, -2) },
    { what: 'an end without a beginning', bytes: jpeg(5_000).subarray(2) },
    { what: 'a PNG', bytes: Buffer.from('89504e470d0a1a0a', 'hex') },
    { what: 'text', bytes: Buffer.from('{"type":"ping"}') },
    { what: 'a picture with something behind it', bytes: Buffer.concat([jpeg(5_000), Buffer.from('x')]) },
    { what: 'three bytes', bytes: Buffer.from('ffd8ff', 'hex') },
    { what: 'a beginning that is its own end', bytes: Buffer.from('ffd8d9', 'hex') },
  ])('drops and counts what is $what, and shows the next picture', async ({ bytes }) => {
    await using gateway = await startGateway()
    await using camera = await Board.active(gateway, { kind: 'esp32cam' })
    await using watching = await Watcher.join(gateway, await camera.id())
    await camera.sendBinary(bytes)
    await camera.sendFrame(jpeg(2_000, 'good'))
    expect(await watching.sees(jpeg(2_000, 'good'))).toBe(1)
    camera.ws.close()
    expect(await entry(gateway, ({ kind }) => kind === 'traffic')).toMatchObject({ data: { notJpeg: 1, frames: 1 } })
  })

  it('counts wrong sizes, and pairs metadata with the one picture after it only', async () => {
    await using gateway = await startGateway()
    await using camera = await Board.active(gateway, { kind: 'esp32cam' })
    await camera.sendFrame(jpeg(1_000, 1))
    await camera.sendFrame(jpeg(1_000, 2), { size: 7 })
    // This picture has no metadata, because the previous picture has used up the last.
    await camera.sendBinary(jpeg(2_000, 3))
    await camera.settled()
    camera.ws.close()
    const { data } = await entry(gateway, ({ kind }) => kind === 'traffic')
    expect(data).toMatchObject({ frames: 3, sizeMismatches: 1, frameBytes: 4_000 })
    expect(data.notJpeg).toBeUndefined()
  })

  it('takes a Pico’s binary message for a mistake: counted, never shown', async () => {
    await using gateway = await startGateway()
    await using board = await Board.active(gateway, { kind: 'pico' })
    await board.sendBinary(jpeg())
    await board.settled()
    expect((await board.api('GET', '/snapshot.jpg')).status).toBe(404)
    board.ws.close()
    expect(await entry(gateway, ({ kind }) => kind === 'traffic')).toMatchObject({ data: { unexpectedBinaries: 1 } })
  })

  it('takes a picture that comes in fragments, as some libraries send it', async () => {
    await using gateway = await startGateway()
    await using camera = await Board.active(gateway, { kind: 'esp32cam' })
    await using watching = await Watcher.join(gateway, await camera.id())
    const picture = jpeg(30_000, 'fragments')
    camera.ws.send(picture.subarray(0, 10_000), { fin: false, binary: true })
    camera.ws.send(picture.subarray(10_000, 20_000), { fin: false, binary: true })
    camera.ws.send(picture.subarray(20_000), { fin: true, binary: true })
    await watching.sees(picture)
  })
})
