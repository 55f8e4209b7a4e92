import { createReadStream } from 'node:fs'
import { copyFile, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import { Readable } from 'node:stream'
import { StoreFailure } from '../../core/store-failure.ts'
import { tarEnd, tarHeader, tarPadding } from './tar.ts'

/** Begins the name of a copy's folder, in the data folder. */
const copyPrefix = '.backup-'

/** Removes copies left by a process that was killed while it made a backup: they hold the gateway's key. */
export async function removeLeftCopies(dataDir: string): Promise<void> {
  const left = (await readdir(dataDir)).filter(name => name.startsWith(copyPrefix))
  await Promise.all(left.map(name => rm(join(dataDir, name), { recursive: true, force: true })))
}

const databases = ['darvaza.sqlite', 'people.sqlite']
const keys = ['gateway.key']

/** All pages are copied in one step: in several, each commit of the running gateway would restart the copy. */
const allPages = 0x7fffffff

/**
 * Copies a data folder consistently to a tar archive, while the gateway runs: unpacked into an empty folder, it is the
 * same gateway. Telemetry is left out. The copy is made first, in the folder itself, and removed when it has been read.
 */
export async function makeBackup(dataDir: string): Promise<ReadableStream<Uint8Array>> {
  const copy = await mkdtemp(join(dataDir, copyPrefix)).catch(cause => {
    throw new StoreFailure(`The copy of ${dataDir} could not be made (${(cause as Error).message}).`, { cause })
  })
  const remove = () => rm(copy, { recursive: true, force: true })
  try {
    for (const name of databases) {
      const source = new DatabaseSync(join(dataDir, name), { readOnly: true })
      try {
        await backup(source, join(copy, name), { rate: allPages })
      } finally {
        source.close()
      }
    }
    for (const name of keys) await copyFile(join(dataDir, name), join(copy, name))
  } catch (cause) {
    await remove()
    throw new StoreFailure(`The copy of ${dataDir} could not be made (${(cause as Error).message}).`, { cause })
  }
  async function* archive() {
    try {
      for (const name of [...keys, ...databases]) {
        const { size, mtimeMs } = await stat(join(copy, name))
        yield tarHeader(name, size, mtimeMs)
        yield* createReadStream(join(copy, name))
        yield tarPadding(size)
      }
      yield tarEnd()
    } finally {
      await remove()
    }
  }
  return Readable.toWeb(Readable.from(archive())) as ReadableStream<Uint8Array>
}
