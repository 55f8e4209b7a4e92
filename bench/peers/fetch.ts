import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { buildFolder } from '../harness/build.ts'

/** Peers are no dependencies of the product. They are fetched into an ignored folder when they are first needed. */
export const peersFolder = join(buildFolder, 'peers')
const root = join(peersFolder, 'root')

const fromNpm = ['socket.io@4.8.4', 'aedes@1.2.0', 'ws@8.23.0', 'bufferutil@4.1.0']
const fromDebian = ['mosquitto', 'libcjson1', 'libmosquitto1', 'libdlt2', 'libwrap0', 'nats-server']

/** Fetches the peers. Nothing is installed on the machine: Debian's packages are only unpacked, no service starts. */
export function fetchPeers(say: (text: string) => void): void {
  mkdirSync(root, { recursive: true })
  if (!existsSync(join(peersFolder, 'node_modules'))) {
    say(`peers: npm install ${fromNpm.join(' ')}`)
    run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', peersFolder, ...fromNpm], peersFolder)
  }
  if (!existsSync(join(root, 'usr'))) {
    say(`peers: apt-get download ${fromDebian.join(' ')}`)
    try {
      for (const name of fromDebian) {
        run('apt-get', ['download', name], peersFolder)
        run('sh', ['-c', `dpkg -x ${name}_*.deb root`], peersFolder)
      }
    } catch {
      say('peers: no Debian packages here; what is on the PATH is used')
    }
  }
}

/** Environment in which the unpacked programs and libraries come before the installed ones. */
export const peerEnvironment = {
  PATH: `${root}/usr/sbin:${root}/usr/bin:${process.env.PATH}:/usr/sbin`,
  LD_LIBRARY_PATH: [`${root}/usr/lib/x86_64-linux-gnu`, `${root}/lib/x86_64-linux-gnu`].join(':'),
}

const run = (command: string, args: string[], cwd: string) =>
  execFileSync(command, args, { cwd, stdio: 'pipe', timeout: 120_000 })
