import { describe, expect, it } from 'vitest'
import { Board } from '../support/board.ts'
import { startGateway } from '../support/gateway.ts'
import { esp32cam } from '../support/handshakes.ts'
import { entry } from '../support/journal.ts'
import { jpeg } from '../support/jpeg.ts'
import { closeCodeOf, closeFrame, RawClient } from '../support/raw.ts'
import { Watcher } from '../support/viewer.ts'

describe('rule 19: the newest connection wins, and a late close of the old one changes nothing', () => {
  it('says 4009 to the old connection and keeps the new one', async () => {
    await using gateway = await startGateway()
    const shake = esp32cam({ token: await gateway.mint('esp32cam') })
    await using old = await RawClient.open(gateway.port, shake)
    await using newer = await RawClient.open(gateway.port, shake)
    expect(closeCodeOf(await old.control('close'))).toBe(4009)
    await newer.saidMeanwhile()
    expect((await gateway.api('GET', '/api/devices')).body.devices).toMatchObject([{ online: true }])
  })

  it.each([
    { what: 'a reset', leave: async (old: RawClient) => old.reset() },
    { what: 'its Close', leave: (old: RawClient) => old.write(closeFrame(1000)) },
    { what: 'a bare FIN', leave: async (old: RawClient) => void old.socket.end() },
  ])('stays online when the old connection ends late, with $what', async ({ leave }) => {
    await using gateway = await startGateway({ limits: { closeWaitMs: 10_000 } })
    const shake = esp32cam({ token: await gateway.mint('esp32cam') })
    await using old = await RawClient.open(gateway.port, shake)
    await using newer = await RawClient.open(gateway.port, shake)
    await old.control('close')
    const before = (await gateway.api('GET', '/api/devices')).body.devices[0]
    await leave(old)
    await newer.saidMeanwhile()
    await newer.saidMeanwhile()
    const after = (await gateway.api('GET', '/api/devices')).body.devices[0]
    expect(after).toMatchObject({ online: true, presence: 'online', connectionId: before.connectionId })
    const closed = await entry(gateway, ({ kind }) => kind === 'connection.closed')
    expect(closed.connectionId).not.toBe(before.connectionId)
  })

  it('stays online when the old connection is noticed to be dead long after', async () => {
    await using gateway = await startGateway({ limits: { pingEveryMs: 200, deadAfterMs: 2_000, closeWaitMs: 300 } })
    const token = await gateway.mint('esp32cam')
    await using old = await RawClient.open(gateway.port, esp32cam({ token }))
    await using newer = await Board.connect(gateway, { kind: 'esp32cam', token })
    // The old connection sends nothing more; the gateway closes it after the time limit.
    await old.ended()
    await newer.settled()
    expect((await gateway.api('GET', '/api/devices')).body.devices).toMatchObject([{ online: true }])
  })

  it('takes pictures and answers from the new connection only', async () => {
    await using gateway = await startGateway({ limits: { closeWaitMs: 10_000 } })
    await using first = await Board.active(gateway, { kind: 'esp32cam' })
    const shake = esp32cam({ token: first.token!, deviceId: first.deviceId! })
    await using old = await RawClient.open(gateway.port, shake)
    await first.closed
    await using newer = await Board.connect(gateway, {
      kind: 'esp32cam',
      token: first.token!,
      deviceId: first.deviceId!,
      acknowledges: true,
    })
    await old.control('close')
    await using watcher = await Watcher.join(gateway, await first.id())
    await old.sendBinary(jpeg(1_000, 'of the old connection'))
    await newer.sendFrame(jpeg(1_000, 'of the new connection'))
    expect(await watcher.sees(jpeg(1_000, 'of the new connection'))).toBe(1)
    expect(await first.api('POST', '/servo', { servo1: 30, servo2: 40 })).toMatchObject({ status: 200 })
    expect(newer.messages.filter(({ type }) => type === 'servo')).toHaveLength(1)
  })

  it('survives a board that comes back many times in a second', async () => {
    await using gateway = await startGateway()
    const shake = esp32cam({ token: await gateway.mint('esp32cam') })
    const connections: RawClient[] = []
    for (let count = 0; count < 30; count++) connections.push(await RawClient.open(gateway.port, shake))
    const newest = connections.at(-1)!
    await newest.saidMeanwhile()
    for (const old of connections.slice(0, -1)) old.reset()
    await newest.saidMeanwhile()
    const { devices } = (await gateway.api('GET', '/api/devices')).body
    expect(devices).toMatchObject([{ online: true, contested: false }])
    for (const connection of connections) await connection[Symbol.asyncDispose]()
  })
})
