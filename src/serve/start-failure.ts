import { resolve, sep } from 'node:path'
import type { Config } from '../config.ts'

/** What the system says with an error of a socket or a file. */
type SystemError = NodeJS.ErrnoException & { port?: number }

/** Why an address, a port or a folder cannot be had, by the system's code. */
const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program uses this port. Choose another one, or stop that program.',
  EADDRNOTAVAIL: 'is no address of this machine. Name one that is, or 0.0.0.0 for all of them.',
  EACCES: 'is not allowed for this user. Choose another one, or change who may use it.',
  EPERM: 'is not allowed for this user. Choose another one, or change who may use it.',
  EROFS: 'is on a disk that cannot be written. Choose another folder.',
  ENOSPC: 'cannot be written: its disk is full. Free some space.',
  ENOENT: 'cannot be made there. Choose another folder.',
  ENOTDIR: 'is no folder, or lies below a file. Choose another one.',
  EEXIST: 'is no folder. Choose another one.',
  ELOOP: 'is a link that leads in a circle. Choose another folder.',
  ENAMETOOLONG: 'has too long a name. Choose another folder.',
}

/** Why the gateway did not start, in a sentence that names the setting behind it as the operator typed it. */
export function startFailure(
  error: SystemError,
  config: Pick<Config, 'port' | 'tls' | 'dataDir'>,
  asTyped: (name: 'host' | 'port' | 'tls-port' | 'data') => string,
): string {
  const reason = reasons[error.code ?? '']
  if (error.syscall === 'getaddrinfo') return `${asTyped('host')}: is no address this machine knows (${error.code}).`
  if (error.syscall === 'listen' && reason) {
    if (error.code === 'EADDRNOTAVAIL') return `${asTyped('host')}: ${reason}`
    const isTls = config.tls !== undefined && config.tls.port !== config.port && error.port === config.tls.port
    return `${asTyped(isTls ? 'tls-port' : 'port')}: ${reason}`
  }
  const folder = resolve(config.dataDir)
  const path = error.path === undefined ? '' : resolve(error.path)
  if (reason && path !== '' && (path === folder || folder.startsWith(path + sep) || path.startsWith(folder + sep)))
    return `${asTyped('data')}: ${path === folder ? '' : `${path} `}${reason}`
  return error.message
}
