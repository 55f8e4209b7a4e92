import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const here = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url))

export const repository = here('..')
export const buildFolder = here('.build')

const flags: Record<string, string[]> = {
  ceiling: ['-march=native', '-w', '-lcrypto'],
  wsload: ['-w', '-lssl', '-lcrypto'],
  storm: ['-Wall'],
}

/** The path of a load program. It is compiled first if it is missing or older than its source. */
export function program(name: 'ceiling' | 'wsload' | 'storm'): string {
  const [source, target] = [here(`load/${name}.c`), `${buildFolder}/${name}`]
  if (existsSync(target) && statSync(target).mtimeMs > statSync(source).mtimeMs) return target
  mkdirSync(buildFolder, { recursive: true })
  try {
    execFileSync('gcc', ['-O2', '-o', target, source, ...flags[name]!], { stdio: ['ignore', 'ignore', 'pipe'] })
  } catch (error) {
    throw new Error(`Cannot compile bench/load/${name}.c: it needs 'apt-get install gcc libssl-dev'.\n${error}`)
  }
  return target
}

/** A self-signed certificate for 127.0.0.1. It is made once and kept. */
export function certificate(): { cert: string; key: string } {
  const [cert, key] = [`${buildFolder}/cert.pem`, `${buildFolder}/key.pem`]
  if (!existsSync(cert)) {
    mkdirSync(buildFolder, { recursive: true })
    const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '3650']
    const about = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1']
    execFileSync('openssl', ['req', ...kind, ...about, '-keyout', key, '-out', cert], { stdio: 'ignore' })
  }
  return { cert, key }
}
