import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startGateway } from '../support/gateway.ts'
import { pico, pythonWebsockets, wscat } from '../support/handshakes.ts'
import { onlyIf } from '../support/only-if.ts'
import { opcodes, RawClient } from '../support/raw.ts'

const hasOpenssl = (() => {
  try {
    execFileSync('openssl', ['version'])
    return true
  } catch {
    return false
  }
})()
const withOpenssl = onlyIf(hasOpenssl, 'openssl is not installed')

describe('rule 6: messages to devices have no compression and no fragments, and handshakes get no redirects', () => {
  it.each([
    { client: 'Python websockets 10.4', shake: pythonWebsockets },
    { client: 'wscat', shake: wscat },
  ])('does not agree to the compression that $client offers', async ({ shake }) => {
    await using gateway = await startGateway()
    const token = await gateway.mint('pico')
    await using board = await RawClient.open(gateway.port, shake({ port: gateway.port, token }))
    expect((await board.answer()).header('sec-websocket-extensions')).toBeUndefined()
  })

  it('sends every message whole and as it is, through a whole conversation', async () => {
    await using gateway = await startGateway({ enrolment: 'open', limits: { pingEveryMs: 200 } })
    const token = await gateway.mint('pico')
    await using board = await RawClient.open(gateway.port, pythonWebsockets({ port: gateway.port, token }))
    await board.send({ type: 'connect', device: 'pico', servo1_angle: 90, servo2_angle: 90 })
    await board.send({ type: 'sensor_data', sensor_type: 'temperature', data: { sequence: 1 } })
    await board.sendFrame({ opcode: 'ping', payload: Buffer.alloc(125, 'x') })
    const { devices } = (await gateway.api('GET', '/api/devices')).body
    const servo = gateway.api('POST', `/api/devices/${devices[0].id}/servo`, { servo1: 20, servo2: 160 })
    await board.message('servo')
    await board.send({ type: 'ack', command_type: 'servo', status: 'success' })
    expect((await servo).status).toBe(200)
    await board.message('ping')
    await board.control('ping')
    await gateway.api('POST', `/api/devices/${devices[0].id}/block`, {})
    await board.control('close')
    const seen = new Set(board.frames.map(frame => frame.opcode))
    expect(seen).toEqual(new Set([opcodes.text, opcodes.ping, opcodes.pong, opcodes.close]))
    for (const frame of board.frames) expect(frame).toMatchObject({ fin: true, rsv: 0, masked: false })
  })

  it.each(['/ws/pico', '/ws/pico/', '/ws', '/ws/', '/ws/pico?from=flash'])(
    'answers %s itself and sends nobody elsewhere',
    async path => {
      await using gateway = await startGateway()
      await using board = await RawClient.connect(gateway.port)
      await board.write(pico({ port: gateway.port, token: await gateway.mint('pico'), path }))
      expect((await board.answer()).status).toBe(101)
    },
  )

  it.each(['/ws/picow', '//ws/pico', '/WS/PICO', '/ws/pico/more'])('refuses %s rather than redirecting', async path => {
    await using gateway = await startGateway()
    await using board = await RawClient.connect(gateway.port)
    await board.write(pico({ port: gateway.port, token: await gateway.mint('pico'), path }))
    const answer = await board.answer()
    expect([101, 404]).toContain(answer.status)
    expect(answer.header('location')).toBeUndefined()
  })

  it('keeps the plain door open to boards where operators are sent to TLS', withOpenssl, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'darvaza-tls-'))
    const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
    const make = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
    execFileSync('openssl', [...make, '-subj', '/CN=gate', '-keyout', keyFile, '-out', certFile], { stdio: 'ignore' })
    {
      await using gateway = await startGateway({ tls: { port: 0, certFile, keyFile } })
      await using board = await RawClient.open(
        gateway.port,
        pico({ port: gateway.port, token: await gateway.mint('pico') }),
      )
      await board.message('connection_ack')
    }
    await rm(folder, { recursive: true })
  })
})
