import { randomBytes } from 'node:crypto'

/** Opcodes of RFC 6455 §5.2. */
export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const
export type Opcode = keyof typeof opcodes

export interface ClientFrame {
  /** Text unless said otherwise; a number for one that no RFC knows. */
  opcode?: Opcode | number
  payload?: string | Uint8Array
  fin?: boolean
  /** The three reserved bits, 0..7. */
  rsv?: number
  /** Four bytes; random unless said otherwise. 'none' sends an unmasked frame, which no client may. */
  mask?: Uint8Array | 'none'
  /** What the header says, when it shall lie about the length of the payload. */
  saysLength?: number
}

/** The mask of clients that cannot be bothered: their payload travels as it is. */
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

/** A Close frame, with nothing in it (1005 to the other side) when no code is given. */
export function closeFrame(code?: number, reason = ''): Buffer {
  if (code === undefined) return clientFrame({ opcode: 'close' })
  const payload = Buffer.alloc(2 + Buffer.byteLength(reason))
  payload.writeUInt16BE(code)
  payload.write(reason, 2)
  return clientFrame({ opcode: 'close', payload })
}
