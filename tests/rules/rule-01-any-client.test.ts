import { describe, expect, it } from 'vitest'
import { Board } from '../support/board.ts'
import { startGateway } from '../support/gateway.ts'
import { browser, esp32cam, esp32Key, pico } from '../support/handshakes.ts'
import { RawClient, zeroMask } from '../support/raw.ts'
import { fieldClients } from './field-clients.ts'

/** With this limit no keep-alive adds to the counted frames, however slow the machine is. */
const silent = { pingEveryMs: 600_000 }

describe('rule 1: device paths accept any Origin, a Host without a port, zero masks and repeated keys', () => {
  it.each(fieldClients)('lets $client in by its own handshake, in one piece', async ({ kind, shake }) => {
    await using gateway = await startGateway()
    const token = await gateway.mint(kind)
    await using board = await RawClient.open(gateway.port, shake({ port: gateway.port, token }))
    expect(await board.message('connection_ack')).toMatchObject({ status: 'success' })
    const { devices } = (await gateway.api('GET', '/api/devices')).body
    expect(devices).toMatchObject([{ kind, state: 'pending', online: true }])
  })

  it.each(['https://evil.example', 'http://192.168.1.20:8080', 'file://', 'null', 'not a url at all'])(
    'accepts the Origin %s',
    async origin => {
      await using gateway = await startGateway()
      const shake = pico({ port: gateway.port, token: await gateway.mint('pico') })
      await using board = await RawClient.open(gateway.port, shake.replace(/Origin: .*/, `Origin: ${origin}`))
      await board.message('connection_ack')
    },
  )

  it.each(['192.168.1.20', 'gate.example.org', 'GATE:99999'])('accepts the Host %s, whatever it says', async host => {
    await using gateway = await startGateway()
    const shake = esp32cam({ host, token: await gateway.mint('esp32cam') })
    await using board = await RawClient.open(gateway.port, shake)
    await board.message('connection_ack')
  })

  it.each(['https://dash.example', 'null'])('lets a browser in from %s, which cannot set headers', async origin => {
    await using gateway = await startGateway({ limits: silent })
    await using byMessage = await RawClient.open(gateway.port, browser({ port: gateway.port, origin }))
    await byMessage.send({ type: 'auth', token: await gateway.mint('pico') })
    await byMessage.message('connection_ack')
    // The gateway sends no frame before the token.
    expect(byMessage.frames).toHaveLength(1)
    const protocol = `darvaza.bearer, ${await gateway.mint('pico')}`
    const shake = browser({ port: gateway.port, path: '/ws/pico', origin, protocol })
    await using byProtocol = await RawClient.open(gateway.port, shake)
    await byProtocol.message('connection_ack')
  })

  it('reads messages that are masked with zeros', async () => {
    await using gateway = await startGateway()
    const token = await gateway.mint('esp32cam')
    await using board = await RawClient.open(gateway.port, esp32cam({ token }))
    await board.sendFrame({ payload: '{"type":"ping"}', mask: zeroMask })
    await board.message('pong')
    await board.sendFrame({ opcode: 'ping', payload: 'still here', mask: zeroMask })
    expect((await board.control('pong')).payload.toString()).toBe('still here')
  })

  it('keeps two cameras apart that send the same key, at the same time', async () => {
    await using gateway = await startGateway({ enrolment: 'open' })
    const open = async (deviceId: string) =>
      RawClient.open(gateway.port, esp32cam({ token: await gateway.mint('esp32cam'), deviceId }))
    await using one = await open('first')
    await using other = await open('second')
    const { devices } = (await gateway.api('GET', '/api/devices')).body
    expect(devices.map((device: { name: string }) => device.name).sort()).toEqual(['first', 'second'])
    await one.saidMeanwhile()
    await other.saidMeanwhile()
    expect(one.frames.concat(other.frames).filter(frame => frame.opcode === 8)).toEqual([])
  })

  it('does not let a known key in without its token', async () => {
    await using gateway = await startGateway({ enrolment: 'open', limits: silent })
    await using known = await RawClient.open(gateway.port, esp32cam({ token: await gateway.mint('esp32cam') }))
    await using stranger = await RawClient.connect(gateway.port)
    const shake = esp32cam({})
    expect(shake).toContain(esp32Key)
    await stranger.write(shake)
    expect((await stranger.answer()).status).toBe(401)
    expect(await known.saidMeanwhile()).toMatchObject([{ opcode: 1 }])
  })

  it('lets the documented ws client in, too', async () => {
    await using gateway = await startGateway()
    await using board = await Board.connect(gateway)
    await board.next('connection_ack')
  })
})
