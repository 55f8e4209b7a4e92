import { execFileSync } from 'node:child_process'
import { closeSync, openSync, writeSync } from 'node:fs'
import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const run = (command: string, ...parameters: string[]): void =>
  void execFileSync(command, parameters, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
  })

/** The reason why this machine cannot make a file system in a file; undefined where it can. */
export const whyNoDisk: string | undefined = (() => {
  if (process.platform !== 'linux') return 'Linux only: a file system in a file is mounted'
  if (process.getuid?.() !== 0) return 'only root may mount a file system'
  try {
    run('mkfs.ext4', '-V')
    run('losetup', '-f')
    return undefined
  } catch {
    return 'mkfs.ext4 or a loop device is missing'
  }
})()

/** A real ext4 file system, small enough to be filled. Writes to single files on it can be made to fail. */
export class SmallDisk implements AsyncDisposable {
  /** The data folder on it. */
  readonly dataDir: string
  readonly #folder: string
  readonly #mounted: string

  private constructor(folder: string) {
    this.#folder = folder
    this.#mounted = join(folder, 'disk')
    this.dataDir = join(this.#mounted, 'data')
  }

  static async make(megabytes: number): Promise<SmallDisk> {
    const folder = await mkdtemp(join(tmpdir(), 'darvaza-disk-'))
    const image = join(folder, 'image')
    await writeFile(image, '')
    await truncate(image, megabytes * 1024 * 1024)
    // `-m 0` reserves no blocks for root, so that `fill` leaves nothing free.
    run('mkfs.ext4', '-q', '-F', '-m', '0', image)
    const disk = new SmallDisk(folder)
    await mkdir(disk.#mounted)
    run('mount', '-o', 'loop', image, disk.#mounted)
    return disk
  }

  /** Fills the disk to the last byte. */
  fill(): void {
    const file = openSync(join(this.#mounted, 'ballast'), 'a')
    try {
      for (let bytes = 1024 * 1024; bytes >= 1; ) {
        try {
          writeSync(file, Buffer.alloc(bytes))
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
          bytes = Math.floor(bytes / 2)
        }
      }
    } finally {
      closeSync(file)
    }
  }

  /** Frees the space that `fill` took. */
  async free(): Promise<void> {
    await rm(join(this.#mounted, 'ballast'), { force: true })
  }

  /** From now on every write to this file of the data folder fails, also through handles that are open already. */
  fail(name: string): void {
    run('chattr', '+i', join(this.dataDir, name))
  }

  recover(name: string): void {
    run('chattr', '-i', join(this.dataDir, name))
  }

  /** Makes the file system read-only for good, as the kernel does after a device error. */
  breakDown(): void {
    run('mount', '-o', 'remount,abort', this.#mounted)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    run('umount', '--lazy', this.#mounted)
    await rm(this.#folder, { recursive: true, force: true })
  }
}
