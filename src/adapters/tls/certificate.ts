import { readFileSync, unwatchFile, watchFile } from 'node:fs'
import { createSecureContext } from 'node:tls'
import { ConfigError } from '../../config.ts'
import type { Log } from '../log/log.ts'

export interface Certificate {
  cert: Buffer
  key: Buffer
}

/** How often the files are looked at, in ms: works with links that are swapped, and on every file system. */
const lookEveryMs = 1_000

/**
 * A certificate that follows its files. A pair that does not fit together, as while only one file is new, is not taken;
 * the old one stays until both fit.
 * @throws ConfigError when the files cannot be used at the start
 */
export function watchCertificate(
  files: { certFile: string; keyFile: string },
  log: Log,
): Disposable & { current: Certificate; onChange(listener: (certificate: Certificate) => void): void } {
  const read = (): Certificate => {
    const certificate = { cert: readFileSync(files.certFile), key: readFileSync(files.keyFile) }
    createSecureContext(certificate)
    return certificate
  }
  let listener: (certificate: Certificate) => void = () => {}
  const state = {
    current: firstRead(read, files),
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
      const next = read()
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

function firstRead(read: () => Certificate, files: { certFile: string; keyFile: string }): Certificate {
  try {
    return read()
  } catch (error) {
    throw new ConfigError(
      `--tls-cert ${files.certFile} --tls-key ${files.keyFile}: cannot be used: ${(error as Error).message}`,
    )
  }
}
