import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DeviceView, JournalEntryView } from '#protocol/api.ts'
import { simulateEsp32Cam, simulatePico } from '../../src/simulator/simulator.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { darvaza, type Run } from './support/run.ts'

const folder = mkdtempSync(join(tmpdir(), 'darvaza-cli-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(() => gateway[Symbol.asyncDispose]())

/** Runs a command as on the gateway's own host. */
const onHost = (...args: string[]): Promise<Run> => darvaza([...args, '--data', gateway.dataDir])
/** As `onHost` with `--json`; the command must succeed. Resolves to its parsed output. */
async function json<T>(...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await onHost(...args, '--json')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout) as T
}
const show = async (device: string): Promise<DeviceView> =>
  (await json<{ device: DeviceView }>('device', 'show', device)).device
const list = async (...filters: string[]): Promise<DeviceView[]> =>
  (await json<{ devices: DeviceView[] }>('device', 'list', ...filters)).devices

/** Polls until `ask` returns something truthy, as the gateway's state follows that of the boards with a delay. */
async function eventually<T>(ask: () => Promise<T | undefined | false>): Promise<T> {
  for (;;) {
    const answer = await ask()
    if (answer) return answer
    await new Promise(resolve => setTimeout(resolve, 25))
  }
}

/** Connects a simulated Pico, which then waits for approval. */
async function board(deviceId: string) {
  const pico = simulatePico({ url: gateway.url, deviceId, sensorMs: 0 })
  const device = await eventually(async () =>
    (await list()).find(({ saysItIs, online }) => saysItIs === deviceId && online),
  )
  return { device, stop: () => pico.stop(), [Symbol.asyncDispose]: () => pico.stop() }
}

describe('keys', () => {
  test('the secret stands alone on standard output, and opens the API from elsewhere', async () => {
    const made = await onHost('key', 'create', '--role', 'viewer', '--label', 'Sara', '--expires-in', '12h')
    expect(made.code).toBe(0)
    expect(made.stdout).toMatch(/^dvz_k_[\w-]{43}\n$/)
    expect(made.stderr).toMatch(/^API key k_\w+, role viewer, works until .*It is shown only this once:\n$/)
    const key = made.stdout.trim()
    const far = await darvaza(['device', 'list', '--url', gateway.url, '--key', key, '--json'])
    expect(far.code).toBe(0)
    const piped = await darvaza(['device', 'list', '--url', gateway.url, '--key', '-', '--json'], { stdin: `${key}\n` })
    expect(piped.stdout).toBe(far.stdout)
    const env = { DARVAZA_URL: gateway.url, DARVAZA_KEY: key }
    expect((await darvaza(['device', 'list', '--json'], { env })).stdout).toBe(far.stdout)
  })

  test('are listed without their secrets, and revoked by id', async () => {
    const { key, secret } = await json<{ key: { id: string }; secret: string }>(
      'key',
      'create',
      '--role',
      'operator',
      '--label',
      'for a while',
    )
    const listed = await onHost('key', 'list')
    expect(listed.stdout).toMatch(new RegExp(`^${key.id}  operator  for a while .* never +everything$`, 'm'))
    expect(listed.stdout).not.toContain(secret)
    expect((await onHost('key', 'revoke', key.id)).stdout).toBe(`API key ${key.id} (for a while) is revoked.\n`)
    const after = await darvaza(['device', 'list', '--url', gateway.url, '--key', secret])
    expect(after).toMatchObject({ code: 1, stdout: '' })
    expect(after.stderr).toContain('This API key is not known here.')
  })

  test('that are granted one tag reach nothing else', async () => {
    await json('token', 'create', '--kind', 'pico', '--name', 'in-reach', '--tag', 'granted')
    await json('token', 'create', '--kind', 'pico', '--name', 'out-of-reach')
    const { stdout } = await onHost('key', 'create', '--role', 'viewer', '--grant', '#granted')
    const far = (...args: string[]) => darvaza([...args, '--url', gateway.url, '--key', stdout.trim()])
    expect(JSON.parse((await far('device', 'list', '--json')).stdout).devices).toMatchObject([{ name: 'in-reach' }])
    expect((await far('device', 'show', 'out-of-reach')).stderr).toContain('There is no such device.')
  })
})

describe('what goes wrong', () => {
  test('a gateway that is not running is told in one sentence, with what to type', async () => {
    const { code, stdout, stderr } = await darvaza(['device', 'list', '--data', join(folder, 'nothing')])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(`No gateway is running on the data folder ${join(folder, 'nothing')}.`)
    expect(stderr).toContain('npm start')
  })

  test('a socket that a killed gateway left behind is no gateway', async () => {
    const dataDir = join(folder, 'left-behind')
    mkdirSync(dataDir)
    const { createServer } = await import('node:net')
    const server = createServer()
    await new Promise<void>(resolve => server.listen(join(folder, 'left-behind.sock'), resolve))
    const { linkSync } = await import('node:fs')
    linkSync(join(folder, 'left-behind.sock'), join(dataDir, 'control.sock'))
    await new Promise(resolve => server.close(resolve))
    const { code, stderr } = await darvaza(['device', 'list', '--data', dataDir])
    expect(code).toBe(1)
    expect(stderr).toContain('No gateway is running')
  })

  test('a port where nobody listens says how to find out more', async () => {
    const { code, stderr } = await darvaza(['device', 'list', '--url', 'http://127.0.0.1:1'])
    expect(code).toBe(1)
    expect(stderr).toContain('No gateway answers at http://127.0.0.1:1 (ECONNREFUSED).')
    expect(stderr).toContain('npx darvaza check http://127.0.0.1:1')
  })

  test('a missing key is refused in the gateway’s own words, in Persian where the person reads Persian', async () => {
    const english = await darvaza(['device', 'list', '--url', gateway.url])
    expect(english.stderr).toContain('This needs an API key.\n  Send "Authorization: Bearer <api key>".')
    const persian = await darvaza(['device', 'list', '--url', gateway.url], { env: { LANG: 'fa_IR.UTF-8' } })
    expect(persian.stderr).toContain('این کار کلید API می‌خواهد.')
    expect([english.code, persian.code]).toEqual([1, 1])
  })

  test('with --json a failure is JSON on standard error', async () => {
    const { code, stdout, stderr } = await onHost('device', 'show', 'nobody', '--json')
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(JSON.parse(stderr)).toMatchObject({ status: 'error', code: 'device_not_found', hint: expect.any(String) })
  })

  test('a request the gateway finds wrong names each part', async () => {
    const { code, stderr } = await onHost('key', 'create', '--role', 'viewer', '--grant', 'no-such-device')
    expect(code).toBe(1)
    expect(stderr).toContain('  - grants.0: neither a device nor a "#tag"')
  })

  test.each([
    [['device', 'aprove', 'x'], '(Did you mean approve?)'],
    [['servo', 'x'], 'Give --servo1, --servo2 or both'],
    [['servo', 'x', '--servo1', '181'], 'a whole number from 0 to 180'],
    [['enrolment', 'set', 'ajar'], 'Allowed choices are approve, pairing, open, closed'],
    [['device', 'tag', 'x'], 'Name a tag to add'],
    [['journal', '--since', 'yesterday'], 'an age like 2h'],
    [['key', 'create'], "required option '--role <role>' not specified"],
    [['token'], 'Usage: npx darvaza token'],
    [[], 'Usage: npx darvaza'],
  ])('%j is wrong usage', async (args, why) => {
    const { code, stdout, stderr } = await darvaza(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(why)
  })
})

describe('a board’s way in', () => {
  test('it waits, is seen with what it says, let in, steered, renamed, tagged, blocked and restored', async () => {
    await using visitor = await board('greenhouse')
    const { id } = visitor.device
    const waiting = await onHost('device', 'list', '--state', 'pending')
    expect(waiting.stdout).toMatch(
      new RegExp(`^${id} .* pending  online .* 127\\.0\\.0\\.1 +says it is "greenhouse"$`, 'm'),
    )
    expect(waiting.stderr).toContain(`npx darvaza device approve ${id}`)
    const looked = await eventually(async () => {
      const run = await onHost('device', 'show', id)
      return run.stdout.includes('its last messages') && run
    })
    expect(looked.stdout).toMatch(/^says it is +greenhouse$/m)
    expect(looked.stdout).toContain('"type":"connect"')

    expect((await onHost('device', 'approve', id)).stdout).toMatch(
      /^greenhouse \(pico, 127\.0\.0\.1.*\) is approved\.\n$/,
    )
    const moved = await onHost('servo', 'greenhouse', '--servo1', '95', '--servo2', '90')
    expect(moved).toMatchObject({ code: 0, stderr: '' })
    expect(moved.stdout).toMatch(/^greenhouse: servo1 95°, servo2 90°, acknowledged after \d+ ms/)
    expect((await show('greenhouse')).angles).toEqual({ servo1: 95, servo2: 90 })
    const acted = await onHost('action', 'greenhouse', 'reset_position')
    expect(acted.stdout).toMatch(/^greenhouse: reset_position, acknowledged after \d+ ms/)

    expect((await onHost('device', 'rename', 'greenhouse', 'orangery')).stdout).toBe(
      'greenhouse is now called orangery.\n',
    )
    expect((await onHost('device', 'tag', 'orangery', '#garden', 'south')).stdout).toBe('orangery: #garden #south\n')
    expect((await onHost('device', 'tag', 'orangery', '--remove', 'south')).stdout).toBe('orangery: #garden\n')
    expect((await list('--tag', 'garden')).map(({ name }) => name)).toEqual(['orangery'])

    expect((await onHost('device', 'block', 'orangery', '--reason', 'a test')).stdout).toContain(
      `npx darvaza device restore ${id}`,
    )
    expect(await show(id)).toMatchObject({ state: 'blocked', blockedReason: 'a test', online: false })
    expect((await onHost('device', 'restore', 'orangery')).stdout).toBe('orangery is back.\n')
    expect((await show(id)).state).toBe('active')
    expect((await onHost('device', 'remove', 'orangery')).stdout).toBe('orangery is removed.\n')
    expect((await list('--state', 'removed')).map(device => device.id)).toContain(id)
  })

  test('what it says cannot obey the terminal', async () => {
    const token = await gateway.mint('pico')
    const { WebSocket } = await import('ws')
    const socket = new WebSocket(`${gateway.wsUrl}/ws/pico`, { headers: { authorization: `Bearer ${token}` } })
    await new Promise(resolve => socket.once('message', resolve))
    const evil = '\u001b]0;owned\u0007\u001b[2J\u009b31mfine\r\nroot# '
    socket.send(JSON.stringify({ type: 'log', message: evil, level: 'error' }))
    const hostile = await eventually(async () => {
      const page = await list('--state', 'pending')
      for (const { id } of page) {
        const device = await show(id)
        if (JSON.stringify(device.messages).includes('owned')) return device
      }
      return undefined
    })
    for (const args of [['device', 'show', hostile.id], ['device', 'show', hostile.id, '--json'], ['journal']]) {
      const { stdout } = await onHost(...args)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
      expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
    }
    socket.close()
  })

  test('a name that is nearly right is suggested, and never acted on', async () => {
    await json('token', 'create', '--kind', 'pico', '--name', 'barn-door')
    const removed = await onHost('device', 'remove', 'barn-dor')
    expect(removed.code).toBe(1)
    expect(removed.stderr).toContain('Did you mean barn-door?')
    expect((await onHost('device', 'remove', 'barn')).stderr).toContain('Did you mean barn-door?')
    expect((await show('barn-door')).state).toBe('active')
  })

  test('the beginning of a name is enough to look, when it fits one device alone', async () => {
    await json('token', 'create', '--kind', 'pico', '--name', 'attic-fan')
    const looked = await onHost('device', 'show', 'attic')
    expect(looked.stdout).toMatch(/^name +attic-fan$/m)
    expect(looked.stderr).toMatch(/^attic: taken for attic-fan \(d_\w+\)\.\n$/)
    await json('token', 'create', '--kind', 'pico', '--name', 'attic-lamp')
    const both = await onHost('device', 'show', 'attic')
    expect(both.stderr).toContain('Did you mean attic-fan or attic-lamp?')
  })

  test('a waiting board is not approved by what it says it is, and its id is told', async () => {
    await using visitor = await board('says-so')
    const { id } = visitor.device
    const refused = await onHost('device', 'approve', 'says-so')
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain(`It goes by its id: ${id}`)
    expect((await show(id)).state).toBe('pending')
  })

  test('approving can be bound to the connection one looked at', async () => {
    await using visitor = await board('swapped')
    const { code, stderr } = await onHost('device', 'approve', visitor.device.id, '--seen', 'c_somebodyelse')
    expect(code).toBe(1)
    expect(stderr).toContain('Another connection used this claim since you looked.')
    expect((await show(visitor.device.id)).state).toBe('pending')
  })
})

describe('tokens', () => {
  test('the token stands alone on standard output, and lets its board in at once', async () => {
    const made = await onHost('token', 'create', '--kind', 'pico', '--name', 'shed', '--tag', 'garden')
    expect(made.stdout).toMatch(/^dvz_d_[\w-]{43}\n$/)
    expect(made.stderr).toMatch(/^Token of shed \(d_\w+, pico\)\. It is shown only this once:\n$/)
    await using _ = simulatePico({ url: gateway.url, token: made.stdout.trim(), sensorMs: 0 })
    await eventually(async () => (await show('shed')).online)
  })

  test('rotated, the old one works until the new one is used; revoked, it can be undone', async () => {
    await onHost('token', 'create', '--kind', 'pico', '--name', 'well')
    const rotated = await onHost('token', 'rotate', 'well', '--old-valid-for', '1h')
    expect(rotated.stdout).toMatch(/^dvz_d_[\w-]{43}\n$/)
    expect((await show('well')).tokenState).toBe('rotating')
    expect((await onHost('token', 'revoke', 'well', '--old')).stdout).toContain('the new one works')
    expect((await show('well')).tokenState).toBe('live')
    expect((await onHost('token', 'revoke', 'well')).stdout).toContain('npx darvaza device restore well')
    expect((await show('well')).tokenState).toBe('revoked')
    await onHost('device', 'restore', 'well')
    expect((await show('well')).tokenState).toBe('live')
  })
})

describe('enrolment', () => {
  test('is shown, opened for a while, and closed', async () => {
    expect((await onHost('enrolment', 'show')).stdout).toMatch(/^approve: a new board connects and waits/)
    const opened = await onHost('enrolment', 'pair', '--boards', '3', '--seconds', '60', '--utc')
    expect(opened.stdout).toMatch(
      /^pairing: .*\nThe window closes at \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ; 0 of 3 let in so far\.$/m,
    )
    expect((await onHost('enrolment', 'set', 'closed')).stdout).toMatch(/^closed: no new board gets in/)
    expect(await json('enrolment', 'set', 'approve')).toMatchObject({ mode: 'approve', pairingUntil: null })
  })
})

describe('the journal', () => {
  test('tells what happened, the newest last, in the reader’s words of time', async () => {
    await onHost('enrolment', 'set', 'closed')
    await onHost('enrolment', 'set', 'approve')
    const told = await onHost('journal', '--kind', 'act', '--utc', '--limit', '2')
    const lines = told.stdout.trim().split('\n')
    expect(lines).toHaveLength(2)
    for (const line of lines) expect(line).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ {2}act /)
    expect(lines[0]).toContain('closed')
    expect(lines[1]).toContain('approve')
  })

  test('with --json each line is one entry, over as many pages as it takes', async () => {
    for (let at = 0; at < 3; at++) await onHost('token', 'create', '--kind', 'pico', '--name', `paged-${at}`)
    const { stdout } = await onHost('journal', '--json', '--limit', '1001', '--search', 'paged')
    const entries = stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as JournalEntryView)
    expect(entries.length).toBeGreaterThanOrEqual(3)
    expect(entries.map(({ id }) => id)).toEqual(entries.map(({ id }) => id).toSorted((a, b) => a - b))
    expect((await onHost('journal', '--search', 'no such words')).stderr).toBe('Nothing like that in the journal.\n')
  })

  test('says of a refusal what went wrong and what to change', async () => {
    const { port } = new URL(gateway.url)
    const headers = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'MDEyMzQ1Njc4OWFiY2RlZg==',
      'sec-websocket-protocol': 'arduino',
      origin: 'file://',
    }
    const asked = request({ host: '127.0.0.1', port, path: '/ws/pico', headers }).end()
    const [response] = (await once(asked, 'response')) as [IncomingMessage]
    response.resume()
    const { stdout } = await onHost('journal', '--kind', 'refusal', '--limit', '1')
    expect(stdout.replaceAll(/\n +/g, ' ')).toMatch(
      /token_missing \(links2004 arduinoWebSockets\) This board sent no Authorization header: in this library begin\(\) erases what setAuthorization\(\) set\. → Call setAuthorization\("Bearer <token>"\) after begin\(\), not before it\.\n$/,
    )
  })

  test('followed, it goes on with what happens, waits for a gateway that is away, and ends with Ctrl-C', async () => {
    const dataDir = mkdtempSync(join(folder, 'followed-'))
    let own = await startGateway({ dataDir })
    const stop = new AbortController()
    let seen = ''
    const following = darvaza(['journal', '--follow', '--kind', 'act', '--data', dataDir], {
      signal: stop.signal,
      onStdout: soFar => {
        seen = soFar
      },
    })
    const create = (name: string) => darvaza(['token', 'create', '--kind', 'pico', '--name', name, '--data', dataDir])
    await create('first-one')
    await eventually(async () => seen.includes('first-one'))
    await own.stop()
    await new Promise(resolve => setTimeout(resolve, 1_500))
    own = await startGateway({ dataDir })
    await create('second-one')
    await eventually(async () => seen.includes('second-one'))
    stop.abort()
    const { code, stderr } = await following
    expect(code).toBe(130)
    expect(stderr).toMatch(/Waiting for it to come back\.\nThe gateway is back\.\n/)
    expect(seen.split('\n').filter(line => line.includes('first-one'))).toHaveLength(1)
    await own.stop()
  })
})

describe('pictures', () => {
  test('the last picture is saved, or goes into a pipe, and a waiting camera shows its preview', async () => {
    await using _ = simulateEsp32Cam({ url: gateway.url, name: 'roof-cam', fps: 10, resolution: 'QVGA' })
    const camera = await eventually(async () => (await list('--kind', 'esp32cam')).find(({ online }) => online))
    const preview = await eventually(async () => {
      const run = await onHost('snapshot', camera.id, '-o', join(folder, 'preview.jpg'))
      return run.code === 0 && run
    })
    expect(preview.stdout).toBe(`${join(folder, 'preview.jpg')}\n`)
    await onHost('device', 'approve', camera.id)
    const file = join(folder, 'roof.jpg')
    const saved = await eventually(async () => {
      const run = await onHost('snapshot', 'roof-cam', '-o', file, '--json')
      return run.code === 0 && run
    })
    const bytes = readFileSync(file)
    expect(JSON.parse(saved.stdout)).toMatchObject({ file, bytes: bytes.length })
    expect(bytes.subarray(0, 2).toString('hex')).toBe('ffd8')
    const flashed = await onHost('action', 'roof-cam', 'flash_on')
    expect(flashed).toMatchObject({ code: 0, stdout: expect.stringMatching(/^roof-cam: flash_on, /) })
  })

  test('a camera that sent none says so', async () => {
    await onHost('token', 'create', '--kind', 'esp32cam', '--name', 'dark-cam')
    const { code, stderr } = await onHost('snapshot', 'dark-cam', '-o', join(folder, 'none.jpg'))
    expect(code).toBe(1)
    expect(stderr).toContain('This device has sent no frame yet.')
  })
})

describe('the connection test', () => {
  test('finds nothing wrong with a real gateway, and leaves no device', async () => {
    await using own = await startGateway()
    const { code, stdout } = await darvaza(['check', own.url, '--seconds', '12', '--json'])
    const report = JSON.parse(stdout)
    expect(report.steps.filter((step: { verdict: string }) => !/ok|skipped/.test(step.verdict))).toEqual([])
    expect({ code, verdict: report.verdict }).toEqual({ code: 0, verdict: 'ok' })
    expect((await own.api('GET', '/api/devices')).body.devices).toEqual([])
  })

  test('again at once, when its refusals are held, it still gets its answers', async () => {
    await using own = await startGateway()
    await darvaza(['check', own.url, '--seconds', '1'])
    const { code, stdout } = await darvaza(['check', own.url, '--seconds', '1', '--json'])
    const step = JSON.parse(stdout).steps.find(({ step }: { step: string }) => step === 'no-token')
    expect({ code, verdict: step.verdict }).toEqual({ code: 0, verdict: 'ok' })
    expect(step.ms).toBeGreaterThan(1_000)
  })

  test('says that --trust-loopback is on, and makes no device of its visit', async () => {
    await using own = await startGateway({ trustLoopback: true })
    const { code, stdout } = await darvaza(['check', own.url, '--seconds', '1', '--json'])
    const loopback = JSON.parse(stdout).steps.find(({ step }: { step: string }) => step === 'loopback')
    expect(loopback).toMatchObject({ verdict: 'warning', code: 'loopback_open' })
    expect(code).toBe(0)
    expect((await own.api('GET', '/api/devices')).body.devices).toEqual([])
  })

  test('names a closed gate, and goes on with a token of one’s own', async () => {
    await using own = await startGateway({ enrolment: 'closed' })
    const closed = await darvaza(['check', own.url, '--seconds', '1', '--json'])
    expect(JSON.parse(closed.stdout)).toMatchObject({ verdict: 'warning' })
    const made = await darvaza(['token', 'create', '--kind', 'pico', '--data', own.dataDir])
    const given = await darvaza(['check', own.url, '--seconds', '1', '--token', '-', '--json'], { stdin: made.stdout })
    const steps = JSON.parse(given.stdout).steps as { step: string; verdict: string }[]
    expect(steps.find(({ step }) => step === 'keep-alive')?.verdict).toBe('ok')
    expect((await own.api('GET', '/api/devices')).body.devices).toMatchObject([{ online: false, lastSeen: null }])
  })
})

describe('simulated boards', () => {
  test('a Pico gets in, tells what it does, and stops after its time', async () => {
    const { code, stdout } = await darvaza([
      'simulate',
      'pico',
      '--url',
      gateway.url,
      '--device-id',
      'sim-1',
      '--seconds',
      '4',
    ])
    expect(code).toBe(0)
    expect(stdout).toMatch(/ {2}sim-1 {2}the door opened after \d+ ms\n/)
    expect(stdout).toMatch(/ {2}sim-1 {2}got in: /)
    expect(stdout).toMatch(/\nended: .*\n$/)
  })

  test('a Pico finds the gateway of its own host by its data folder, whatever its port', async () => {
    const stop = new AbortController()
    const args = ['simulate', 'pico', '--data', gateway.dataDir, '--device-id', 'neighbour', '--seconds', '50']
    const { code, stdout } = await darvaza(args, {
      signal: stop.signal,
      onStdout: soFar => {
        if (soFar.includes('got in')) stop.abort()
      },
    })
    expect([code, stdout]).toEqual([130, expect.stringContaining('got in')])
    const { devices } = (await gateway.api('GET', '/api/devices?limit=1000')).body
    expect(devices.map(({ saysItIs }: { saysItIs: string }) => saysItIs)).toContain('neighbour')
    const nobody = await darvaza(['simulate', 'pico', '--data', '/nowhere', '--seconds', '1'])
    expect([nobody.code, nobody.stderr]).toEqual([
      1,
      expect.stringContaining('No gateway is running on the data folder'),
    ])
  })

  test('a fleet is summed up, as JSON lines too', async () => {
    const args = [
      'simulate',
      'fleet',
      '--url',
      gateway.url,
      '--pico',
      '3',
      '--esp32cam',
      '1',
      '--size',
      'QQVGA',
      '--spread',
      '0.2',
    ]
    const run = async (seconds: number) => {
      const { code, stdout } = await darvaza([...args, '--seconds', String(seconds), '--json'])
      return { code, ...JSON.parse(stdout.trim().split('\n').at(-1)!) }
    }
    // Two seconds suffice unless the machine is busy; then it tries longer ones.
    let last = await run(2)
    for (const seconds of [8, 24]) if (!(last.connects >= 4 && last.framesSent > 0)) last = await run(seconds)
    expect(last).toMatchObject({ code: 0, kind: 'ended', boards: 4, connects: 4 })
    expect(last.framesSent).toBeGreaterThan(0)
  })

  test('a board that never got in is a failure, with the reason', async () => {
    const never = await darvaza(['simulate', 'pico', '--url', gateway.url, '--token', 'forged', '--seconds', '1'])
    expect(never.code).toBe(1)
    expect(never.stderr).toContain('refused with 401')
    const nobody = await darvaza(['simulate', 'pico', '--url', 'http://127.0.0.1:1', '--seconds', '0.5'])
    expect(nobody).toMatchObject({ code: 1, stderr: expect.stringContaining('nobody answered') })
  })

  test('Ctrl-C ends them with 130, after a goodbye', async () => {
    const stop = new AbortController()
    const { code, stdout } = await darvaza(['simulate', 'pico', '--url', gateway.url], {
      signal: stop.signal,
      onStdout: soFar => soFar.includes('got in') && stop.abort(),
    })
    expect(code).toBe(130)
    expect(stdout).toMatch(/\nended: .*\n$/)
  })

  test.each([
    [['simulate', 'fleet'], 'A fleet of none'],
    [['simulate', 'esp32cam', '--size', 'huge'], '"huge" is no resolution'],
    [['simulate', 'pico', '--fault', 'gremlins'], 'Allowed choices are reboot'],
  ])('%j is wrong usage', async (args, why) => {
    const { code, stderr } = await darvaza(args)
    expect(code).toBe(2)
    expect(stderr).toContain(why)
  })
})
