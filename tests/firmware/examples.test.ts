import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { onlyIf } from '../support/only-if.ts'
import { chromium, Page } from './chromium.ts'
import { firstProgram, folder, Program } from './programs.ts'
import { scripted } from './scripted.ts'
import { until } from './until.ts'

const example = (path: string) => fileURLToPath(new URL(`../../examples/${path}`, import.meta.url))
const place = folder()
afterAll(() => place[Symbol.dispose]())

const withWebsockets = firstProgram(['python3', '/usr/bin/python3'], ['-c', 'import websockets'])
const wscat = fileURLToPath(new URL('../../node_modules/.bin/wscat', import.meta.url))
const curl = firstProgram(['curl'], ['--version'])

/** Waits until the only device is online, and returns it. */
async function firstDevice(gateway: TestGateway): Promise<Record<string, unknown>> {
  const first = async () => (await gateway.api('GET', '/api/devices')).body.devices[0]
  return await until(first, device => device?.online)
}

/** Expects an example board to connect with a token of its own, to obey commands, and to return as the same device. */
async function movesAndReturns(start: (gateway: TestGateway, tokenFile: string) => Program, tokenFile: string) {
  await using gateway = await startGateway({ enrolment: 'open' })
  let id: unknown
  {
    await using board = start(gateway, tokenFile)
    await board.logged('connected')
    id = (await firstDevice(gateway)).id
    const moved = await gateway.api('POST', `/api/devices/${id}/servo`, { servo1: 120, servo2: 60 })
    expect(moved).toMatchObject({ status: 200, body: { ack: { status: 'success' } } })
    await board.logged('moving to')
    expect(JSON.stringify(board.events.all)).not.toContain(readFileSync(tokenFile, 'utf8').trim())
  }
  expect(statSync(tokenFile).mode & 0o077).toBe(0)
  await using again = start(gateway, tokenFile)
  await again.logged('connected')
  expect((await firstDevice(gateway)).id).toBe(id)
}

describe('the examples', () => {
  if (withWebsockets) {
    it('in Python: gets in, moves on command, and returns as the same device', async () => {
      const start = (gateway: TestGateway, file: string) =>
        new Program(withWebsockets, ['-u', example('python/board.py'), gateway.url, file])
      await movesAndReturns(start, join(place.path, 'python-token'))
    })
  } else {
    it.skip('in Python: not tested, because no Python here has the package websockets')
  }

  it('in JavaScript: gets in, moves on command, and returns as the same device', async () => {
    const start = (gateway: TestGateway, file: string) =>
      new Program(process.execPath, [example('node/board.mjs'), gateway.url, file])
    await movesAndReturns(start, join(place.path, 'node-token'))
  })

  it('in JavaScript: comes back when the gateway hangs up', async () => {
    await using gateway = await scripted()
    await using board = new Program(process.execPath, [
      example('node/board.mjs'),
      gateway.url.replace('ws', 'http'),
      join(place.path, 'node-again'),
    ])
    const first = await gateway.line()
    first.socket.close(1012, 'restarting')
    await board.logged('line closed: 1012')
    await gateway.line(1)
  })

  if (curl) {
    // Without wscat on the PATH the script ends by itself.
    const shell = async (url: string, file: string) =>
      await promisify(execFile)('sh', [example('shell/board.sh'), url, file], {
        env: { PATH: '/usr/bin:/bin', TMPDIR: place.path },
      }).catch((failed: { stdout: string; stderr: string }) => failed)

    // Both tests take 12 s, because the script keeps its connection open for so long.
    it.concurrent('in a shell: says whether the way in works, and leaves no device behind', {
      timeout: 40_000,
    }, async ({ expect }) => {
      await using gateway = await startGateway({ enrolment: 'approve' })
      const file = join(place.path, 'shell-token')
      const { stdout } = await shell(gateway.url, file)
      expect(stdout).toContain('handshake: 101')
      expect(stdout).not.toContain(readFileSync(file, 'utf8').trim())
      expect(statSync(file).mode & 0o077).toBe(0)
      expect((await gateway.api('GET', '/api/devices')).body.devices).toEqual([])
    })

    it.concurrent('in a shell with wscat: gets in and talks', {
      ...onlyIf(existsSync(wscat), 'wscat is not installed'),
      timeout: 40_000,
    }, async ({ expect }) => {
      await using gateway = await startGateway({ enrolment: 'open' })
      const path = `${dirname(wscat)}:${dirname(process.execPath)}:/usr/bin:/bin`
      const child = spawn('sh', [example('shell/board.sh'), gateway.url, join(place.path, 'wscat-token')], {
        env: { PATH: path, TMPDIR: place.path },
      })
      let said = ''
      child.stdout.on('data', bytes => {
        said += bytes
      })
      const ended = once(child, 'close')
      await until(
        async () => said,
        text => text.includes('handshake: 101'),
      )
      expect(await firstDevice(gateway)).toMatchObject({ kind: 'pico', state: 'active', library: 'ws or wscat' })
      child.stdin.write('{"type":"ping"}\n')
      await until(
        async () => said,
        text => text.includes('"connection_ack"') && text.includes('{"type":"pong"'),
      )
      child.stdin.end()
      await ended
    })

    it('in a shell: says what is wrong when nobody new may enter', async () => {
      await using gateway = await startGateway({ enrolment: 'closed' })
      const file = join(place.path, 'shell-no-token')
      const { stderr } = await shell(gateway.url, file)
      expect(stderr).toContain('no token:')
      expect(existsSync(file)).toBe(false)
    })
  } else {
    it.skip('in a shell: not tested, because curl is not installed')
  }

  const browser = chromium
  if (browser) {
    it('in a browser: is a camera whose pictures arrive', { timeout: 60_000 }, async () => {
      await using gateway = await startGateway({ enrolment: 'open' })
      await using page = await Page.open(browser, pathToFileURL(example('browser/board.html')).href)
      await until(() => page.run(`Boolean(document.getElementById('form')?.onsubmit)`))
      await page.run(`document.getElementById('gateway').value = '${gateway.url}'`)
      await page.run(`document.getElementById('form').requestSubmit()`)
      const { id, kind } = await firstDevice(gateway)
      expect(kind).toBe('esp32cam')
      const shot = () => gateway.api('GET', `/api/devices/${id}/snapshot.jpg`)
      const first: Buffer = (await until(shot, answer => answer.status === 200)).body
      expect(first.subarray(0, 2).toString('hex')).toBe('ffd8')
      await until(shot, answer => !first.equals(answer.body))
      expect(await page.run(`document.getElementById('state').textContent`)).toContain('connected')
    })
  } else {
    it.skip('in a browser: not tested, because chromium is not installed')
  }
})
