import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createPrivateKey } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Config } from '../../src/config.ts'
import { parseConfig } from '../../src/config.ts'
import { startFailure } from '../../src/serve/start-failure.ts'
import { makeCertificates } from '../cli/support/certificates.ts'
import { startGateway } from '../support/gateway.ts'
import { onlyIf } from '../support/only-if.ts'
import { keptFolder } from './data-folder.ts'

let folder: Awaited<ReturnType<typeof keptFolder>>
let certificates: ReturnType<typeof makeCertificates>
beforeAll(async () => {
  folder = await keptFolder()
  certificates = makeCertificates()
})
afterAll(async () => {
  certificates[Symbol.dispose]()
  await folder[Symbol.asyncDispose]()
})

/** A data folder that a gateway has used before it stopped. */
async function livedIn(name: string): Promise<string> {
  const dataDir = join(folder.path, name)
  await using _gateway = await startGateway({ dataDir })
  return dataDir
}

/** Starts a gateway in this process, which must fail, and returns the sentence that an operator reads. */
async function sentenceOf(overrides: Partial<Config>): Promise<string> {
  const config = { ...parseConfig([], {}), ...overrides }
  try {
    await using _gateway = await startGateway(overrides)
  } catch (error) {
    return startFailure(error as Error, config, name => `--${name}`)
  }
  throw new Error('it started')
}

describe('the sentence for a start that cannot be', () => {
  const noDatabase = 'this is no database'.repeat(1_000)
  const inFolder: [what: string, name: string, sentence: RegExp][] = [
    ['a folder', 'gateway.key', /^--data: DIR\/gateway\.key is a folder, and a file is needed there\. Move it away\.$/],
    [
      'a folder',
      'people.sqlite',
      /^--data: DIR\/people\.sqlite is a folder, and a file is needed there\. Move it away\.$/,
    ],
    [
      'a folder',
      'darvaza.sqlite',
      /^DIR\/darvaza\.sqlite cannot be used \(EISDIR.*\)\. Check who owns it and its folder\.$/,
    ],
    [
      'a folder',
      'darvaza.lock',
      /^--data: DIR\/darvaza\.lock is a folder, and a file is needed there\. Move it away\.$/,
    ],
    [
      'a folder',
      'control.sock',
      /^DIR\/control\.sock is in the way of the gateway’s own socket and cannot be removed \(\w+\)\. Move it away\.$/,
    ],
    ['a folder', 'owner-link', /^--data: DIR\/owner-link is a folder, and a file is needed there\. Move it away\.$/],
    ['no key', 'gateway.key', /^DIR\/gateway\.key should hold 32 bytes but holds 5\. Restore it from a backup; /],
    ['no database', 'darvaza.sqlite', /^DIR\/darvaza\.sqlite is damaged, or not a database\. Restore a backup, /],
    ['no database', 'people.sqlite', /^DIR\/people\.sqlite is damaged, or not a database\. Restore a backup, /],
    [
      'foreign',
      'darvaza.sqlite',
      /^DIR\/darvaza\.sqlite is a database of another program\. Choose another data folder\.$/,
    ],
    [
      'foreign',
      'people.sqlite',
      /^DIR\/people\.sqlite is a database of another program\. Choose another data folder\.$/,
    ],
    ['newer', 'darvaza.sqlite', /^DIR\/darvaza\.sqlite was written by a newer Darvaza /],
    ['newer', 'people.sqlite', /^DIR\/people\.sqlite was written by a newer Darvaza\. /],
  ]
  it.each(inFolder)('names what is in the way: %s at %s', async (what, name, sentence) => {
    const dataDir = what === 'newer' ? await livedIn(`newer-${name}`) : join(folder.path, `${what} ${name}`)
    await mkdir(dataDir, { recursive: true })
    const path = join(dataDir, name)
    if (what === 'a folder') await mkdir(path)
    else if (what === 'no key') await writeFile(path, 'short')
    else if (what === 'no database') await writeFile(path, noDatabase)
    else {
      const database = new DatabaseSync(path)
      database.exec(what === 'foreign' ? 'create table theirs (a)' : 'pragma user_version = 99')
      database.close()
    }
    expect((await sentenceOf({ dataDir })).replaceAll(dataDir, 'DIR')).toMatch(sentence)
    // The damaged file stays unchanged, so that its data may still be rescued.
    if (what === 'no database') expect(await readFile(path, 'utf8')).toBe(noDatabase)
  })

  it('names the file of a certificate, and what is wrong with it', async () => {
    const { good, selfSigned } = certificates
    const at = (name: string) => join(folder.path, name)
    await mkdir(at('folder.pem'))
    await writeFile(at('cert.pem'), good.cert)
    await writeFile(at('key.pem'), good.key)
    await writeFile(at('other.pem'), selfSigned.key)
    await writeFile(at('text.pem'), 'no PEM at all')
    const secret = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' } as const
    await writeFile(at('locked.pem'), createPrivateKey(good.key).export(secret))
    const table: [cert: string, key: string, sentence: RegExp][] = [
      ['none.pem', 'key.pem', /^--tls-cert DIR\/none\.pem: there is no such file\.$/],
      ['cert.pem', 'none.pem', /^--tls-key DIR\/none\.pem: there is no such file\.$/],
      ['folder.pem', 'key.pem', /^--tls-cert DIR\/folder\.pem: is a folder\. Name the file in it\.$/],
      ['text.pem', 'key.pem', /^--tls-cert DIR\/text\.pem: holds no certificate in PEM form\. /],
      ['cert.pem', 'text.pem', /^--tls-key DIR\/text\.pem: holds no private key in PEM form\. /],
      ['cert.pem', 'locked.pem', /^--tls-key DIR\/locked\.pem: is encrypted, and nobody is there to type /],
      ['cert.pem', 'other.pem', /^--tls-cert DIR\/cert\.pem --tls-key DIR\/other\.pem: do not belong together\. /],
    ]
    for (const [cert, key, sentence] of table) {
      const tls = { port: 0, certFile: at(cert), keyFile: at(key) }
      const said = await sentenceOf({ dataDir: at('tls'), tls })
      expect(said.replaceAll(folder.path, 'DIR')).toMatch(sentence)
    }
  })

  it(
    'says what this user may not do',
    onlyIf(process.getuid?.() !== 0, 'root may read and write everything'),
    async () => {
      const dataDir = await livedIn('forbidden')
      await chmod(join(dataDir, 'gateway.key'), 0)
      expect(await sentenceOf({ dataDir })).toMatch(/gateway\.key is not allowed for this user\./)
      await chmod(join(dataDir, 'gateway.key'), 0o600)
      await chmod(dataDir, 0o500)
      await rm(join(dataDir, 'darvaza.lock'), { force: true })
      expect(await sentenceOf({ dataDir })).toMatch(/is not allowed for this user\./)
      await chmod(dataDir, 0o700)
    },
  )

  it('is the same for the second of two in one process, and the folder is free when the first has stopped', async () => {
    const dataDir = join(folder.path, 'twice')
    await using first = await startGateway({ dataDir })
    expect(await sentenceOf({ dataDir })).toBe(
      `Another gateway is already running on the data folder ${dataDir}. Stop it first, or give this one its own: --data FOLDER.`,
    )
    expect((await first.api('GET', '/health')).status).toBe(200)
    await first.stop()
    await using second = await startGateway({ dataDir })
    expect((await second.api('GET', '/health')).status).toBe(200)
  })
})

interface Start {
  child: ChildProcess
  said(): string
  /** Resolves when the gateway has printed `text`. */
  says(text: string): Promise<void>
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
}

function start(args: string[], through = 'exec "$@"'): Start {
  const command = ['sh', 'bin/darvaza', 'serve', '--host', '127.0.0.1', ...args]
  const child = spawn('sh', ['-c', through, 'sh', ...command], {
    env: { PATH: process.env.PATH!, HOME: process.env.HOME ?? '/' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  const waiting = new Set<() => void>()
  for (const stream of [child.stdout!, child.stderr!])
    stream.on('data', bytes => {
      said += bytes
      for (const check of waiting) check()
    })
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>(resolve =>
    child.once('close', (code, signal) => resolve({ code, signal })),
  )
  const says = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const check = () => said.includes(text) && resolve()
      waiting.add(check)
      check()
      void ended.then(() => reject(new Error(`it ended without "${text}": ${said}`)))
    })
  return { child, said: () => said, says, ended }
}

/** Expects the gateway to end soon after it printed the sentence: within 2 s, but 10 s allow for a busy machine. */
async function endsSoonAfter(started: Start, sentence: string): Promise<unknown> {
  await started.says(sentence)
  const at = performance.now()
  const { code } = await started.ended
  expect(performance.now() - at).toBeLessThan(10_000)
  return code
}

describe('a start that fails', () => {
  it('ends when the second of its ports is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const taken = String((other.address() as AddressInfo).port)
    await writeFile(join(folder.path, 'c.pem'), certificates.good.cert)
    await writeFile(join(folder.path, 'k.pem'), certificates.good.key)
    const tls = ['--tls-port', taken, '--tls-cert', join(folder.path, 'c.pem'), '--tls-key', join(folder.path, 'k.pem')]
    const failing = start(['--port', '0', '--data', join(folder.path, 'tls-taken'), ...tls])
    expect(await endsSoonAfter(failing, `darvaza: --tls-port ${taken}: another program uses this port.`)).toBe(1)
    expect(failing.said()).not.toContain('is open')
    other.close()
  })

  it.each(['a new folder', 'an old folder'])(
    'is one of two starts at once on %s, and the other goes on',
    async which => {
      const dataDir = which === 'an old folder' ? await livedIn('race') : join(folder.path, 'race-new')
      const starts = [start(['--port', '0', '--data', dataDir]), start(['--port', '0', '--data', dataDir])]
      const first = await Promise.race(starts.map(each => each.ended.then(() => each)))
      const winner = starts.find(each => each !== first)!
      await winner.says('Next:')
      expect(first.said()).toBe(
        `darvaza: Another gateway is already running on the data folder ${dataDir}. Stop it first, or give this one its own: --data FOLDER.\n`,
      )
      expect((await first.ended).code).toBe(1)
      winner.child.kill('SIGTERM')
      expect((await winner.ended).code).toBe(0)
    },
  )

  it('says how many files it needs where it may open too few', async () => {
    const failing = start(['--port', '0', '--data', join(folder.path, 'few')], 'ulimit -n 64; exec "$@"')
    expect((await failing.ended).code).toBe(1)
    expect(failing.said()).toBe(
      'darvaza: This process may open 64 files and needs 128 at least. Raise the limit: ulimit -n 65536, or LimitNOFILE=65536 in its unit.\n',
    )
  })
})

describe('a start that is stopped on its way', () => {
  it('ends cleanly, whenever the signal comes, and leaves a folder that starts', async () => {
    const dataDir = join(folder.path, 'stopped')
    // The signal is sent once when the start has begun (lock file), and once when the gateway listens (socket).
    for (const sign of ['darvaza.lock', 'control.sock']) {
      await rm(dataDir, { recursive: true, force: true })
      const stopped = start(['--port', '0', '--data', dataDir])
      execFileSync('sh', [
        '-c',
        `i=0; until [ -e "$0" ] || [ $i -gt 3000 ]; do i=$((i+1)); sleep 0.01; done`,
        join(dataDir, sign),
      ])
      stopped.child.kill('SIGTERM')
      const { code, signal } = await stopped.ended
      expect([sign, code ?? signal]).toEqual([sign, expect.toBeOneOf([0, 'SIGTERM'])])
      expect(stopped.said()).not.toContain('darvaza:')
    }
    await using after = await startGateway({ dataDir })
    expect((await after.api('GET', '/health')).status).toBe(200)
  })
})
