import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { temporaryFolder } from '../support/gateway.ts'

/** How many rows each table of a data folder holds. */
export function rowCounts(dataDir: string): Record<string, number> {
  const database = new DatabaseSync(join(dataDir, 'darvaza.sqlite'), { readOnly: true })
  try {
    const tables = database.prepare("select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'")
    return Object.fromEntries(
      tables.all().map(({ name }) => {
        const row = database.prepare(`select count(*) as count from "${name}"`).get()
        return [name as string, row!.count as number]
      }),
    )
  } finally {
    database.close()
  }
}

/** Every byte in a data folder, except sockets, as text with one letter per byte. */
export async function everyByte(dataDir: string): Promise<string> {
  let text = ''
  for (const file of await readdir(dataDir, { recursive: true, withFileTypes: true }))
    if (file.isFile()) text += (await readFile(join(file.parentPath, file.name))).toString('latin1')
  return text
}

/** A data folder for several gateways, one after the other. Disposing it removes it. */
export async function keptFolder(): Promise<AsyncDisposable & { path: string }> {
  const path = await temporaryFolder()
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}
