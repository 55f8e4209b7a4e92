import { removeLeftCopies } from '../adapters/backup/backup.ts'
import { claimControlSocket, openDataFolder } from '../adapters/data-folder/data-folder.ts'
import { lockDataFolder } from '../adapters/data-folder/lock.ts'
import { checkOpenFiles } from '../adapters/open-files.ts'
import { controlSocketPath } from '../control-socket.ts'

/** Makes this process the only one that uses the data folder. Resolves to the paths of its files. */
export async function takeDataFolder(dataDir: string, cleanup: AsyncDisposableStack) {
  checkOpenFiles()
  const files = await openDataFolder(dataDir)
  cleanup.use(lockDataFolder(dataDir))
  const { path: controlPath } = cleanup.use(controlSocketPath(dataDir))
  await claimControlSocket(controlPath, dataDir)
  await removeLeftCopies(dataDir)
  return { ...files, controlPath }
}
