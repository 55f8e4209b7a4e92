import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFileSync, unwatchFile, watchFile } from 'node:fs'
import { createSecureContext } from 'node:tls'
import { ConfigError } from '../../config.ts'
import type { Log } from '../log/log.ts'

export interface Certificate {
  cert: Buffer
  key: Buffer
}

/**
 * How often the files are checked for changes, in ms. Polling works with replaced symbolic links, and on every file
 * system.
 */
const lookEveryMs = 1_000

/**
 * A certificate that is reloaded when its files change. A certificate and key that do not belong together, as while
 * only one file is new, are not used; the old pair stays until both fit.
 * @throws ConfigError when the files cannot be used at the start
 */
export function watchCertificate(
  files: { certFile: string; keyFile: string },
  log: Log,
): Disposable & { current: Certificate; onChange(listener: (certificate: Certificate) => void): void } {
  let listener: (certificate: Certificate) => void = () => {}
  const state = {
    current: readCertificate(files, log),
    onChange(next: (certificate: Certificate) => void) {
      listener = next
    },
    [Symbol.dispose]() {
      unwatchFile(files.certFile, look)
      unwatchFile(files.keyFile, look)
    },
  }
  const look = () => {
    try {
      const next = readCertificate(files, log)
      if (next.cert.equals(state.current.cert) && next.key.equals(state.current.key)) return
      state.current = next
      listener(next)
      log.info('the certificate was renewed')
    } catch (error) {
      log.warn({ reason: (error as Error).message }, 'the new certificate cannot be used yet; the old one stays')
    }
  }
  watchFile(files.certFile, { interval: lookEveryMs, persistent: false }, look)
  watchFile(files.keyFile, { interval: lookEveryMs, persistent: false }, look)
  return state
}

/** @throws ConfigError naming the file, what is wrong with it, and what to do */
function readCertificate({ certFile, keyFile }: { certFile: string; keyFile: string }, log: Log): Certificate {
  const cert = readPem('--tls-cert', certFile)
  const key = readPem('--tls-key', keyFile)
  const certificate = parsed(
    `--tls-cert ${certFile}: holds no certificate in PEM form. Name the file that begins with -----BEGIN CERTIFICATE-----.`,
    () => new X509Certificate(cert),
  )
  if (!certificate.checkPrivateKey(privateKey(key, keyFile)))
    throw new ConfigError(
      `--tls-cert ${certFile} --tls-key ${keyFile}: do not belong together. Name the key that this certificate was made for.`,
    )
  parsed(`--tls-cert ${certFile} --tls-key ${keyFile}: cannot be used`, () => createSecureContext({ cert, key }))
  // An expired certificate is still used: boards that check no dates, and people who accept it, can still connect.
  if (Date.parse(certificate.validTo) < Date.now())
    log.warn(`the certificate ${certFile} has expired (${certificate.validTo}): browsers refuse it`)
  return { cert, key }
}

const unreadable: ReadonlyMap<string | undefined, string> = new Map([
  ['ENOENT', 'there is no such file.'],
  ['EACCES', 'this user may not read it. Change who may.'],
  ['EISDIR', 'is a folder. Name the file in it.'],
])

function readPem(flag: string, file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new ConfigError(`${flag} ${file}: ${unreadable.get(code) ?? message}`)
  }
}

function privateKey(key: Buffer, keyFile: string): KeyObject {
  if (/ENCRYPTED/.test(key.toString('latin1')))
    throw new ConfigError(
      `--tls-key ${keyFile}: is encrypted, and nobody is there to type its passphrase. Decrypt it: openssl pkey -in FILE -out NEWFILE`,
    )
  return parsed(
    `--tls-key ${keyFile}: holds no private key in PEM form. Name the file that begins with -----BEGIN PRIVATE KEY----- or the like.`,
    () => createPrivateKey(key),
  )
}

function parsed<Value>(sentence: string, parse: () => Value): Value {
  try {
    return parse()
  } catch (error) {
    throw new ConfigError(`${sentence} (${(error as Error).message})`)
  }
}
