import { execFile, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, copyFile, cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const checkout = dirname(dirname(import.meta.dirname))

/** The only packages in the system, besides their dependencies: no libatomic, no curl, no Python, no compiler. */
const packages = ['base-passwd', 'coreutils', 'dash', 'findutils', 'grep', 'libstdc++6', 'sed']
const oldest = { node: '18.20.8', npm: '9.9.4' }
const notCopied = new Set(['.git', 'node_modules', 'dist', 'data', '.build', '__pycache__'])

/** The id of the user `nobody`, from `/usr/share/base-passwd`, who owns no files. */
const nobody = 65_534

const canMakeOne =
  process.getuid?.() === 0 &&
  ['apt-get', 'apt-cache', 'dpkg-deb', 'unshare', 'chroot'].every(
    program => spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined,
  ) &&
  spawnSync('unshare', ['--mount', '--pid', '--fork', 'true'], { stdio: 'ignore' }).status === 0

/**
 * A fresh copy of the checkout with Node 18 and npm 9, in a system of its own with the contents of a minimal Debian.
 * Each command has its own namespaces for mounts and processes, so that the kernel ends these with the command. Making
 * such a system requires root on Debian; otherwise the copy is made in this system, and `isBare` is false.
 */
export class BareSystem implements AsyncDisposable {
  readonly isBare = canMakeOne
  readonly #root: string
  readonly #signal: AbortSignal
  #npmCache = ''

  private constructor(root: string, signal: AbortSignal) {
    this.#root = root
    this.#signal = signal
  }

  static async open(signal: AbortSignal): Promise<BareSystem> {
    const system = new BareSystem(await mkdtemp(join(tmpdir(), 'darvaza-bare-')), signal)
    try {
      await system.#fill()
      return system
    } catch (error) {
      await system[Symbol.asyncDispose]()
      throw error
    }
  }

  async #fill(): Promise<void> {
    // The user nobody must be able to enter the folder.
    await chmod(this.#root, 0o755)
    if (this.isBare) await this.#unpackDebian()
    const tools = join(this.#root, 'tools')
    await mkdir(join(tools, 'bin'), { recursive: true })
    const options = { signal: this.#signal, cwd: tools }
    const node = `node-linux-${process.arch}`
    await run('npm', ['install', '--prefer-offline', `${node}@${oldest.node}`, `npm@${oldest.npm}`], options)
    this.#npmCache = (await run('npm', ['config', 'get', 'cache'], options)).stdout.trim()
    await copyFile(join(tools, 'node_modules', node, 'bin/node'), join(tools, 'bin/node'))
    const npm = join(this.isBare ? '/tools' : tools, 'node_modules/npm/bin/npm-cli.js')
    await writeFile(join(tools, 'bin/npm'), `#!/bin/sh\nexec node '${npm}' "$@"\n`, { mode: 0o755 })
    await cp(checkout, join(this.#root, 'darvaza'), {
      recursive: true,
      filter: path => path === checkout || !notCopied.has(basename(path)),
    })
  }

  async #unpackDebian(): Promise<void> {
    const options = { signal: this.#signal, cwd: this.#root }
    const only = ['recommends', 'suggests', 'conflicts', 'breaks', 'replaces', 'enhances'].map(kind => `--no-${kind}`)
    const needed = async () => (await run('apt-cache', ['depends', '--recurse', ...only, ...packages], options)).stdout
    const names = (text: string) => text.split('\n').filter(line => /^[a-z\d]/.test(line))
    let all = names(await needed().catch(() => ''))
    const download = () => run('apt-get', ['download', ...all], options)
    if (all.length < packages.length || !(await download().catch(() => undefined))) {
      await run('apt-get', ['update'], options)
      all = names(await needed())
      await download()
    }
    for (const file of await readdir(this.#root)) {
      if (!file.endsWith('.deb')) continue
      await run('dpkg-deb', ['--extract', file, '.'], options)
      await rm(join(this.#root, file))
    }
    for (const folder of ['etc', 'dev', 'proc', 'tmp', 'npm'])
      await mkdir(join(this.#root, folder), { recursive: true })
    await chmod(join(this.#root, 'tmp'), 0o1777)
    for (const name of ['passwd', 'group'])
      await copyFile(join(this.#root, `usr/share/base-passwd/${name}.master`), join(this.#root, 'etc', name))
    for (const file of ['/etc/resolv.conf', '/etc/hosts']) await copyFile(file, join(this.#root, file)).catch(() => {})
    const { NODE_EXTRA_CA_CERTS: certificates } = process.env
    if (certificates && existsSync(certificates)) await copyFile(certificates, join(this.#root, 'etc/authorities.pem'))
  }

  /** Makes the user nobody the owner of the checkout, so that `run` can run commands as nobody. Needs root. */
  async giveToNobody(): Promise<void> {
    if (this.isBare) await run('chown', ['-R', `${nobody}:${nobody}`, join(this.#root, 'darvaza')])
  }

  /** Runs a shell command in the checkout. Rejects with its output unless it exits with 0. */
  async run(command: string, { as }: { as: 'root' | 'nobody' }): Promise<string> {
    const authorities = this.isBare ? '/etc/authorities.pem' : process.env.NODE_EXTRA_CA_CERTS
    const env = {
      HOME: '/tmp',
      PATH: `${join(this.isBare ? '/' : this.#root, 'tools/bin')}:/usr/bin:/bin`,
      npm_config_cache: this.isBare ? '/npm' : this.#npmCache,
      npm_config_prefer_offline: 'true',
      ...(authorities &&
        existsSync(join(this.isBare ? this.#root : '/', authorities)) && { NODE_EXTRA_CA_CERTS: authorities }),
    }
    const options = { signal: this.#signal, killSignal: 'SIGKILL' as const, maxBuffer: 2 ** 26, env }
    const { stdout, stderr } = this.isBare
      ? await run(
          'unshare',
          [...'--mount --pid --fork --kill-child sh -euc'.split(' '), mounted, 'sh', this.#root, this.#npmCache]
            .concat(as === 'root' ? '0' : `${nobody}`)
            .concat(command),
          options,
        )
      : await run('sh', ['-euc', command], { ...options, cwd: join(this.#root, 'darvaza') })
    return stdout + stderr
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#root, { recursive: true, force: true })
  }
}

/** Script for the new namespaces: ROOT NPM-CACHE USER COMMAND. Its PATH puts this system's programs first. */
const mounted = `
PATH=/usr/sbin:/usr/bin:/sbin:/bin:$PATH
mount -t proc proc "$1/proc"
mount --bind /dev "$1/dev"
mkdir -p "$2"
mount --bind "$2" "$1/npm"
exec chroot --userspec="$3:$3" "$1" sh -euc "cd /darvaza; $4"
`
