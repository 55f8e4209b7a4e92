import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Pair {
  cert: string
  key: string
}

/** Makes valid and faulty certificates with openssl, in a folder that is removed on disposal. */
export function makeCertificates() {
  const folder = mkdtempSync(join(tmpdir(), 'darvaza-certs-'))
  const file = (name: string) => join(folder, name)
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
  const read = (name: string) => readFileSync(file(name), 'utf8')
  const extensions = (name: string, text: string) => {
    writeFileSync(file(name), text)
    return name
  }
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']

  const authority = (name: string, issuer?: string) => {
    const constraint = extensions(`${name}.ext`, 'basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign')
    if (!issuer) {
      openssl(
        'req',
        '-x509',
        ...newKey,
        '-keyout',
        `${name}.key`,
        '-out',
        `${name}.pem`,
        '-days',
        '30',
        '-subj',
        `/CN=${name}`,
      )
      return
    }
    openssl('req', ...newKey, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`)
    sign(name, issuer, constraint, '30')
  }
  const sign = (name: string, issuer: string, ext: string, days: string) =>
    openssl(
      ...['x509', '-req', '-in', `${name}.csr`, '-CA', `${issuer}.pem`, '-CAkey', `${issuer}.key`, '-CAcreateserial'],
      ...['-out', `${name}.pem`, '-days', days, '-extfile', ext],
    )
  const leaf = (name: string, issuer: string, { host = 'DNS:localhost,IP:127.0.0.1', days = '30' } = {}): Pair => {
    openssl('req', ...newKey, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`)
    sign(name, issuer, extensions(`${name}.ext`, `subjectAltName=${host}`), days)
    return { cert: read(`${name}.pem`), key: read(`${name}.key`) }
  }

  authority('root')
  authority('middle', 'root')
  const good = leaf('good', 'root')
  const behindMiddle = leaf('behind-middle', 'middle')
  openssl(
    ...['req', '-x509', ...newKey, '-keyout', 'self.key', '-out', 'self.pem', '-days', '30', '-subj', '/CN=self'],
    ...['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'],
  )
  return {
    rootFile: file('root.pem'),
    root: read('root.pem'),
    goodFiles: { certFile: file('good.pem'), keyFile: file('good.key') },
    good,
    endsSoon: leaf('ends-soon', 'root', { days: '5' }),
    expired: leaf('expired', 'root', { days: '-1' }),
    wrongName: leaf('wrong-name', 'root', { host: 'DNS:other.example.org' }),
    selfSigned: { cert: read('self.pem'), key: read('self.key') } satisfies Pair,
    withoutMiddle: behindMiddle,
    withMiddle: { ...behindMiddle, cert: behindMiddle.cert + read('middle.pem') } satisfies Pair,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}
