import { closeSync, constants, openSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'

/**
 * The socket on which a gateway serves its own host: it is inside the data folder, so that the folder's permissions
 * protect it too.
 */
export const controlSocketName = 'control.sock'

/**
 * The longest path that a Unix socket address can hold, in bytes: `sun_path` is 108 on Linux and 104 elsewhere, ending
 * in NUL.
 */
const longestPathBytes = process.platform === 'linux' ? 107 : 103
const fits = (path: string): boolean => Buffer.byteLength(path) <= longestPathBytes

/** A path to listen on or to connect to. Dispose of it after the server is closed, or the connection is made. */
export interface ControlSocketPath extends Disposable {
  readonly path: string
}

/**
 * Returns a path of the control socket that is short enough for the system: absolute, or for a deep folder relative, or
 * on Linux through an open descriptor, which `dispose` closes.
 * @throws ENOENT, ENOTDIR or EACCES from opening such a deep folder; an Error where no path fits.
 */
export function controlSocketPath(dataDir: string): ControlSocketPath {
  const absolute = join(resolve(dataDir), controlSocketName)
  const short = [absolute, relative(process.cwd(), absolute)].find(fits)
  if (short) return { path: short, [Symbol.dispose]() {} }
  if (process.platform !== 'linux') {
    throw new Error(`${absolute} is too long for a Unix socket (${longestPathBytes} bytes): use a shorter data folder.`)
  }
  const folder = openSync(resolve(dataDir), constants.O_RDONLY | constants.O_DIRECTORY)
  return {
    path: `/proc/self/fd/${folder}/${controlSocketName}`,
    [Symbol.dispose]() {
      closeSync(folder)
    },
  }
}
