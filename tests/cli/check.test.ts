import { createServer, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CheckOptions, check } from '../../src/cli/check/check.ts'
import { type Step, type StepName, stepNames } from '../../src/cli/check/step.ts'
import { makeCertificates } from './support/certificates.ts'
import { darvaza } from './support/run.ts'
import {
  http,
  refusal,
  type Script,
  type ScriptedRequest,
  scriptedGateway,
  switching,
  text,
} from './support/scripted-gateway.ts'

let certificates: ReturnType<typeof makeCertificates>
beforeAll(() => {
  certificates = makeCertificates()
})
afterAll(() => certificates[Symbol.dispose]())

/** Short time limits, as all servers are on this machine, but long enough for a busy machine. */
const limits = { connectWithinMs: 2_000, answerWithinMs: 2_000, replyWithinMs: 1_000 }

type Findings = Record<StepName, Step>

async function findings(options: Partial<CheckOptions> & { url: string }): Promise<Findings> {
  const found: Partial<Findings> = {}
  const signal = options.signal ?? new AbortController().signal
  for await (const step of check({ seconds: 0.3, limits, ...options, signal })) found[step.step] = step
  return found as Findings
}

/** Runs the check against a gateway that differs from a real one as `script` says. */
async function against(script: Script, options: Partial<CheckOptions> = {}): Promise<Findings> {
  await using gateway = await scriptedGateway(script)
  return await findings({ url: gateway.url, ...options })
}

const at = (path: string, answer: NonNullable<Script['answer']>): Script => ({
  answer: request => (request.path === path ? answer(request) : undefined),
})
/** Changes only the answer to requests with a valid token; others are rejected as usual. */
const atDoor = (answer: NonNullable<Script['answer']>): Script =>
  at('/ws/pico', request => (request.headers.authorization?.includes('dvz_p_0') ? answer(request) : undefined))
const opened = (change: (lines: string[]) => string[]): Script =>
  atDoor(({ headers }) => switching(headers['sec-websocket-key']!, change))
const isStranger = ({ headers }: ScriptedRequest): boolean => headers.authorization === undefined
const isForger = ({ headers }: ScriptedRequest): boolean => headers.authorization?.includes('xxAxxxx') ?? false

/** Resolves every name to this machine, so that a name which is not local can be tested. */
const outside = { lookup: async () => [{ address: '127.0.0.1', family: 4 }] }
const named = (url: string): string => url.replace('127.0.0.1', 'gate.example.test')

describe('a gateway as it should be', () => {
  test('passes every step, in order, and leaves no device behind', async () => {
    await using gateway = await scriptedGateway()
    const found = await findings({ url: gateway.url })
    expect(Object.keys(found)).toEqual([...stepNames])
    for (const step of Object.values(found))
      expect(step, JSON.stringify(step)).toMatchObject({ verdict: expect.stringMatching(/ok|skipped/) })
    expect(found.health.says).toBe('Darvaza 0.1.0, up for 1 min 1 s')
    expect(found.loopback.says).toContain('closed')
    const knocks = gateway.requests.filter(({ path }) => path.startsWith('/ws'))
    expect(knocks).toHaveLength(3)
    expect(knocks.every(({ headers }) => headers['x-darvaza-probe'] === '1')).toBe(true)
  })

  test('is found under ws:// and behind a folder of a site as well', async () => {
    await using gateway = await scriptedGateway({
      answer: ({ path }) => (path.startsWith('/gate/') ? undefined : http('404 Not Found', '<html>')),
    })
    await findings({ url: `ws://127.0.0.1:${gateway.port}/gate/ws/pico` })
    expect(new Set(gateway.requests.map(({ path }) => path))).toEqual(
      new Set(['/gate/health', '/gate/public/tokens', '/gate/ws/pico']),
    )
  })

  test('is knocked at with the token one gives, at the door that takes any kind', async () => {
    await using gateway = await scriptedGateway(
      at('/ws', ({ headers }) =>
        headers.authorization === 'Bearer my:own@token' ? switching(headers['sec-websocket-key']!) : undefined,
      ),
    )
    const found = await findings({ url: gateway.url, token: 'my:own@token' })
    expect(found.handshake.verdict).toBe('ok')
    expect(found['keep-alive'].verdict).toBe('ok')
  })

  test('passes with TLS, when its authority is trusted', async () => {
    const found = await against({ tls: certificates.good }, { ca: certificates.root })
    expect(found.tls).toMatchObject({ verdict: 'ok', says: expect.stringContaining('good for 2') })
    expect(found['keep-alive'].verdict).toBe('ok')
  })

  test('may write upgrade in small letters, as nginx does', async () => {
    const found = await against(
      opened(lines => lines.map(line => line.replace('Connection: Upgrade', 'Connection: upgrade'))),
    )
    expect(found.answer.verdict).toBe('ok')
  })
})

describe('the way there', () => {
  test('a name that does not exist', async () => {
    const lookup = async () => {
      throw Object.assign(new Error('not found'), { code: 'ENOTFOUND' })
    }
    const found = await findings({ url: 'http://gate.example.test', lookup })
    expect(found.dns).toMatchObject({ verdict: 'failed', code: 'dns_not_found' })
    expect(found.tcp).toMatchObject({ verdict: 'skipped', says: 'there is no address to dial' })
  })

  test('a name that the system itself cannot resolve', async () => {
    const found = await findings({ url: 'http://no-such-host.invalid' })
    expect(found.dns).toMatchObject({ verdict: 'failed', code: expect.stringMatching(/^dns_no/) })
  })

  test('a name with IPv6 addresses only', async () => {
    const found = await findings({
      url: 'http://gate.example.test:1',
      lookup: async () => [{ address: '::1', family: 6 }],
    })
    expect(found.dns).toMatchObject({ verdict: 'warning', code: 'dns_only_ipv6' })
  })

  test('a port where nobody listens', async () => {
    const gone = await scriptedGateway()
    await gone[Symbol.asyncDispose]()
    const found = await findings({ url: gone.url })
    expect(found.tcp).toMatchObject({ verdict: 'failed', code: 'tcp_refused' })
    expect(found.tcp.remedy).toContain('Is the gateway running')
    expect(found.handshake.verdict).toBe('skipped')
  })

  test('one of two addresses that leads nowhere', async () => {
    await using gateway = await scriptedGateway()
    const addresses = ['127.0.0.99', '127.0.0.1'].map(address => ({ address, family: 4 }))
    const found = await findings({ url: named(gateway.url), lookup: async () => addresses })
    expect(found.tcp).toMatchObject({ verdict: 'warning', code: 'tcp_some_failed' })
    expect(found.handshake.verdict).toBe('ok')
  })
})

describe('TLS', () => {
  test.each([
    ['an expired certificate', 'expired', 'tls_expired'],
    ['a certificate signed by itself', 'selfSigned', 'tls_self_signed'],
    ['a certificate for another name', 'wrongName', 'tls_wrong_name'],
    ['a chain without its middle', 'withoutMiddle', 'tls_chain_incomplete'],
  ] as const)('%s', async (_, which, code) => {
    const found = await against({ tls: certificates[which] }, { ca: certificates.root })
    expect(found.tls).toMatchObject({ verdict: 'failed', code })
    expect(found.tls.remedy).toBeTruthy()
    // The later steps run all the same, so that one run finds everything that is wrong.
    expect(found.handshake.verdict).toBe('ok')
  })

  test('a whole chain', async () => {
    const found = await against({ tls: certificates.withMiddle }, { ca: certificates.root })
    expect(found.tls.verdict).toBe('ok')
  })

  test('an authority that is not known here', async () => {
    const found = await against({ tls: certificates.withMiddle })
    expect(found.tls).toMatchObject({ verdict: 'failed', code: expect.stringMatching(/self_signed|chain_incomplete/) })
  })

  test('a certificate that is about to end', async () => {
    const found = await against({ tls: certificates.endsSoon }, { ca: certificates.root })
    expect(found.tls).toMatchObject({ verdict: 'warning', code: 'tls_expires_soon' })
  })

  test('two things wrong at once are both named', async () => {
    await using gateway = await scriptedGateway({ tls: certificates.selfSigned })
    const found = await findings({ url: named(gateway.url), ...outside })
    expect(found.tls.says).toContain('not for gate.example.test')
    expect(found.tls.says).toContain('signed by itself')
  })

  test('a token of one’s own is not shown behind a certificate that does not hold', async () => {
    await using gateway = await scriptedGateway({ tls: certificates.selfSigned })
    const found = await findings({ url: gateway.url, token: 'my-own-secret' })
    expect(found.handshake).toMatchObject({ verdict: 'failed', code: 'token_not_sent' })
    // No part of the token may be sent either, not even as the forged token of a later step.
    expect(gateway.requests.map(({ raw }) => raw).join()).not.toContain('my-own')
  })

  test('https:// with a plain port', async () => {
    await using gateway = await scriptedGateway()
    const found = await findings({ url: gateway.url.replace('http', 'https') })
    expect(found.tls).toMatchObject({ verdict: 'failed', code: 'tls_to_plain_port' })
    expect(found.health.verdict).toBe('skipped')
  })

  test('http:// with a TLS port', async () => {
    await using gateway = await scriptedGateway({ tls: certificates.good })
    const found = await findings({ url: gateway.url.replace('https', 'http') })
    expect(found.health).toMatchObject({ verdict: 'failed', code: 'plain_to_tls_port' })
  })

  test('http:// with a TLS port of nginx, which explains itself', async () => {
    const found = await against(
      at('/health', () => http('400 Bad Request', '<html>The plain HTTP request was sent to HTTPS port</html>')),
    )
    expect(found.health.code).toBe('plain_to_tls_port')
  })
})

describe('what answers', () => {
  test.each([
    ['a web page', http('200 OK', '<!doctype html><p>Welcome'), 'html_instead_of_json'],
    ['somebody else’s JSON', http('200 OK', { hello: 'world' }), 'not_the_gateway'],
    ['nothing at this path', http('404 Not Found', { error: 'no' }), 'not_the_gateway'],
    ['a proxy without a gateway', http('502 Bad Gateway', '<html>nginx'), 'proxy_cannot_reach_gateway'],
    ['a redirect', http('301 Moved', '', ['Location: https://gate.example.org/health']), 'redirected'],
    ['a proxy’s password', http('401 Unauthorized', '', ['WWW-Authenticate: Basic realm="x"']), 'proxy_wants_password'],
    ['a server that speaks no HTTP', (socket: Socket) => void socket.write('SSH-2.0-OpenSSH_9.9\r\n'), 'no_answer'],
    ['a server that hangs up', 'hang up', 'no_answer'],
    ['a server that says nothing', 'hang', 'no_answer'],
  ])('%s', async (_, answer, code) => {
    const found = await against(at('/health', () => answer))
    expect(found.health).toMatchObject({ verdict: 'failed', code })
    expect(found.health.remedy).toBeTruthy()
  })

  test('a redirect ends the test, as it would end a board’s attempt', async () => {
    const found = await against(at('/health', () => http('301 Moved', '', ['Location: https://elsewhere/'])))
    expect(found.health.says).toContain('https://elsewhere/')
    expect(found.handshake).toMatchObject({ verdict: 'skipped', says: expect.stringContaining('see health') })
  })

  test('an answer in chunks is read like any other', async () => {
    const body = '{"status":"ok","version":"9.9"}'
    const chunks = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`
    const found = await against(at('/health', () => `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}`))
    expect(found.health.says).toBe('Darvaza 9.9')
  })
})

describe('tokens', () => {
  const body = {
    status: 'success',
    pico_tokens: ['dvz_p_1'],
    esp32cam_tokens: ['dvz_e_1'],
    timestamp: '2026-11-23T18:42:00Z',
    message: 'm',
  }

  test.each([
    ['the same token twice', http('200 OK', body, ['Cache-Control: no-store']), 'failed', 'tokens_cached'],
    ['a list that is missing', http('200 OK', { ...body, pico_tokens: undefined }), 'failed', 'tokens_shape'],
    ['a token no board could send', http('200 OK', { ...body, pico_tokens: ['a b'] }), 'failed', 'tokens_shape'],
    ['a page instead', http('200 OK', '<html>'), 'failed', 'html_instead_of_json'],
    ['a closed gate', refusal('403 Forbidden', 'enrolment_closed', 'No new boards.'), 'warning', 'tokens_closed'],
    [
      'a limit that is reached',
      refusal('429 Too Many Requests', 'rate_limited', 'Slowly.'),
      'failed',
      'tokens_limited',
    ],
  ])('%s', async (_, answer, verdict, code) => {
    const found = await against(at('/public/tokens', () => answer))
    expect(found.tokens).toMatchObject({ verdict, code })
  })

  test('an answer that caches may keep', async () => {
    let count = 0
    const found = await against(
      at('/public/tokens', () =>
        http('200 OK', { ...body, pico_tokens: [`p${++count}`], esp32cam_tokens: [`e${count}`] }),
      ),
    )
    expect(found.tokens).toMatchObject({ verdict: 'warning', code: 'tokens_storable' })
  })

  test('without a token the handshake is skipped, and strangers are still sent away', async () => {
    const found = await against(at('/public/tokens', () => refusal('403 Forbidden', 'enrolment_closed', 'No.')))
    expect(found.handshake.verdict).toBe('skipped')
    expect(found['no-token'].verdict).toBe('ok')
    expect(found['forged-token'].verdict).toBe('ok')
  })
})

describe('the door', () => {
  test.each([
    ['a proxy that leads nowhere', http('404 Not Found', '<html>'), 'door_not_found'],
    [
      'a gateway that saw no Upgrade',
      refusal('426 Upgrade Required', 'upgrade_required', 'WebSocket only.'),
      'upgrade_dropped',
    ],
    ['a proxy that dropped Upgrade', http('400 Bad Request', '<html>'), 'upgrade_dropped'],
    ['a proxy that cannot pass it on', http('502 Bad Gateway', '<html>'), 'proxy_cannot_upgrade'],
    ['a redirect', http('301 Moved', '', ['Location: https://gate/ws/pico']), 'redirected'],
    ['a web page', http('200 OK', '<html>'), 'door_is_a_page'],
    ['a dropped Authorization', refusal('401 Unauthorized', 'token_missing', 'No token.'), 'authorization_dropped'],
    [
      'another gateway than the one that issued the token',
      refusal('401 Unauthorized', 'token_unknown', 'Unknown.'),
      'token_of_another_gateway',
    ],
    ['a hang-up', 'hang up', 'handshake_closed'],
    ['silence', 'hang', 'handshake_timeout'],
  ])('%s', async (_, answer, code) => {
    const found = await against(atDoor(() => answer))
    expect(found.handshake).toMatchObject({ verdict: 'failed', code })
    expect(found.handshake.remedy).toBeTruthy()
    expect(found['keep-alive'].verdict).toBe('skipped')
  })

  test('a refusal with a remedy of its own passes that on', async () => {
    const found = await against(atDoor(() => refusal('403 Forbidden', 'device_blocked', 'Blocked.', 'Ask the owner.')))
    expect(found.handshake).toMatchObject({ code: 'handshake_refused', remedy: 'Ask the owner.' })
    expect(found.handshake.says).toContain('Blocked. (device_blocked)')
  })

  test('an answer that an ESP32-CAM would not wait for', async () => {
    const found = await against(
      atDoor(({ headers }) => socket => {
        setTimeout(() => {
          socket.write(switching(headers['sec-websocket-key']!))
          socket.write(text({ type: 'connection_ack' }))
        }, 1_100)
      }),
    )
    expect(found.handshake).toMatchObject({ verdict: 'warning', code: 'handshake_slow' })
  })

  test('a door with nobody behind it', async () => {
    const found = await against(
      atDoor(
        ({ headers }) =>
          socket =>
            socket.write(switching(headers['sec-websocket-key']!)),
      ),
    )
    expect(found.handshake).toMatchObject({ verdict: 'failed', code: 'no_acknowledgement' })
  })

  test.each([
    [
      'a Connection that says more than Upgrade',
      (line: string) => line.replace('Connection: Upgrade', 'Connection: keep-alive, Upgrade'),
      'answer_connection',
    ],
    [
      'a header without its space',
      (line: string) => line.replace('Upgrade: websocket', 'Upgrade:websocket'),
      'answer_spacing',
    ],
    ['HTTP/1.0', (line: string) => line.replace('HTTP/1.1', 'HTTP/1.0'), 'answer_version'],
    ['an accept for somebody else’s key', (line: string) => line.replace(/(Accept: ).*/, '$1AAAA'), 'answer_accept'],
    ['a lost Upgrade', (line: string) => line.replace('Upgrade: websocket', 'X: websocket'), 'answer_upgrade'],
  ])('%s', async (_, change, code) => {
    const found = await against(opened(lines => lines.map(change)))
    expect(found.answer).toMatchObject({ verdict: 'failed', code })
  })

  test.each([
    ['compression', 'Sec-WebSocket-Extensions: permessage-deflate', 'answer_extensions'],
    ['a subprotocol nobody asked for', 'Sec-WebSocket-Protocol: mqtt', 'answer_protocol'],
    ['a second Connection', 'Connection: keep-alive', 'answer_connection'],
  ])('%s', async (_, line, code) => {
    const found = await against(opened(lines => [...lines, line]))
    expect(found.answer).toMatchObject({ verdict: 'failed', code })
  })
})

describe('strangers', () => {
  const admit = (who: (request: ScriptedRequest) => boolean): Script => ({
    answer: request =>
      request.path === '/ws/pico' && who(request) ? switching(request.headers['sec-websocket-key']!) : undefined,
  })

  test('getting in without a token, from outside', async () => {
    await using gateway = await scriptedGateway(admit(isStranger))
    const found = await findings({ url: named(gateway.url), ...outside })
    expect(found['no-token']).toMatchObject({ verdict: 'failed', code: 'open_to_everyone' })
    expect(found.loopback.verdict).toBe('skipped')
  })

  test('getting in without a token, on this very machine', async () => {
    const found = await against(admit(isStranger))
    expect(found.loopback).toMatchObject({ verdict: 'warning', says: expect.stringContaining('open') })
    expect(found['no-token'].verdict).toBe('warning')
  })

  test('getting in with a made-up token', async () => {
    const found = await against(admit(isForger))
    expect(found['forged-token']).toMatchObject({ verdict: 'failed', code: 'forged_accepted' })
  })

  test('sent away by a page that does not say why', async () => {
    const found = await against({
      answer: request =>
        isStranger(request) && request.path === '/ws/pico' ? http('403 Forbidden', '<html>') : undefined,
    })
    expect(found['no-token']).toMatchObject({ verdict: 'warning', code: 'refusal_unclear' })
  })

  test('sent away without a word', async () => {
    const found = await against({ answer: request => (isForger(request) ? 'hang up' : undefined) })
    expect(found['forged-token']).toMatchObject({ verdict: 'warning', code: 'refusal_unread' })
  })
})

describe('the conversation', () => {
  test('a ping without a pong', async () => {
    const found = await against({ pongs: false })
    expect(found.ping).toMatchObject({ verdict: 'failed', code: 'pong_missing' })
  })

  test('a protocol ping without a pong', async () => {
    const found = await against({ protocolPongs: false })
    expect(found['protocol-ping']).toMatchObject({ verdict: 'failed', code: 'protocol_pong_missing' })
  })

  const later = (act: (socket: Socket) => void): Script => ({
    speakEveryMs: 60_000,
    onOpen: socket => void setTimeout(() => act(socket), 100),
  })

  test('an idle line that something cuts', async () => {
    const found = await against(later(socket => socket.destroy()))
    expect(found['keep-alive']).toMatchObject({ verdict: 'failed', code: 'cut_while_idle' })
    expect(found['keep-alive'].facts?.idleS).toBeGreaterThan(0)
  })

  test('a gateway that seldom speaks loses its Picos', async () => {
    const found = await against({ speakEveryMs: 60_000 }, { limits: { ...limits, textEveryMs: 100 } })
    expect(found['keep-alive']).toMatchObject({ verdict: 'warning', code: 'seldom_spoken_to' })
  })

  test('a gateway that hangs up says with which code', async () => {
    const close = Buffer.concat([Buffer.from([0x88, 9, 0x0f, 0xa8]), Buffer.from('enough!')])
    const found = await against(later(socket => socket.write(close)))
    expect(found['keep-alive']).toMatchObject({ verdict: 'failed', code: 'closed_by_gateway' })
    expect(found['keep-alive'].says).toContain('close code 4008, "enough!"')
  })

  test.each([
    ['masked', [0x81, 0x80, 0, 0, 0, 0]],
    ['compressed', [0xc1, 0x01, 0x00]],
    ['of no known kind', [0x83, 0x00]],
    ['absurdly long', [0x82, 0x7f, 0, 0, 1, 0, 0, 0, 0, 0]],
  ])('a frame that is %s', async (_, bytes) => {
    const found = await against(later(socket => socket.write(Buffer.from(bytes))))
    expect(found['keep-alive']).toMatchObject({ verdict: 'failed', code: 'garbled' })
  })

  test('frames that arrive byte by byte are understood', async () => {
    const found = await against({
      onOpen: socket => {
        socket.setNoDelay()
        for (const byte of text({ type: 'log', message: 'slow' })) socket.write(Buffer.from([byte]))
      },
    })
    expect(found['keep-alive'].verdict).toBe('ok')
  })
})

describe('npx darvaza check', () => {
  test('tells each step in words, with a remedy, and exits 1', async () => {
    await using gateway = await scriptedGateway(atDoor(() => refusal('401 Unauthorized', 'token_missing', 'No token.')))
    const { code, stdout } = await darvaza(['check', gateway.url, '--seconds', '1'])
    expect(code).toBe(1)
    expect(stdout).toMatch(/^ok {6} gateway +\d+ ms {2}Darvaza 0\.1\.0/m)
    expect(stdout).toMatch(
      /^failed {2} handshake +\d+ ms {2}HTTP 401: No token\. \(token_missing\)\n +A proxy on the way drops the Authorization header/m,
    )
    expect(stdout).toMatch(/\nfailed: A board would have trouble here: handshake\.\n$/)
  })

  test('exits 0 when all is well, and prints one object with --json', async () => {
    await using gateway = await scriptedGateway()
    const { code, stdout, stderr } = await darvaza(['check', gateway.url, '--seconds', '1', '--json'])
    const report = JSON.parse(stdout)
    expect(code).toBe(0)
    expect(stderr).toBe('')
    expect(report).toMatchObject({ url: gateway.url, verdict: 'ok' })
    expect(report.steps.map((step: Step) => step.step)).toEqual([...stepNames])
  })

  test('reads a token from standard input, and never prints it', async () => {
    await using gateway = await scriptedGateway()
    const run = await darvaza(['check', gateway.url, '--token', '-', '--seconds', '1'], { stdin: 'my-own-secret\n' })
    expect(gateway.requests.some(({ headers }) => headers.authorization === 'Bearer my-own-secret')).toBe(true)
    expect(run.code).toBe(1)
    expect(run.stdout + run.stderr).not.toContain('my-own-secret')
  })

  test('strips what a hostile server would do to the terminal', async () => {
    await using gateway = await scriptedGateway(
      atDoor(() => refusal('403 Forbidden', 'x', '\u001b[2J\u001b]0;mine\u0007gone', '\u009b1m')),
    )
    const { stdout } = await darvaza(['check', gateway.url, '--seconds', '1'])
    expect(stdout).toContain('HTTP 403: gone')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
    expect(stdout).not.toMatch(/[\u001b\u009b\u0007]/)
  })

  test('ends with 130 on Ctrl-C, wherever it is, and leaves no socket open', async () => {
    const server = createServer(socket => void socket.on('error', () => {}).resume())
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    const stop = new AbortController()
    server.once('connection', () => setTimeout(() => stop.abort(), 200))
    const { code, stdout } = await darvaza(['check', `http://127.0.0.1:${port}`], { signal: stop.signal })
    expect(code).toBe(130)
    expect(stdout).not.toContain('gateway')
    // The server closes only after its last socket has been closed.
    await new Promise(resolve => server.close(resolve))
  })

  test.each([
    [['check'], "missing required argument 'url'"],
    [['check', 'ftp://gate'], 'this is no address'],
    [['check', 'http://gate', '--seconds', '500'], 'a whole number from 1 to 100'],
    [['check', 'http://gate', '--ca', '/nowhere.pem'], 'cannot be read (ENOENT)'],
    [['check', 'http://gate', '--token', 'a b'], 'holds a space'],
  ])('%j is wrong usage', async (args, why) => {
    const { code, stdout, stderr } = await darvaza(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(why)
  })
})
