import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { get, type IncomingMessage } from 'node:http'
import { Agent, request } from 'node:https'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { makeCertificates } from '../cli/support/certificates.ts'
import { ask, bearer } from '../http/ask.ts'
import { Board } from '../support/board.ts'
import { overControlSocket, startGateway, type TestGateway, temporaryFolder } from '../support/gateway.ts'
import { jpeg } from '../support/jpeg.ts'
import { firstOwner, guest, ownerCode, PersonClient, password } from './person-client.ts'

/* Attacks after access has ended: open picture streams, backups, and the plain port beside an encrypted one. */

let gateway: TestGateway
let owner: PersonClient
let camera: Board
let id: string
beforeAll(async () => {
  gateway = await startGateway({ limits: { guessBurst: 10_000, entryBurst: 10_000 } })
  owner = await firstOwner(gateway)
  camera = await Board.active(gateway, { kind: 'esp32cam' })
  camera.ws.send(jpeg())
  id = await camera.id()
})
afterAll(async () => {
  await camera[Symbol.asyncDispose]()
  await gateway[Symbol.asyncDispose]()
})

type Headers = Record<string, string>
/** Opens an MJPEG stream with these headers and resolves when it has begun. `ended` resolves when the stream ends. */
const mjpeg = async (headers: Headers): Promise<{ ended: Promise<unknown> }> => {
  const call = get({
    host: '127.0.0.1',
    port: gateway.port,
    path: `/api/devices/${id}/stream.mjpeg`,
    headers,
    agent: false,
  })
  call.on('error', () => {})
  const [response] = (await once(call, 'response')) as [IncomingMessage]
  expect(response.statusCode).toBe(200)
  response.on('error', () => {}).resume()
  return { ended: once(response, 'close').catch(() => {}) }
}
const view = async (headers: Headers): Promise<{ ended: Promise<unknown> }> => {
  const ws = new WebSocket(`${gateway.wsUrl}/ws/view/${id}`, { headers })
  ws.on('error', () => {})
  await once(ws, 'open')
  return { ended: once(ws, 'close') }
}
/** The gateway checks open streams once a second; 5 s allow for a busy machine. */
const soon = async (end: Promise<unknown>) => {
  const late = new Promise(resolve => setTimeout(resolve, 5_000, 'goes on').unref())
  expect(await Promise.race([end.then(() => 'ended'), late])).toBe('ended')
}

describe('pictures that were opened rightly', () => {
  const ends: [string, (client: PersonClient) => Promise<unknown>][] = [
    ['is signed out', client => client.ask('POST', '/api/auth/sign-out', {})],
    ['is sent away', client => owner.ask('DELETE', `/api/people/${client.id}`)],
    ['is fenced in', client => owner.ask('PATCH', `/api/people/${client.id}`, { grants: ['#elsewhere'] })],
  ]
  it.each(ends)('end when their viewer %s, although the camera goes on', async (_what, act) => {
    const client = await guest(owner, 'viewer')
    const headers = { cookie: client.cookie, origin: gateway.url }
    const open = [await mjpeg(headers), await view(headers)]
    const frames = setInterval(() => camera.ws.send(jpeg()), 100)
    await act(client)
    for (const { ended } of open) await soon(ended)
    clearInterval(frames)
  })

  it('end when their key is deleted, although nothing comes from the camera', async () => {
    const { body } = await gateway.api('POST', '/api/keys', { role: 'viewer' })
    const open = [await mjpeg(bearer(body.secret)), await view(bearer(body.secret))]
    await gateway.api('DELETE', `/api/keys/${body.key.id}`)
    for (const { ended } of open) await soon(ended)
  })

  it('end when the tag goes by which they were granted', async () => {
    await gateway.api('PATCH', `/api/devices/${id}`, { tags: ['yard'] })
    const client = await guest(owner, 'viewer', ['#yard'])
    const headers = { cookie: client.cookie, origin: gateway.url }
    const open = [await mjpeg(headers), await view(headers)]
    await using page = client.dashboard()
    await page.heard(message => message.type === 'hello')
    page.say({ type: 'watch', cameras: [{ device: id, rate: 'full' }] })
    await page.shown(1)
    await gateway.api('PATCH', `/api/devices/${id}`, { tags: [] })
    for (const { ended } of open) await soon(ended)
    await page.heard(message => message.type === 'devices' && message.removed?.includes(id))
  })
})

describe('a backup', () => {
  it('is for owners of everything alone', async () => {
    const fencedOwner = await guest(owner, 'owner', [id])
    const operator = await guest(owner, 'operator')
    for (const client of [fencedOwner, operator]) {
      for (const method of ['GET', 'HEAD'])
        expect((await ask(gateway, method, '/api/backup', { headers: { cookie: client.cookie } })).status).toBe(403)
    }
    expect((await ask(gateway, 'GET', '/api/backup')).status).toBe(401)
  })

  it('unpacks into three plain files for its owner’s eyes, wherever it is unpacked', async () => {
    const { bytes } = await ask(gateway, 'GET', '/api/backup', { headers: bearer(gateway.ownerKey) })
    const folder = join(await temporaryFolder(), 'backup')
    await mkdir(folder)
    await writeFile(join(folder, 'it.tar'), bytes)
    const lines = execFileSync('tar', ['-tvf', join(folder, 'it.tar')])
      .toString()
      .trim()
      .split('\n')
    expect(lines.map(line => line.split(/\s+/)[0])).toEqual(Array(3).fill('-rw-------'))
    expect(lines.map(line => line.split(/\s+/).at(-1)).sort()).toEqual([
      'darvaza.sqlite',
      'gateway.key',
      'people.sqlite',
    ])
  })

  it('leaves no copy of the key behind, whether it is read, left half way, or cut off by a kill', async () => {
    const copies = async () => (await readdir(gateway.dataDir)).filter(name => name.startsWith('.backup'))
    const call = get({
      host: '127.0.0.1',
      port: gateway.port,
      path: '/api/backup',
      headers: bearer(gateway.ownerKey),
      agent: false,
    })
    call.on('error', () => {})
    const [response] = (await once(call, 'response')) as [IncomingMessage]
    response.on('error', () => {})
    call.destroy()
    await expect.poll(copies, { timeout: 10_000 }).toEqual([])

    const dataDir = join(await temporaryFolder(), 'killed')
    await (await startGateway({ dataDir })).stop()
    await mkdir(join(dataDir, '.backup-x1y2z3'))
    await writeFile(join(dataDir, '.backup-x1y2z3', 'gateway.key'), 'a copy')
    await using again = await startGateway({ dataDir })
    expect((await readdir(again.dataDir)).filter(name => name.startsWith('.backup'))).toEqual([])
    expect((await stat(join(again.dataDir, 'gateway.key'))).mode & 0o777).toBe(0o600)
  })
})

describe('the plain port beside an encrypted one', () => {
  it('gives people nothing, and the encrypted one takes no cookie that a plain page could have set', async () => {
    using certificates = makeCertificates()
    const folder = await temporaryFolder()
    const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
    await writeFile(certFile, certificates.good.cert)
    await writeFile(keyFile, certificates.good.key)
    await using both = await startGateway({ tls: { port: 0, certFile, keyFile } })
    const { headers: sent } = await ask(both, 'GET', '/', { headers: { accept: 'text/html' } })
    const secure = new URL(sent.location!)
    expect(secure.protocol).toBe('https:')
    const agent = new Agent({ rejectUnauthorized: false, keepAlive: false })
    const over = async (method: string, path: string, headers: Headers = {}, body?: object) => {
      const call = request({ host: '127.0.0.1', port: secure.port, method, path, headers, agent })
      call.end(body && JSON.stringify(body))
      const [response] = (await once(call, 'response')) as [IncomingMessage]
      response.resume()
      return { status: response.statusCode, cookies: response.headers['set-cookie'] ?? [] }
    }
    const origin = `https://127.0.0.1:${secure.port}`
    const wish = { code: await ownerCode(both), name: 'Mina', email: 'mina@example.org', password }
    const plain = await new PersonClient(both).ask('POST', '/api/setup', wish)
    expect([plain.status, plain.body.code]).toEqual([403, 'tls_required'])

    const json = { origin, 'content-type': 'application/json' }
    const made = await over('POST', '/api/setup', json, wish)
    expect(made.status).toBe(201)
    expect(made.cookies[0]).toMatch(/^__Secure-darvaza\.session_token=.*; Secure; SameSite=Lax$/)
    const cookie = made.cookies[0]!.split(';')[0]!
    expect((await over('GET', '/api/devices', { cookie })).status).toBe(200)
    expect((await over('GET', '/api/devices', { cookie: cookie.replace('__Secure-', '') })).status).toBe(401)

    for (const path of ['/api/backup', '/api/me', '/api/devices', '/api/journal', '/api/auth/get-session', '/metrics'])
      expect([path, (await ask(both, 'GET', path, { headers: { cookie } })).json?.code]).toEqual([path, 'tls_required'])
    expect((await new PersonClient(both).signIn('mina@example.org')).body.code).toBe('tls_required')
    const ws = new WebSocket(`${both.wsUrl}/ws/dashboard`, { headers: { cookie, origin: both.url } })
    ws.on('error', () => {})
    const [, response] = await once(ws, 'unexpected-response')
    expect(response.statusCode).toBe(403)
    ws.terminate()
  })
})

it('says in the journal whose act it was by an id, as names can be alike', async () => {
  const twin = await guest(owner, 'operator')
  await owner.ask('PATCH', `/api/people/${twin.id}`, { name: 'Mina' })
  await twin.ask('PATCH', `/api/devices/${id}`, { tags: ['twin'] })
  const { body } = await overControlSocket(gateway.dataDir, 'GET', '/api/journal?kind=act&limit=1')
  expect((body as { entries: { data: object }[] }).entries[0]!.data).toMatchObject({ by: 'Mina', byId: twin.id })
})
