import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import jpeg from 'jpeg-js'

const firmware = fileURLToPath(new URL('../../firmware/esp32cam', import.meta.url))
const cache = fileURLToPath(new URL('../../node_modules/.cache/darvaza-firmware', import.meta.url))

/** Compiles the camera's firmware for this machine, with g++ and its sanitizers, unless its sources are unchanged. */
export async function buildCamera(): Promise<{ board: string; tests: string }> {
  const hash = createHash('sha256')
  for (const file of globSync('{core,net,host,tests}/*', { cwd: firmware }).sort()) {
    hash.update(file).update(readFileSync(join(firmware, file)))
  }
  const out = join(cache, hash.digest('hex').slice(0, 16))
  if (!existsSync(out)) {
    mkdirSync(cache, { recursive: true })
    const fresh = mkdtempSync(join(cache, 'building-'))
    await promisify(execFile)('sh', [join(firmware, 'host/build'), fresh], { timeout: 300_000, maxBuffer: 16e6 })
    // Another test file may have finished the same build first.
    if (!existsSync(out)) renameSync(fresh, out)
  }
  return { board: join(out, 'board'), tests: join(out, 'unit-tests') }
}

/** A JPEG of one colour, with some noise that makes it as large as a real picture. */
export function picture(width: number, height: number, shade = 90): Buffer {
  const data = Buffer.alloc(width * height * 4)
  for (let i = 0; i < data.length; i += 4) data.fill((shade + ((i * 2_654_435_761) >>> 28)) & 255, i, i + 3)
  return jpeg.encode({ data, width, height }, 80).data
}
