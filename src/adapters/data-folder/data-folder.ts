import { randomBytes } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, stat, unlink } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { dirname, join } from 'node:path'
import { controlSocketName } from '../../control-socket.ts'

/** Makes the one folder that holds all data, if it is missing: readable by its owner only. */
export async function openDataFolder(
  dataDir: string,
): Promise<{ sqliteFile: string; peopleFile: string; telemetryFile: string; keyFile: string }> {
  await makeFolder(dataDir)
  return {
    sqliteFile: join(dataDir, 'darvaza.sqlite'),
    peopleFile: join(dataDir, 'people.sqlite'),
    telemetryFile: join(dataDir, 'telemetry.sqlite'),
    keyFile: join(dataDir, 'gateway.key'),
  }
}

/**
 * Makes the folder and those above it. Node's own recursion never ends where no folder can be made at all, as in /proc.
 */
async function makeFolder(folder: string): Promise<void> {
  const make = () => mkdir(folder, { mode: 0o700 })
  try {
    await make()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' && dirname(folder) !== folder) {
      await makeFolder(dirname(folder))
      await make()
    } else if (!(code === 'EEXIST' && (await stat(folder)).isDirectory())) throw error
  }
}

/** Reads the gateway's key, 32 bytes; makes it at the first start, whole or not at all, even if the power fails. */
export async function readOrMakeKey(keyFile: string): Promise<Buffer> {
  try {
    const key = await readFile(keyFile)
    if (key.length === 32) return key
    throw new Error(
      `${keyFile} should hold 32 bytes but holds ${key.length}. Restore it from a backup; without it, boards that wait for their first connection need new tokens.`,
    )
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const fresh = `${keyFile}.new`
  await rm(fresh, { force: true })
  const file = await open(fresh, 'wx', 0o600)
  const key = randomBytes(32)
  await file.writeFile(key)
  await file.sync()
  await file.close()
  await rename(fresh, keyFile)
  return key
}

/**
 * Frees the path of the control socket. A socket that a killed gateway left behind is removed. A socket that answers
 * belongs to a running gateway without a lock, from before an update.
 * @throws Error naming the folder when another gateway runs on it, or the socket's path when something else is there
 */
export async function claimControlSocket(socketPath: string, dataDir: string): Promise<void> {
  const answered = await new Promise<boolean>(resolve => {
    const socket = createConnection(socketPath)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    // EAGAIN: a gateway listens on this socket, but is too busy to accept.
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EAGAIN'))
  })
  if (answered) throw alreadyRunning(dataDir)
  try {
    await unlink(socketPath)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return
    throw new Error(
      `${join(dataDir, controlSocketName)} is in the way of the gateway’s own socket and cannot be removed (${code}). Move it away.`,
      { cause: error },
    )
  }
}

export const alreadyRunning = (dataDir: string): Error =>
  new Error(
    `Another gateway is already running on the data folder ${dataDir}. Stop it first, or give this one its own: --data FOLDER.`,
  )
