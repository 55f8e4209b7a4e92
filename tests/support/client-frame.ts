import { randomBytes } from 'node:crypto'

/** Opcodes of RFC 6455 §5.2. */
export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const
export type Opcode = keyof typeof opcodes

export interface ClientFrame {
  /** Default: text. A number stands for an opcode that RFC 6455 does not define. */
  opcode?: Opcode | number
  payload?: string | Uint8Array
  fin?: boolean
  /** The three reserved bits, 0..7. */
  rsv?: number
  /** Four bytes. Default: random bytes. 'none' sends an unmasked frame, which RFC 6455 forbids to clients. */
  mask?: Uint8Array | 'none'
  /** A wrong length for the frame header, instead of the payload's real length. */
  saysLength?: number
}

/** The mask of clients that do not really mask: their payload is sent unchanged. */
export const zeroMask = Buffer.alloc(4)

/** One frame as a client sends it, byte for byte. */
export function clientFrame(frame: ClientFrame): Buffer {
  const { opcode = 'text', fin = true, rsv = 0, mask = randomBytes(4) } = frame
  const payload = Buffer.from((frame.payload as string) ?? '')
  const code = typeof opcode === 'number' ? opcode : opcodes[opcode]
  const masked = mask === 'none' ? 0 : 0x80
  const head = Buffer.concat([
    Buffer.from([(fin ? 0x80 : 0) | (rsv << 4) | code]),
    lengthBytes(frame.saysLength ?? payload.length, masked),
  ])
  if (mask === 'none') return Buffer.concat([head, payload])
  for (let index = 0; index < payload.length; index++) payload[index]! ^= mask[index % 4]!
  return Buffer.concat([head, mask, payload])
}

function lengthBytes(length: number, masked: number): Buffer {
  if (length < 126) return Buffer.from([masked | length])
  const wide = length > 0xffff
  const bytes = Buffer.alloc(wide ? 9 : 3)
  bytes[0] = masked | (wide ? 127 : 126)
  if (wide) bytes.writeBigUInt64BE(BigInt(length), 1)
  else bytes.writeUInt16BE(length, 1)
  return bytes
}

/** A Close frame. Without a code its payload is empty, and the receiver reports code 1005. */
export function closeFrame(code?: number, reason = ''): Buffer {
  if (code === undefined) return clientFrame({ opcode: 'close' })
  const payload = Buffer.alloc(2 + Buffer.byteLength(reason))
  payload.writeUInt16BE(code)
  payload.write(reason, 2)
  return clientFrame({ opcode: 'close', payload })
}
