import { createHash } from 'node:crypto'

/**
 * Bytes that the gateway accepts as a JPEG: they start with FFD8 and end with FFD9. Different seeds give different
 * pictures; the same seed and size give the same bytes.
 */
export function jpeg(bytes = 1_000, seed: string | number = 0): Buffer {
  const picture = Buffer.alloc(bytes, createHash('sha256').update(`${seed}`).digest())
  picture.write('ffd8ffe000104a464946000101', 'hex')
  picture.write('ffd9', bytes - 2, 'hex')
  return picture
}
