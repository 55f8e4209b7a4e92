import { describe, expect, it } from 'vitest'
import { failures } from '../../src/errors/errors.ts'
import { Board } from '../support/board.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { esp32cam, links2004, pico, pythonWebsockets, wscat } from '../support/handshakes.ts'
import { entry } from '../support/journal.ts'
import { RawClient } from '../support/raw.ts'

async function refused(gateway: TestGateway, handshake: string, from: string) {
  await using client = await RawClient.connect(gateway.port, { from })
  await client.write(handshake)
  return await client.answer()
}

describe('a refusal', () => {
  it.each([
    ['token_missing', 401, (port: number) => pico({ port }), 'MicroPython'],
    ['token_missing', 401, (port: number) => links2004({ port }), 'links2004 arduinoWebSockets'],
    ['token_unknown', 401, (port: number) => pythonWebsockets({ port, token: 'forged' }), 'Python websockets 10.4'],
    ['token_unknown', 401, (port: number) => wscat({ port, token: 'forged' }), 'ws or wscat'],
    ['token_unknown', 401, () => esp32cam({ token: 'forged' }), 'ArduinoWebsockets'],
    ['token_malformed', 401, (port: number) => pico({ port, token: 'Bearer forged' }), 'MicroPython'],
    ['token_malformed', 401, (port: number) => pico({ port, token: '"forged"' }), 'MicroPython'],
  ] as const)(
    '%s is %i with a sentence and a remedy, and is kept with the library',
    async (code, status, shake, library) => {
      await using gateway = await startGateway()
      const from = '127.0.70.1'
      const answer = await refused(gateway, shake(gateway.port), from)
      expect(answer.status).toBe(status)
      expect(answer.json()).toEqual({
        status: 'error',
        code,
        message: failures[code].message.en,
        hint: (await gateway.api('GET', '/api/refusals')).body.refusals[0].remedy,
      })
      expect(answer.header('www-authenticate')).toBe('Bearer')
      expect(answer.header('content-type')).toMatch(/^application\/json/)
      const row = await entry(gateway, found => found.kind === 'refusal')
      expect(row).toMatchObject({ address: from, data: { code, library, path: expect.stringMatching(/^\/ws/) } })
      expect(row.text).toContain(code)
      expect(Date.now() - Date.parse(row.at)).toBeLessThan(10_000)
      expect(JSON.stringify(row)).not.toContain('forged')
    },
  )

  it('is 403 without a challenge where no other token would help', async () => {
    await using gateway = await startGateway({ enrolment: 'open' })
    await using board = await Board.connect(gateway)
    await board.next('connection_ack')
    await board.api('POST', '/block', {})
    const answer = await refused(gateway, pico({ port: gateway.port, token: board.token! }), '127.0.70.2')
    expect([answer.status, answer.json().code, answer.header('www-authenticate')]).toEqual([
      403,
      'device_blocked',
      undefined,
    ])
    expect(await entry(gateway, row => row.data?.code === 'device_blocked')).toMatchObject({
      deviceId: expect.stringMatching(/^d_/),
    })
  })

  it('speaks Persian to who asks for it', async () => {
    await using gateway = await startGateway()
    const shake = pico({ port: gateway.port }).replace(
      '\r\n\r\n',
      '\r\nAccept-Language: fa-IR,fa;q=0.9,en;q=0.5\r\n\r\n',
    )
    const answer = await refused(gateway, shake, '127.0.70.3')
    expect(answer.json()).toMatchObject({
      message: failures.token_missing.message.fa,
      hint: expect.stringMatching(/^توکنی از .http:\/\/127\.0\.0\.1:\d+\/public\/tokens. در تنظیماتش بگذارید/),
    })
  })

  it('names what else can be wrong: the path, the handshake, plain HTTP where WebSocket is spoken, TLS on the plain port', async () => {
    await using gateway = await startGateway()
    const token = await gateway.mint('pico')
    const at = (path: string) => pico({ port: gateway.port, token, path })
    const cases: [string, number, string][] = [
      [at('/ws/toaster'), 404, 'not_found'],
      [at('/ws/view/%'), 401, 'key_unknown'],
      [at('/ws/view/%E0%A4%A'), 401, 'key_unknown'],
      [at('/ws/pico').replace('Version: 13', 'Version: 8'), 400, 'handshake_invalid'],
      [at('/ws/pico').replace(/Sec-WebSocket-Key: \S+/, 'Sec-WebSocket-Key: short'), 400, 'handshake_invalid'],
      [`GET /ws/pico HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`, 426, 'upgrade_required'],
    ]
    for (const [index, [shake, status, code]] of cases.entries()) {
      const answer = await refused(gateway, shake, `127.0.71.${index + 1}`)
      expect([answer.status, answer.json().code], shake.split('\r\n')[0]).toEqual([status, code])
    }
    await using tls = await RawClient.connect(gateway.port, { from: '127.0.71.50' })
    await tls.write(Buffer.from('16030100c8010000c40303', 'hex'))
    expect((await tls.answer()).json().code).toBe('tls_on_plain_port')
    // None of these attempts has bound the claim or created a device.
    expect((await gateway.api('GET', '/api/devices')).body.devices).toEqual([])
    await using board = await Board.connect(gateway, { token })
    await board.next('connection_ack')
  })

  it('is never the end of the gateway, whatever the path', async () => {
    await using gateway = await startGateway({ limits: { refusalHoldMinMs: 1, refusalHoldMaxMs: 2 } })
    const paths = [
      '/ws/view/%',
      '/ws/view/%00',
      '/ws/view/__proto__',
      '/ws/constructor',
      '//',
      '/ws/',
      '/ws/pico/',
      '*',
    ]
    for (const path of [
      ...paths,
      `/ws/view/${'x'.repeat(5_000)}`,
      '/ws/view/%E0%A4%A',
      '/?%',
      '/ws?%ff',
      'http://x/ws/pico',
    ]) {
      await using client = await RawClient.connect(gateway.port)
      await client.write(pico({ port: gateway.port, path }))
      await client.answer()
    }
    expect((await gateway.api('GET', '/health')).status).toBe(200)
  })
})

describe('the address of a refused board', () => {
  const addressOf = async (gateway: TestGateway, lines: string[], from: string) => {
    const shake = pico({ port: gateway.port, token: 'forged' }).replace('\r\n\r\n', `\r\n${lines.join('\r\n')}\r\n\r\n`)
    await refused(gateway, shake, from)
    return (await entry(gateway, row => row.kind === 'refusal')).address
  }

  it('is the socket’s, whatever a stranger forwards', async () => {
    await using gateway = await startGateway({ trustedProxies: ['127.0.72.1'] })
    expect(await addressOf(gateway, ['X-Forwarded-For: 203.0.113.7'], '127.0.72.2')).toBe('127.0.72.2')
  })

  it('is the last untrusted hop behind a trusted proxy, over all lines of the header', async () => {
    await using gateway = await startGateway({ trustedProxies: ['127.0.72.0/24'] })
    const lines = ['X-Forwarded-For: 6.6.6.6', 'X-Forwarded-For: 203.0.113.7, 127.0.72.9']
    expect(await addressOf(gateway, lines, '127.0.72.3')).toBe('203.0.113.7')
  })

  it('is that of an approved board too: shown with the device, and counted by', async () => {
    await using gateway = await startGateway({ trustedProxies: ['127.0.0.1'] })
    await using board = await Board.connect(gateway, { headers: { 'x-forwarded-for': '2001:db8::7' } })
    await board.next('connection_ack')
    expect((await board.device()).address).toBe('2001:db8::7')
  })
})
