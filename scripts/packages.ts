import { spawnSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

interface TestPackage {
  package: string
  /** The package that serves as well, for a Debian that does not have the first. */
  otherwise?: string
  for: string
  /** Whether it is installed. */
  there: () => boolean
}

/** Debian packages that some tests need. */
const wanted: TestPackage[] = [
  {
    package: 'python3-websockets',
    for: 'the documented Python client',
    there: () => runs('/usr/bin/python3', ['-c', 'import websockets']),
  },
  {
    package: 'chromium-headless-shell',
    otherwise: 'chromium',
    for: 'browser tests',
    there: () => isProgram('chromium-headless-shell') || isProgram('chromium'),
  },
  { package: 'g++', for: 'the camera firmware’s core on this machine', there: () => runs('g++', ['--version']) },
  { package: 'openssl', for: 'certificates to test TLS with', there: () => runs('openssl', ['version']) },
  { package: 'curl', for: 'the example in a shell', there: () => isProgram('curl') },
  { package: 'iproute2', for: 'segments, counted by the system', there: () => isProgram('ss') },
  { package: 'tar', for: 'what a backup holds', there: () => isProgram('tar') },
  { package: 'nginx', for: 'the gateway behind nginx', there: () => isProgram('nginx') },
  { package: 'haproxy', for: 'the gateway behind HAProxy', there: () => isProgram('haproxy') },
  { package: 'caddy', for: 'the gateway behind Caddy', there: () => isProgram('caddy') },
]

const runs = (command: string, args: string[]): boolean => spawnSync(command, args, { stdio: 'ignore' }).status === 0

const isProgram = (name: string): boolean =>
  ['/usr/sbin', '/usr/bin', '/bin'].some(folder => existsSync(join(folder, name)))

/** Debian runs this program before it starts a newly installed service; exit code 101 forbids the start. */
const policy = '/usr/sbin/policy-rc.d'

/** Installs without starting services, now or at the next boot: the tests start their proxies themselves. */
function withoutServices(install: () => void, services: string[]): void {
  const mine = !existsSync(policy)
  if (mine) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    install()
  } finally {
    if (mine) rmSync(policy, { force: true })
  }
  if (existsSync('/run/systemd/system'))
    for (const service of services) runs('systemctl', ['disable', '--now', service])
}

/** Installs missing packages if the user is root on Debian. Reports the packages that are still missing. */
export function installTestPackages(say: (line: string) => void): void {
  const missing = wanted.filter(item => !item.there())
  if (missing.length === 0) return
  const mayInstall = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
  if (mayInstall) {
    say(`Installing ${missing.map(item => item.package).join(', ')} (Debian) …`)
    const quiet = { stdio: 'ignore' as const, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }
    spawnSync('apt-get', ['update'], quiet)
    const install = () => {
      // One by one, so that a package which this Debian does not have does not prevent the others.
      for (const item of missing)
        for (const name of [item.package, item.otherwise])
          if (name && !item.there()) spawnSync('apt-get', ['install', '-y', '--no-install-recommends', name], quiet)
    }
    const services = missing.map(item => item.package).filter(name => ['nginx', 'haproxy', 'caddy'].includes(name))
    withoutServices(install, services)
  }
  for (const item of missing.filter(candidate => !candidate.there())) {
    say(
      `not here: ${item.package} (${item.for})${mayInstall ? ', and it could not be installed' : '; only root on Debian may install it'}.`,
    )
  }
}
