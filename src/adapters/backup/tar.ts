const blockBytes = 512

/** The header of a file in a tar archive (POSIX ustar, IEEE Std 1003.1). `mtimeMs`: milliseconds since 1970. */
export function tarHeader(name: string, bytes: number, mtimeMs: number): Buffer {
  const block = Buffer.alloc(blockBytes)
  const octal = (value: number, length: number) => `${value.toString(8).padStart(length - 1, '0')}\0`
  block.write(name, 0, 100)
  block.write(octal(0o600, 8), 100)
  block.write(octal(0, 8), 108)
  block.write(octal(0, 8), 116)
  block.write(octal(bytes, 12), 124)
  block.write(octal(Math.floor(mtimeMs / 1000), 12), 136)
  block.write('        ', 148)
  block.write('0', 156)
  block.write('ustar\x0000', 257)
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return block
}

/** The bytes that fill a file's last block. */
export const tarPadding = (bytes: number): Buffer => Buffer.alloc((blockBytes - (bytes % blockBytes)) % blockBytes)

/** The last two blocks of an archive. */
export const tarEnd = (): Buffer => Buffer.alloc(2 * blockBytes)
