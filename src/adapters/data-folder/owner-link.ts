import { open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** The link that makes an owner, where only the gateway's own user can read it: never in a log that others keep. */
export class OwnerLinkFile {
  readonly path: string

  constructor(dataDir: string) {
    this.path = join(dataDir, 'owner-link')
  }

  /** Whole or not at all. Resolves to the file's name. */
  async write(link: string): Promise<string> {
    const fresh = `${this.path}.new`
    await rm(fresh, { force: true })
    const file = await open(fresh, 'wx', 0o600)
    await file.writeFile(`${link}\n`)
    await file.close()
    await rename(fresh, this.path)
    return this.path
  }

  async remove(): Promise<void> {
    await rm(this.path, { force: true })
  }
}
