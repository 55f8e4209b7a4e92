import { resolve, sep } from 'node:path'
import type { Config } from '../config.ts'
import { controlSocketName } from '../control-socket.ts'

/** The properties that the system gives to an error of a socket or a file. */
type SystemError = NodeJS.ErrnoException & { port?: number; address?: string }

const notAllowed = 'is not allowed for this user. Choose another one, or change who may use it.'

/** The reasons why an address, a port or a folder cannot be used, by the system's code. */
const reasons: ReadonlyMap<string | undefined, string> = new Map([
  ['EADDRINUSE', 'another program uses this port. Choose another one, or stop that program.'],
  ['EADDRNOTAVAIL', 'is no address of this machine. Name one that is, or 0.0.0.0 for all of them.'],
  ['EACCES', notAllowed],
  ['EPERM', notAllowed],
  ['EROFS', 'is on a disk that cannot be written. Choose another folder.'],
  ['ENOSPC', 'cannot be written: its disk is full. Free some space.'],
  ['EDQUOT', 'cannot be written: this user’s share of the disk is used up. Free some space.'],
  ['EIO', 'cannot be read or written: its disk reported an error. Check its health.'],
  ['ENOENT', 'cannot be made there. Choose another folder.'],
  ['ENOTDIR', 'is no folder, or lies below a file. Choose another one.'],
  ['EEXIST', 'is no folder. Choose another one.'],
  ['EISDIR', 'is a folder, and a file is needed there. Move it away.'],
  ['ERR_FS_EISDIR', 'is a folder, and a file is needed there. Move it away.'],
  ['ELOOP', 'is a link that leads in a circle. Choose another folder.'],
  ['ENAMETOOLONG', 'has too long a name. Choose another folder.'],
])

/** The system's codes for "too many open files": of this process, and of the whole machine. */
const outOfFiles = new Set(['EMFILE', 'ENFILE'])

/** The reason why the gateway did not start, in a sentence that names the setting as the operator typed it. */
export function startFailure(
  error: SystemError,
  config: Pick<Config, 'port' | 'tls' | 'dataDir'>,
  asTyped: (name: 'host' | 'port' | 'tls-port' | 'data') => string,
): string {
  const reason = reasons.get(error.code)
  if (outOfFiles.has(codeBehind(error) ?? ''))
    return 'Too many files are open. Raise the limit of open files: ulimit -n 65536, or LimitNOFILE=65536 in its unit.'
  if (error.syscall === 'getaddrinfo') return `${asTyped('host')}: is no address this machine knows (${error.code}).`
  if (error.syscall === 'listen' && reason) {
    // A Unix socket has no port; its address is its path.
    if (error.address?.endsWith(controlSocketName)) return `${asTyped('data')}: ${controlSocketName} ${reason}`
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

/** The system's code of an error; a reworded error has the system's error as its cause. */
function codeBehind(error: SystemError): string | undefined {
  for (let each: SystemError | undefined = error; each; each = each.cause as SystemError | undefined)
    if (outOfFiles.has(each.code ?? '')) return each.code
  return undefined
}
