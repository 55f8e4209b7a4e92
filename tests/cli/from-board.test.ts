import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CheckOptions, check, namesOf } from '../../src/cli/check/check.ts'
import { boardStepNames, type Step, type StepName } from '../../src/cli/check/step.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { dropping, type Meddle, meddlingProxy } from '../support/meddling-proxy.ts'
import { darvaza } from './support/run.ts'

let gateway: TestGateway
beforeAll(async () => {
  // Repeated rejections are delayed, so the delay is shortened for the test.
  gateway = await startGateway({ limits: { refusalHoldMinMs: 20, refusalHoldMaxMs: 40, mintsPerMinute: 1_000 } })
})
afterAll(() => gateway[Symbol.asyncDispose]())

type Findings = Record<StepName, Step>

async function findings(options: Partial<CheckOptions> & { url: string }): Promise<Findings> {
  const found: Partial<Findings> = {}
  const { signal } = new AbortController()
  for await (const step of check({ seconds: 1, fromBoard: true, ...options, signal })) found[step.step] = step
  expect(Object.keys(found)).toEqual([...namesOf({ fromBoard: true })])
  return found as Findings
}

async function through(meddle: Meddle): Promise<Findings> {
  await using proxy = await meddlingProxy(gateway.port, meddle)
  return await findings({ url: proxy.url })
}

const boards = (found: Findings, verdict: Step['verdict']) =>
  boardStepNames.filter(name => found[name].verdict === verdict)
const codes = (found: Findings) => Object.fromEntries(boardStepNames.map(name => [name, found[name].code]))

describe('the handshakes of the libraries', () => {
  test('all get into our gateway, bind no token and leave no device', async () => {
    const found = await findings({ url: gateway.url })
    expect(boards(found, 'ok'), JSON.stringify(codes(found))).toEqual(boardStepNames)
    expect(found['board:arduino-1500']).toMatchObject({
      says: expect.stringMatching(/^gets in: 101 after \d+ ms, with \d{3} KiB of headers$/),
      facts: { library: 'ArduinoWebsockets', headerLines: expect.any(Number), headerBytes: expect.any(Number) },
    })
    expect(found['board:arduino-1500'].facts!.headerLines).toBeGreaterThan(7_500)
    expect((await gateway.api('GET', '/api/devices')).body.devices).toEqual([])
    expect((await gateway.api('GET', '/api/journal?kind=refusal')).body.entries).toEqual([])
  })

  test('show the token one gives, at the door that takes any kind', async () => {
    const made = await gateway.api('POST', '/api/devices', { kind: 'pico', name: 'bench' })
    const found = await findings({ url: gateway.url, token: made.body.token })
    expect(boards(found, 'failed')).toEqual([])
    expect(found['board:micropython'].says).toMatch(/^gets in/)
    expect(found['board:arduino'].says).toBe('arrives whole; the token you gave is for another kind of board')
    expect((await gateway.api('GET', '/api/journal?kind=connection')).body.entries).toEqual([])
  })

  test('are not tried without a token to show', async () => {
    await using closed = await startGateway({ enrolment: 'closed' })
    const found = await findings({ url: closed.url })
    expect(boards(found, 'skipped')).toEqual(boardStepNames)
    expect(found.tokens.code).toBe('tokens_closed')
  })
})

describe('a proxy that', () => {
  test('drops Upgrade lets nobody in, and is named', async () => {
    const found = await through(dropping('upgrade'))
    expect(new Set(Object.values(codes(found)))).toEqual(new Set(['upgrade_dropped']))
    expect(found['board:micropython'].remedy).toContain('proxy_set_header Upgrade')
  })

  test('drops Authorization lets in only who says its token otherwise', async () => {
    const found = await through(dropping('authorization'))
    expect(boards(found, 'ok')).toEqual(['board:uwebsockets', 'board:browser-protocol', 'board:browser-message'])
    expect(found['board:arduino']).toMatchObject({
      code: 'authorization_dropped',
      remedy: expect.stringContaining('proxy_set_header Authorization'),
    })
  })

  test('drops subprotocols, or the query, locks out those who depend on them', async () => {
    const found = await through(lines =>
      dropping('sec-websocket-protocol')(lines.with(0, lines[0]!.replace(/\?\S+/, ''))),
    )
    expect(codes(found)).toMatchObject({
      'board:browser-protocol': 'protocol_dropped',
      'board:browser-message': 'query_dropped',
      'board:uwebsockets': 'query_dropped',
    })
    expect(boards(found, 'failed')).toHaveLength(3)
  })

  test('limits the size of headers locks a camera out at its 40th reconnect', async () => {
    const found = await through(lines =>
      lines.join('\r\n').length > 8_192 ? '431 Request Header Fields Too Large' : lines,
    )
    expect(boards(found, 'failed')).toEqual(['board:arduino-40', 'board:arduino-1500'])
    expect(found['board:arduino-40']).toMatchObject({
      code: 'header_block_refused',
      remedy: expect.stringMatching(/tune\.bufsize.*large_client_header_buffers/),
    })
  })

  test('refuses a repeated Authorization locks a camera out at its first reconnect', async () => {
    const found = await through(lines =>
      lines.filter(line => /^authorization:/i.test(line)).length > 1 ? '400 Bad Request' : lines,
    )
    expect(boards(found, 'failed')).toEqual(['board:arduino-2', 'board:arduino-40', 'board:arduino-1500'])
    expect(found['board:arduino-40'].code).toBe('repeated_header_refused')
    expect(found['board:arduino-2'].remedy).toContain('addHeader')
  })

  test('minds a Host without its port, or a foreign Origin, is told apart', async () => {
    const host = await through(lines => (lines.some(line => /^host: [^:]+$/i.test(line)) ? '404 Not Found' : lines))
    expect(host['board:arduino'].code).toBe('host_refused')
    expect(host['board:micropython'].verdict).toBe('ok')
    const origin = await through(lines =>
      lines.some(line => /^origin: (file|https:\/\/github)/i.test(line)) ? '403 Forbidden' : lines,
    )
    expect(boards(origin, 'failed').map(name => [name, origin[name].code])).toEqual(
      ['arduino', 'arduino-2', 'arduino-40', 'arduino-1500', 'links2004'].map(name => [
        `board:${name}`,
        'origin_refused',
      ]),
    )
  })
})

describe('npx darvaza check --from-board', () => {
  test('prints a line for each library and exits with 1 where one is locked out', async () => {
    const fine = await darvaza(['check', gateway.url, '--from-board'])
    expect(fine.code, fine.stdout + fine.stderr).toBe(0)
    expect(fine.stdout).toMatch(/ok +links2004 +\d+ ms +gets in: 101 after \d+ ms\n/)
    expect(fine.stdout).toContain(`ok: All ${boardStepNames.length} handshakes get through.`)
    await using proxy = await meddlingProxy(gateway.port, dropping('authorization'))
    const bad = await darvaza(['check', proxy.url, '--from-board', '--json'])
    expect(bad.code).toBe(1)
    const report = JSON.parse(bad.stdout)
    expect(report).toMatchObject({ verdict: 'failed', says: `3 of ${boardStepNames.length} handshakes get through.` })
    expect(report.steps.find((step: Step) => step.step === 'board:go')).toMatchObject({
      verdict: 'failed',
      code: 'authorization_dropped',
      ms: expect.any(Number),
      facts: { library: 'Go (gorilla)' },
    })
  })
})
