import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { symlink, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { spawnGateway, startGateway } from '../support/gateway.ts'
import { keptFolder } from './data-folder.ts'

let folder: Awaited<ReturnType<typeof keptFolder>>
beforeAll(async () => {
  folder = await keptFolder()
})
afterAll(() => folder[Symbol.asyncDispose]())

/** Starts the product where it cannot start. Resolves to its exit code and its whole output. */
function start(args: string[], env: Record<string, string> = {}): Promise<{ code: unknown; said: string }> {
  return new Promise(resolve => {
    execFile(
      'sh',
      ['bin/darvaza', 'serve', '--host', '127.0.0.1', '--port', '0', ...args],
      { env: { PATH: process.env.PATH!, HOME: process.env.HOME ?? '/', ...env }, timeout: 50_000 },
      (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : (error.code ?? error.signal), said: stdout + stderr }),
    )
  })
}

const data = (name: string) => ['--data', join(folder.path, name)]

/** A data folder that a gateway has used before it stopped. */
async function livedIn(name: string): Promise<string> {
  const dataDir = join(folder.path, name)
  await using _gateway = await startGateway({ dataDir })
  return dataDir
}

describe('a start that cannot be', () => {
  it('names the port as it was typed, when another program uses it', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const port = String((other.address() as AddressInfo).port)
    const sentence = `darvaza: --port ${port}: another program uses this port. Choose another one, or stop that program.\n`
    expect(await start([...data('port'), '--port', port])).toEqual({ code: 1, said: sentence })
    other.close()
  })

  it.each([
    [
      ['--host', 'no-such-host.invalid'],
      {},
      /^darvaza: --host no-such-host\.invalid: is no address this machine knows \(E\w+\)\.\n$/,
    ],
    [
      ['--host', '203.0.113.7'],
      {},
      'darvaza: --host 203.0.113.7: is no address of this machine. Name one that is, or 0.0.0.0 for all of them.\n',
    ],
  ])('names the address as it was typed: %j', async (args, env, sentence) => {
    const { code, said } = await start([...data('host'), ...args], env)
    expect(said).toMatch(sentence)
    expect(code).toBe(1)
  })

  it('names the folder as it was typed, where there can be none', async () => {
    const file = join(folder.path, 'a-file')
    await writeFile(file, '')
    await symlink(join(folder.path, 'loop'), join(folder.path, 'loop'))
    for (const [dataDir, reason] of [
      [file, 'is no folder. Choose another one.'],
      [join(file, 'below'), 'is no folder, or lies below a file. Choose another one.'],
      [join(folder.path, 'loop', 'x'), 'is a link that leads in a circle. Choose another folder.'],
      ['/proc/darvaza', 'cannot be made there. Choose another folder.'],
    ] as const) {
      expect(await start(['--data', dataDir])).toEqual({ code: 1, said: `darvaza: --data ${dataDir}: ${reason}\n` })
    }
    const byVariable = await start([], { DARVAZA_DATA: file })
    expect(byVariable.said).toBe(`darvaza: DARVAZA_DATA=${file}: is no folder. Choose another one.\n`)
  })

  it('names the file when a row of it was damaged by hand', async () => {
    const dataDir = await livedIn('damaged-row')
    const file = join(dataDir, 'darvaza.sqlite')
    const database = new DatabaseSync(file)
    database.exec(`update settings set value = '{"mode":' where name = 'enrolment'`)
    database.close()
    expect((await start(['--data', dataDir])).said).toContain(`darvaza: ${file} is damaged`)
  })
})

describe('a start with a mode in the data folder that nobody knows', () => {
  it('lets new boards wait, and says so', async () => {
    const dataDir = await livedIn('odd-mode')
    const database = new DatabaseSync(join(dataDir, 'darvaza.sqlite'))
    database.exec(`update settings set value = '{"mode":"sesame"}' where name = 'enrolment'`)
    database.close()
    await using gateway = await spawnGateway({ dataDir })
    expect(gateway.output()).toContain('New boards: approve')
    expect((await gateway.api('GET', '/api/enrolment')).body.mode).toBe('approve')
    const { entries } = (await gateway.api('GET', '/api/journal?kind=gateway')).body
    expect(entries).toContainEqual(expect.objectContaining({ data: { event: 'enrolment_unreadable' } }))
  })
})
