import { describe, expect, it } from 'vitest'
import { spawnGateway, startGateway, type TestGateway } from '../support/gateway.ts'
import { RawClient } from '../support/raw.ts'

/** A handshake request without a token. */
function shake(
  gateway: TestGateway,
  { path = '/ws/pico', host = `127.0.0.1:${gateway.port}`, lines = [] as string[] },
) {
  return `${[
    `GET ${path} HTTP/1.1`,
    `Host: ${host}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==',
    ...lines,
  ].join('\r\n')}\r\n\r\n`
}

async function status(gateway: TestGateway, shape: Parameters<typeof shake>[1], from?: string): Promise<number> {
  await using client = await RawClient.connect(gateway.port, from ? { from } : {})
  await client.write(shake(gateway, shape))
  return (await client.answer()).status
}

/** These tests cause many rejections, so the gateway hardly delays them. */
const limits = { refusalHoldMinMs: 1, refusalHoldMaxMs: 2 }

describe('a board on loopback', () => {
  it('needs a token like any other, unless the operator trusts this machine', async () => {
    await using gateway = await startGateway({ limits })
    expect(await status(gateway, {})).toBe(401)
    expect(await status(gateway, { host: 'localhost' })).toBe(401)
  })

  it('gets in without a token where it is trusted: from all of 127.0.0.0/8, under this machine’s own names', async () => {
    await using gateway = await startGateway({ trustLoopback: true, limits, enrolment: 'closed' })
    for (const host of ['127.0.0.1', `127.0.0.1:${gateway.port}`, 'localhost', 'LOCALHOST:1', '[::1]', '[::1]:3000'])
      expect(await status(gateway, { host }), host).toBe(101)
    expect(await status(gateway, {}, '127.0.50.1')).toBe(101)
    expect(await status(gateway, { path: '/ws' })).toBe(101)
    const { devices } = (await gateway.api('GET', '/api/devices')).body
    expect(devices.map(({ source, state }: { source: string; state: string }) => [source, state])).toContainEqual([
      'loopback',
      'active',
    ])
  })

  it.each(['gate.example.org', '192.168.1.5', '127.0.0.1.example.org', 'localhost.evil.example', '127.0.0.2', 'x', ''])(
    'does not get in under the foreign name "%s"',
    async host => {
      await using gateway = await startGateway({ trustLoopback: true, limits })
      expect(await status(gateway, { host })).toBeGreaterThanOrEqual(400)
    },
  )

  it.each([
    'X-Forwarded-For: 203.0.113.7',
    'X-Forwarded-For: 127.0.0.1',
    'X-Forwarded-For:',
    'X-Forwarded-Host: gate.example.org',
    'X-Forwarded-Proto: https',
    'X-Forwarded-Port: 443',
    'X-Forwarded-Server: proxy',
    'Forwarded: for=203.0.113.7',
    'X-Real-IP: 203.0.113.7',
    'Via: 1.1 proxy',
    'CF-Connecting-IP: 203.0.113.7',
    'True-Client-IP: 203.0.113.7',
    'X-Client-IP: 203.0.113.7',
  ])('does not get in with a header that a proxy added: %s', async line => {
    await using gateway = await startGateway({ trustLoopback: true, limits })
    expect(await status(gateway, { lines: [line] })).toBe(401)
  })

  it.each(['https://evil.example', 'http://localhost.evil.example', 'null', 'file://', 'https://github.com/x', 'x'])(
    'does not get in for the site %s',
    async origin => {
      await using gateway = await startGateway({ trustLoopback: true, limits })
      expect(await status(gateway, { lines: [`Origin: ${origin}`] })).toBe(401)
    },
  )

  it('gets in with an Origin of this machine, as the Pico’s library sends it', async () => {
    await using gateway = await startGateway({ trustLoopback: true, limits })
    for (const origin of [`http://127.0.0.1:${gateway.port}`, 'http://localhost', 'http://[::1]:3000'])
      expect(await status(gateway, { lines: [`Origin: ${origin}`] }), origin).toBe(101)
  })

  it('is checked like any other when it does present a token', async () => {
    await using gateway = await startGateway({ trustLoopback: true, limits })
    expect(await status(gateway, { lines: ['Authorization: Bearer forged'] })).toBe(401)
  })

  it('does not make an operator of anybody, nor opens the API', async () => {
    await using gateway = await startGateway({ trustLoopback: true, limits })
    for (const path of ['/api/devices', '/api/journal', '/api/keys', '/metrics'])
      expect((await gateway.api('GET', path, undefined, { key: null })).status, path).toBe(401)
    expect(await status(gateway, { path: '/ws/view/anything' })).toBe(401)
  })
})

describe('trusting loopback', () => {
  it('is warned about at each start', async () => {
    await using gateway = await spawnGateway({ args: ['--trust-loopback'] })
    expect(gateway.output()).toMatch(/WARNING: --trust-loopback is on/)
  })

  it('is refused together with trusted proxies, in one sentence', async () => {
    await expect(spawnGateway({ args: ['--trust-loopback', '--trusted-proxies', '10.0.0.1'] })).rejects.toThrow(
      /exit code 2[\s\S]*--trust-loopback and --trusted-proxies 10\.0\.0\.1 cannot be combined/,
    )
    await expect(
      spawnGateway({ env: { DARVAZA_TRUST_LOOPBACK: 'true', DARVAZA_TRUSTED_PROXIES: '10.0.0.1' } }),
    ).rejects.toThrow(/exit code 2[\s\S]*cannot be combined/)
  })
})
