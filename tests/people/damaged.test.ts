import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Worker } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { Board } from '../support/board.ts'
import { spawnGateway, startGateway } from '../support/gateway.ts'
import { until } from '../support/until.ts'
import { firstOwner } from './person-client.ts'

const ofType = (type: string) => (message: { type: string }) => message.type === type

/** Damages a database that the gateway has open, and makes the gateway read it. Returns a function that mends it. */
async function damage(file: string): Promise<() => Promise<void>> {
  const other = new DatabaseSync(file)
  other.exec('pragma wal_checkpoint(truncate)')
  other.prepare('select * from "user"').all()
  const well = await readFile(file)
  const handle = await open(file, 'r+')
  await handle.write(Buffer.alloc(well.length, 0xa5), 0, well.length, 0)
  // This connection still has the undamaged pages in memory. Its commit forces all other connections to read the file.
  other.exec('update "user" set "name" = "name"')
  other.close()
  return async () => {
    await handle.write(well, 0, well.length, 0)
    await handle.close()
  }
}

describe('people.sqlite damaged while a page is open', () => {
  it('cuts nobody: requests are refused in both languages until the file is well again', async () => {
    await using gateway = await spawnGateway()
    const owner = await firstOwner(gateway)
    await using page = owner.dashboard()
    await page.heard(ofType('hello'))
    await using board = await Board.connect(gateway)
    await board.next('connection_ack')
    const mend = await damage(join(gateway.dataDir, 'people.sqlite'))

    const refused = await owner.ask('GET', '/api/people')
    expect(refused).toMatchObject({ status: 503, body: { code: 'store_unavailable' } })
    const inPersian = await owner.ask('GET', '/api/people', undefined, { headers: { 'accept-language': 'fa' } })
    expect(inPersian.body.message).toMatch(/پایگاه داده/)
    expect((await owner.signIn()).body).toMatchObject({ code: expect.stringMatching(/^(store|accounts)_unavailable$/) })
    await using late = owner.dashboard()
    expect(await late.refused).toBe(503)
    // This is longer than the interval of the session check of an open page, so the check has met the damage by now.
    await new Promise(resolve => setTimeout(resolve, 1_000))
    page.say({ type: 'ping', id: 1 })
    expect(await page.heard(ofType('pong'))).toMatchObject({ id: 1 })
    board.send({ type: 'ping' })
    await board.next('pong')
    expect((await gateway.api('GET', '/health')).status).toBe(200)
    expect(gateway.output()).toMatch(/people\.sqlite is damaged, or not a database\. Restore a backup/)

    await mend()
    await until('the people are back', async () => (await owner.ask('GET', '/api/people')).status === 200)
    await until('signing in works again', async () => (await owner.signIn()).status === 200)
    expect(page.ws.readyState).toBe(page.ws.OPEN)
    expect(gateway.process.exitCode).toBeNull()
  })
})

describe('the accounts’ thread', () => {
  it('is started again when it dies, and who waited for it is told', async () => {
    const threads: Worker[] = []
    const collect = (worker: Worker) => threads.push(worker)
    process.on('worker', collect)
    await using stack = new AsyncDisposableStack()
    stack.defer(() => void process.off('worker', collect))
    const gateway = stack.use(await startGateway())
    const stores = threads.length
    const owner = await firstOwner(gateway)
    const [accounts] = threads.slice(stores)
    const asked = new Promise<void>(resolve => {
      const post = accounts!.postMessage.bind(accounts)
      accounts!.postMessage = (...message) => {
        post(...message)
        resolve()
      }
    })
    const waiting = owner.signIn()
    await asked
    await accounts!.terminate()
    expect(await waiting).toMatchObject({ status: 503, body: { code: 'accounts_unavailable', hint: /Try again/ } })
    expect((await owner.signIn()).status).toBe(200)
    expect(threads.slice(stores)).toHaveLength(2)
  })
})
