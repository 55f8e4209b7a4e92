import { open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { StoreFailure } from '../../core/store-failure.ts'

/** Keeps the link that makes an owner where only the gateway's own user can read it, as others may keep the log. */
export class OwnerLinkFile {
  readonly path: string

  constructor(dataDir: string) {
    this.path = join(dataDir, 'owner-link')
  }

  /**
   * Writes the file whole or not at all. Resolves to the file's name.
   * @throws StoreFailure when the file cannot be written
   */
  async write(link: string): Promise<string> {
    const fresh = `${this.path}.new`
    try {
      await rm(fresh, { force: true })
      const file = await open(fresh, 'wx', 0o600)
      try {
        await file.writeFile(`${link}\n`)
      } finally {
        await file.close()
      }
      await rename(fresh, this.path)
      return this.path
    } catch (cause) {
      await rm(fresh, { force: true }).catch(() => {})
      throw new StoreFailure(`${this.path} cannot be written (${(cause as Error).message}).`, { cause })
    }
  }

  async remove(): Promise<void> {
    await rm(this.path, { force: true })
  }
}
