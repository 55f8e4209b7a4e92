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

/** Below this length the call into C costs more than unmasking the bytes. */
const worthNative = 128
const maskBytes = Buffer.alloc(4)

/**
 * Copies `length` bytes of `source` from `start` into `target` at `offset`, unmasked by `mask` (RFC 6455 §5.3), whose
 * first byte applies to the first of them. One pass copies and unmasks: a frame is 30 KB
 * (docs/decisions/0004-board-sockets.md gives the gain, together with that of the copies it spares).
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
  else if (length < worthNative) {
    for (let i = 0; i < length; i++) target[offset + i] = source[start + i]! ^ maskByte(mask, i)
  } else if (native) {
    maskBytes.writeInt32BE(mask)
    native.mask(source.subarray(start, start + length), maskBytes, target, offset, length)
  } else {
    source.copy(target, offset, start, start + length)
    unmask(target, offset, mask, length)
  }
}

/** Unmasks in place, four bytes at a time: 30 KB take 5 µs, byte by byte 47 µs, with bufferutil 1.4 µs. */
export function unmask(bytes: Buffer, offset: number, mask: number, length: number): void {
  let i = 0
  for (; i < length && ((bytes.byteOffset + offset + i) & 3) !== 0; i++) bytes[offset + i]! ^= maskByte(mask, i)
  const count = (length - i) >> 2
  const words = count > 0 ? new Int32Array(bytes.buffer, bytes.byteOffset + offset + i, count) : []
  // The mask's first byte comes first in memory, so it is the lowest of a little-endian word.
  maskBytes.writeInt32BE(turned(mask, i))
  const word = maskBytes.readInt32LE()
  for (let at = 0; at < count; at++) words[at]! ^= word
  for (i += count * 4; i < length; i++) bytes[offset + i]! ^= maskByte(mask, i)
}

const maskByte = (mask: number, i: number): number => (mask >>> (24 - ((i & 3) << 3))) & 0xff

/** The mask for the input that follows the first `bytes` bytes. */
export function turned(mask: number, bytes: number): number {
  const bits = (bytes & 3) << 3
  return bits === 0 ? mask : (mask << bits) | (mask >>> (32 - bits))
}
