import { createRequire } from 'node:module'

type Native = { mask(source: Buffer, mask: Buffer, target: Buffer, offset: number, length: number): void }

/** bufferutil is optional: it has no prebuilt binary for 64-bit ARM on Linux. */
const native = ((): Native | undefined => {
  try {
    return createRequire(import.meta.url)('bufferutil')
  } catch {
    return undefined
  }
})()

/** Below this the way into C costs more than the bytes. */
const worthNative = 128
const maskBytes = Buffer.alloc(4)

/**
 * Copies `length` bytes of `source` from `start` into `target` at `offset`, unmasked by `mask` (RFC 6455 §5.3), whose
 * first byte is for the first of them. One pass for copy and mask: a frame is 30 KB, and a second pass was 5% of the
 * fan-out of 20 cameras.
 */
export function copyUnmasked(
  source: Buffer,
  start: number,
  mask: number,
  target: Buffer,
  offset: number,
  length: number,
): void {
  // TinyWebsockets masks with zeros.
  if (mask === 0) source.copy(target, offset, start, start + length)
  else if (native && length >= worthNative) {
    maskBytes.writeInt32BE(mask)
    native.mask(source.subarray(start, start + length), maskBytes, target, offset, length)
  } else {
    for (let i = 0; i < length; i++) target[offset + i] = source[start + i]! ^ (mask >>> (24 - ((i & 3) << 3)))
  }
}

/** The mask as it goes on after `bytes` bytes. */
export function turned(mask: number, bytes: number): number {
  const bits = (bytes & 3) << 3
  return bits === 0 ? mask : (mask << bits) | (mask >>> (32 - bits))
}
