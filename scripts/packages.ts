import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

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
]

const runs = (command: string, args: string[]): boolean => spawnSync(command, args, { stdio: 'ignore' }).status === 0

/** Installs what is missing where that is allowed: as root on Debian. Says in words what could not be had. */
export function installTestPackages(say: (line: string) => void): void {
  const missing = wanted.filter(item => !item.there())
  if (missing.length === 0) return
  const mayInstall = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
  if (mayInstall) {
    say(`Installing ${missing.map(item => item.package).join(', ')} (Debian) …`)
    const quiet = { stdio: 'ignore' as const, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }
    spawnSync('apt-get', ['update'], quiet)
    // One by one: a package this Debian does not have shall not keep the others away.
    for (const item of missing) spawnSync('apt-get', ['install', '-y', '--no-install-recommends', item.package], quiet)
  }
  for (const item of missing.filter(candidate => !candidate.there())) {
    say(
      `SKIPPED: ${item.for}: ${item.package} is not here${mayInstall ? ' and could not be installed' : ', and only root on Debian may install it'}.`,
    )
  }
}
