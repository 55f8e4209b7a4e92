import { spawnSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What some tests need besides npm's packages, and how to see whether it is there. */
const wanted = [
  {
    package: 'python3-websockets',
    for: 'the documented Python client',
    there: () => runs('/usr/bin/python3', ['-c', 'import websockets']),
  },
  { package: 'chromium', for: 'browser tests', there: () => existsSync('/usr/bin/chromium') },
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

/** Debian asks this program before it starts a service that was just installed; 101 is no. */
const policy = '/usr/sbin/policy-rc.d'

/** Tests start their proxies themselves: none shall run, or come back with the next boot, because it was installed. */
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

/** Installs what is missing where that is allowed: as root on Debian. Says in words what could not be had. */
export function installTestPackages(say: (line: string) => void): void {
  const missing = wanted.filter(item => !item.there())
  if (missing.length === 0) return
  const mayInstall = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
  if (mayInstall) {
    say(`Installing ${missing.map(item => item.package).join(', ')} (Debian) …`)
    const quiet = { stdio: 'ignore' as const, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }
    spawnSync('apt-get', ['update'], quiet)
    const install = () => {
      // One by one: a package this Debian does not have shall not keep the others away.
      for (const item of missing)
        spawnSync('apt-get', ['install', '-y', '--no-install-recommends', item.package], quiet)
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
