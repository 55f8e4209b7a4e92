import { type ClientFrame, clientFrame, closeFrame, type Opcode } from '../support/client-frame.ts'

/** The outcome that RFC 6455 requires. Where RFC 6455 leaves a choice, it is the gateway's choice. */
export type Outcome =
  /** The connection stays open, and the gateway sends these pongs in this order. */
  | { alive: true; pongs?: Buffer[] }
  /** The gateway closes with this code. */
  | { closes: number }
  /** A closing handshake: the gateway answers the Close with this code. */
  | { answersClose: number }

export interface ConformanceCase {
  name: string
  bytes: Buffer
  /** The bytes are written in pieces of this size, each in a TCP segment of its own. */
  pieceBytes?: number
  /** `strictText`: the endpoint requires UTF-8. `mostBytes`: the largest message that it accepts. */
  expected(endpoint: { strictText: boolean; mostBytes: number }): Outcome
}

const alive: Outcome = { alive: true }
const closes = (code: number) => (): Outcome => ({ closes: code })
const protocolError = closes(1002)
const frames = (...all: ClientFrame[]): Buffer => Buffer.concat(all.map(frame => clientFrame(frame)))
const bytesOf = (length: number): Buffer => Buffer.alloc(length, 'a')

const framing: ConformanceCase[] = (['text', 'binary'] as const).flatMap(opcode => [
  ...[0, 1, 125, 126, 127, 128, 4_096, 65_535, 65_536, 131_072].map(length => ({
    name: `${opcode} of ${length} bytes`,
    bytes: frames({ opcode, payload: bytesOf(length) }),
    expected: ({ mostBytes }: { mostBytes: number }): Outcome => (length > mostBytes ? { closes: 1009 } : alive),
  })),
  ...[0, 1, 125, 126, 128].map(length => ({
    name: `${opcode} of ${length} bytes, byte by byte`,
    bytes: frames({ opcode, payload: bytesOf(length) }),
    pieceBytes: 1,
    expected: () => alive,
  })),
  ...[126, 127].map(marker => ({
    name: `${opcode} of 5 bytes whose length is written in ${marker === 126 ? 2 : 8} bytes`,
    bytes: withLengthIn(marker, frames({ opcode, payload: 'hello' })),
    expected: () => alive,
  })),
])

/** Rewrites a short frame so that its length takes more bytes than it needs. */
function withLengthIn(marker: number, frame: Buffer): Buffer {
  const length = Buffer.alloc(marker === 126 ? 2 : 8)
  length[length.length - 1] = frame[1]! & 0x7f
  return Buffer.concat([frame.subarray(0, 1), Buffer.from([0x80 | marker]), length, frame.subarray(2)])
}

const control: ConformanceCase[] = [
  ...[0, 1, 2, 124, 125].map(length => ({
    name: `ping of ${length} bytes`,
    bytes: frames({ opcode: 'ping', payload: Buffer.alloc(length, 0xfe) }),
    expected: (): Outcome => ({ alive: true, pongs: [Buffer.alloc(length, 0xfe)] }),
  })),
  ...(['ping', 'pong', 'close'] as const).flatMap(opcode =>
    [126, 65_536].map(length => ({
      name: `${opcode} of ${length} bytes`,
      bytes: frames({ opcode, payload: Buffer.alloc(length, 3) }),
      expected: protocolError,
    })),
  ),
  ...['', 'unasked'].map(payload => ({
    name: `pong nobody asked for, ${payload ? 'with' : 'without'} a payload`,
    bytes: frames({ opcode: 'pong', payload }),
    expected: () => alive,
  })),
  {
    name: 'ten pings in one segment',
    bytes: frames(...Array.from({ length: 10 }, (_, i) => ({ opcode: 'ping', payload: `ping ${i}` }) as const)),
    expected: () => ({ alive: true, pongs: Array.from({ length: 10 }, (_, i) => Buffer.from(`ping ${i}`)) }),
  },
  {
    name: 'ping byte by byte',
    bytes: frames({ opcode: 'ping', payload: 'slowly' }),
    pieceBytes: 1,
    expected: () => ({ alive: true, pongs: [Buffer.from('slowly')] }),
  },
]

const reserved: ConformanceCase[] = [
  ...[1, 2, 3, 4, 5, 6, 7].flatMap(rsv =>
    (['text', 'binary', 'ping', 'close'] as const).map(opcode => ({
      name: `${opcode} with reserved bits ${rsv.toString(2).padStart(3, '0')}`,
      bytes: frames({ opcode, rsv }),
      expected: protocolError,
    })),
  ),
  ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].flatMap(opcode =>
    ['', 'payload'].map(payload => ({
      name: `opcode ${opcode} ${payload ? 'with' : 'without'} a payload, behind a good message`,
      bytes: frames({ payload: 'good' }, { opcode, payload }),
      expected: protocolError,
    })),
  ),
]

const text = (fin: boolean, payload: string | Buffer = 'frag'): ClientFrame => ({ opcode: 'text', fin, payload })
const more = (fin: boolean, payload: string | Buffer = 'ment'): ClientFrame => ({
  opcode: 'continuation',
  fin,
  payload,
})

const fragments: ConformanceCase[] = [
  { name: 'text in two fragments', bytes: frames(text(false), more(true)), expected: () => alive },
  {
    name: 'text in two fragments, byte by byte',
    bytes: frames(text(false), more(true)),
    pieceBytes: 1,
    expected: () => alive,
  },
  {
    name: 'text in three empty fragments',
    bytes: frames(text(false, ''), more(false, ''), more(true, '')),
    expected: () => alive,
  },
  {
    name: 'binary in ten fragments',
    bytes: frames(
      { opcode: 'binary', fin: false, payload: 'x' },
      ...Array.from({ length: 9 }, (_, i) => more(i === 8)),
    ),
    expected: () => alive,
  },
  {
    name: 'a ping between two fragments',
    bytes: frames(text(false), { opcode: 'ping', payload: 'between' }, more(true)),
    expected: () => ({ alive: true, pongs: [Buffer.from('between')] }),
  },
  {
    name: 'pings and pongs between fragments, in two segments',
    bytes: frames(
      text(false),
      { opcode: 'ping', payload: '1' },
      more(false),
      { opcode: 'pong' },
      { opcode: 'ping', payload: '2' },
      more(true),
    ),
    pieceBytes: 20,
    expected: () => ({ alive: true, pongs: [Buffer.from('1'), Buffer.from('2')] }),
  },
  {
    name: 'a Close between two fragments',
    bytes: Buffer.concat([frames(text(false)), closeFrame(1000)]),
    expected: () => ({ answersClose: 1000 }),
  },
  ...(['ping', 'pong', 'close'] as const).map(opcode => ({
    name: `a ${opcode} in fragments`,
    bytes: frames({ opcode, fin: false }, more(true)),
    expected: protocolError,
  })),
  ...[true, false].map(fin => ({
    name: `a ${fin ? 'last' : 'first'} continuation of nothing`,
    bytes: frames(more(fin)),
    expected: protocolError,
  })),
  ...[true, false].map(fin => ({
    name: `a ${fin ? 'last' : 'further'} continuation behind a whole message`,
    bytes: frames(text(true), more(fin)),
    expected: protocolError,
  })),
  {
    name: 'a continuation behind a message in fragments',
    bytes: frames(text(false), more(true), more(true)),
    expected: protocolError,
  },
  ...(['text', 'binary'] as const).map(opcode => ({
    name: `a new ${opcode} inside a message in fragments`,
    bytes: frames(text(false), { opcode, payload: 'inside' }),
    expected: protocolError,
  })),
]

const invalidUtf8 = ['80', 'c0af', 'c3', 'e282', 'eda080', 'f08080af', 'f4908080', 'f5808080', 'ff', '68c3286f']

const utf8: ConformanceCase[] = [
  { name: 'text of all lengths of UTF-8', bytes: frames({ payload: 'aé€𐍈سلام' }), expected: () => alive },
  {
    name: 'text with a NUL, the largest code point and noncharacters',
    bytes: frames({ payload: '\0\u{10ffff}\ufffe' }),
    expected: () => alive,
  },
  {
    name: 'a character cut by a fragment',
    bytes: frames(text(false, Buffer.from('f0', 'hex')), more(true, Buffer.from('908d88', 'hex'))),
    expected: () => alive,
  },
  ...invalidUtf8.map(hex => ({
    name: `text that is no UTF-8: ${hex}`,
    bytes: frames({ payload: Buffer.from(hex, 'hex') }),
    expected: ({ strictText }: { strictText: boolean }): Outcome => (strictText ? { closes: 1007 } : alive),
  })),
]

const closing: ConformanceCase[] = [
  ...[1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999].map(code => ({
    name: `Close ${code}`,
    bytes: closeFrame(code),
    expected: (): Outcome => ({ answersClose: code }),
  })),
  ...[0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535].map(code => ({
    name: `Close ${code}, which may not be sent`,
    bytes: closeFrame(code),
    expected: protocolError,
  })),
  { name: 'Close without a code', bytes: closeFrame(), expected: () => ({ answersClose: 1005 }) },
  { name: 'Close of one byte', bytes: frames({ opcode: 'close', payload: 'x' }), expected: protocolError },
  { name: 'Close with a reason', bytes: closeFrame(1000, 'bye'), expected: () => ({ answersClose: 1000 }) },
  {
    name: 'Close byte by byte',
    bytes: closeFrame(1000, 'bye'),
    pieceBytes: 1,
    expected: () => ({ answersClose: 1000 }),
  },
  {
    name: 'Close with the longest reason',
    bytes: closeFrame(1000, 'x'.repeat(123)),
    expected: () => ({ answersClose: 1000 }),
  },
  { name: 'Close with a reason too long', bytes: closeFrame(1000, 'x'.repeat(124)), expected: protocolError },
  {
    name: 'Close with a reason that is no UTF-8',
    bytes: frames({ opcode: 'close', payload: Buffer.from('03e8c328', 'hex') }),
    expected: ({ strictText }) => (strictText ? { closes: 1007 } : { answersClose: 1000 }),
  },
  {
    name: 'a ping and a text behind Close',
    bytes: Buffer.concat([closeFrame(1000), frames({ opcode: 'ping', payload: 'late' }, { payload: 'late' })]),
    expected: () => ({ answersClose: 1000 }),
  },
  {
    name: 'two Closes',
    bytes: Buffer.concat([closeFrame(1000), closeFrame(1001)]),
    expected: () => ({ answersClose: 1000 }),
  },
]

const masks: ConformanceCase[] = [
  ...(['text', 'binary', 'ping', 'pong', 'close'] as const satisfies readonly Opcode[]).map(opcode => ({
    name: `${opcode} without a mask`,
    bytes: frames({ opcode, mask: 'none' }),
    expected: protocolError,
  })),
  {
    name: 'a continuation without a mask',
    bytes: frames(text(false), { ...more(true), mask: 'none' }),
    expected: protocolError,
  },
  { name: 'a mask of zeros', bytes: frames({ payload: 'plain', mask: Buffer.alloc(4) }), expected: () => alive },
  {
    name: 'a second frame without a mask',
    bytes: frames({ payload: 'masked' }, { payload: 'bare', mask: 'none' }),
    expected: protocolError,
  },
]

const tooLarge: ConformanceCase[] = [
  ...[2 ** 32, 2 ** 40, 2 ** 53].map(length => ({
    name: `a header that announces ${length} bytes`,
    bytes: frames({ opcode: 'binary', saysLength: length }),
    expected: closes(1009),
  })),
  {
    name: 'a length with its highest bit set',
    bytes: Buffer.from('82ffffffffffffffffff00000000', 'hex'),
    expected: closes(1009),
  },
  {
    name: 'fragments that are too large together',
    bytes: frames(
      { opcode: 'binary', fin: false, payload: bytesOf(4_000) },
      { opcode: 'continuation', fin: false, saysLength: 2 ** 31 },
    ),
    expected: closes(1009),
  },
]

/** All cases, in the categories of the Autobahn test suite: framing, pings, reserved bits and opcodes, and so on. */
export const conformanceCases: readonly ConformanceCase[] = [
  ...framing,
  ...control,
  ...reserved,
  ...fragments,
  ...utf8,
  ...closing,
  ...masks,
  ...tooLarge,
]
