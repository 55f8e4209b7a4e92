import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clientFrame, closeFrame } from '../../../tests/support/raw.ts'
import { binaryMessage } from './message-header.ts'
import { Receiver, type ReceiverHandlers } from './receiver.ts'

type Heard = [what: string, value?: unknown]

function listening(mostBytes = 1_000_000, mostTextBytes = mostBytes) {
  const heard: Heard[] = []
  const hearer: ReceiverHandlers = {
    onText: text => heard.push(['text', text]),
    onBinary: bytes => heard.push(['binary', bytes.toString('hex')]),
    onPing: payload => heard.push(['ping', payload.toString('hex')]),
    onTextTooLarge: bytes => heard.push(['too large', bytes]),
    onPong: () => heard.push(['pong']),
    onClose: code => heard.push(['close', code]),
    onGarbage: code => heard.push(['garbage', code]),
  }
  return { heard, receiver: new Receiver(hearer, mostBytes, mostTextBytes) }
}

const mask = fc.constantFrom(Buffer.from('1f2e3d4c', 'hex'), Buffer.alloc(4))
const payload = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.integer({ min: 60_000, max: 140_000 }).map(length => new Uint8Array(length).map((_, i) => i)),
)
const pieces = fc.array(fc.uint8Array({ maxLength: 200 }), { minLength: 1, maxLength: 5 })

/** Messages as the bytes that are sent, and the events expected of them. */
const said = fc.oneof(
  fc.tuple(payload, mask).map(([bytes, masked]) => ({
    connection: [clientFrame({ opcode: 'binary', payload: Buffer.from(bytes), mask: masked })],
    heard: [['binary', Buffer.from(bytes).toString('hex')]] as Heard[],
  })),
  fc.tuple(fc.string({ maxLength: 400, unit: 'grapheme' }), mask).map(([text, masked]) => ({
    connection: [clientFrame({ payload: text, mask: masked })],
    heard: [['text', Buffer.from(text).toString()]] as Heard[],
  })),
  fc.tuple(pieces, mask).map(([parts, masked]) => ({
    // In fragments, with a ping before each of them.
    connection: parts.flatMap((part, i) => [
      clientFrame({ opcode: 'ping', payload: Buffer.from([i]), mask: masked }),
      clientFrame({
        opcode: i === 0 ? 'binary' : 'continuation',
        fin: i === parts.length - 1,
        payload: Buffer.from(part),
        mask: masked,
      }),
    ]),
    heard: [
      ...parts.map((_, i): Heard => ['ping', Buffer.from([i]).toString('hex')]),
      ['binary', Buffer.concat(parts).toString('hex')],
    ] as Heard[],
  })),
)

describe('a receiver', () => {
  it('hears the same messages however their bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(said, { maxLength: 6 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 70_000 })),
        (all, cuts) => {
          const connection = Buffer.concat(all.flatMap(one => one.connection))
          const { heard, receiver } = listening()
          for (let at = 0; at < connection.length; ) {
            const chunk = Buffer.from(connection.subarray(at, at + cuts.next().value))
            at += chunk.length
            receiver.feed(chunk)
            // Sockets share one read buffer: the receiver must not need a chunk after `feed`.
            chunk.fill(0xaa)
          }
          expect(heard).toEqual(all.flatMap(one => one.heard))
        },
      ),
    )
  })

  it('hears them byte by byte too', () => {
    fc.assert(
      fc.property(said, one => {
        const connection = Buffer.concat(one.connection).subarray(0, 3_000)
        const { heard, receiver } = listening()
        for (const byte of connection) receiver.feed(Buffer.from([byte]))
        expect(heard).toEqual(one.heard.slice(0, heard.length))
        if (connection.length < 3_000) expect(heard).toHaveLength(one.heard.length)
      }),
    )
  })

  it('never throws, and hears nothing behind garbage or a Close', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 }), chunks => {
        const { heard, receiver } = listening(1_000)
        for (const chunk of chunks) receiver.feed(Buffer.from(chunk))
        const end = heard.findIndex(([what]) => what === 'garbage' || what === 'close')
        if (end >= 0) expect(end).toBe(heard.length - 1)
      }),
      { numRuns: 2_000 },
    )
  })

  it('refuses what is too large by its header alone, a message in fragments by their sum', () => {
    for (const frame of [
      clientFrame({ opcode: 'binary', saysLength: 101 }),
      clientFrame({ opcode: 'text', saysLength: 2 ** 40 }),
      Buffer.concat([
        clientFrame({ opcode: 'binary', fin: false, payload: Buffer.alloc(60) }),
        clientFrame({ opcode: 'continuation', payload: Buffer.alloc(41) }),
      ]),
    ]) {
      const { heard, receiver } = listening(100)
      receiver.feed(frame)
      expect(heard).toEqual([['garbage', 1009]])
    }
  })

  it('hands a picture over with room for its header, so that showing it takes no copy', () => {
    let picture: Buffer | undefined
    const hearer = { onBinary: (bytes: Buffer) => void (picture = bytes) } as unknown as ReceiverHandlers
    const receiver = new Receiver(hearer, 1_000_000)
    for (const size of [0, 1, 125, 126, 65_535, 65_536, 400_000]) {
      const bytes = Buffer.alloc(size, 7)
      const connection = clientFrame({ opcode: 'binary', payload: bytes })
      for (let at = 0; at < connection.length; at += 50_000)
        receiver.feed(Buffer.from(connection.subarray(at, at + 50_000)))
      expect(picture!.equals(bytes)).toBe(true)
      const message = binaryMessage(picture!)
      expect(message.buffer).toBe(picture!.buffer)
      expect(message).toEqual(binaryMessage(Buffer.from(bytes)))
      expect(picture!.equals(bytes)).toBe(true)
    }
  })

  it('skips too large a text, whole or in fragments, says so once, and goes on', () => {
    const { heard, receiver } = listening(1_000_000, 1_000)
    const connection = Buffer.concat([
      clientFrame({ payload: 'x'.repeat(1_001) }),
      clientFrame({ payload: 'y'.repeat(1_000) }),
      clientFrame({ payload: 'z'.repeat(600), fin: false }),
      clientFrame({ opcode: 'continuation', payload: 'z'.repeat(600), fin: false }),
      clientFrame({ opcode: 'ping' }),
      clientFrame({ opcode: 'continuation', payload: 'z'.repeat(600) }),
      clientFrame({ opcode: 'binary', payload: Buffer.alloc(2_000) }),
      clientFrame({ payload: 'end' }),
    ])
    for (let at = 0; at < connection.length; at += 100) receiver.feed(Buffer.from(connection.subarray(at, at + 100)))
    expect(heard).toEqual([
      ['too large', 1_001],
      ['text', 'y'.repeat(1_000)],
      ['too large', 1_200],
      ['ping', ''],
      ['binary', Buffer.alloc(2_000).toString('hex')],
      ['text', 'end'],
    ])
  })

  it('asks about every frame but a Close, skips the messages that are not admitted, and stays in step', () => {
    const frames = [
      { payload: 'a' },
      { payload: '' },
      { opcode: 'ping', payload: 'p' },
      { opcode: 'binary', payload: Buffer.alloc(70_000), fin: false },
      { opcode: 'pong', payload: '' },
      { opcode: 'continuation', payload: Buffer.alloc(0), fin: false },
      { opcode: 'continuation', payload: Buffer.alloc(300) },
      { payload: 'b' },
    ] as const
    const connection = Buffer.concat([...frames.map(frame => clientFrame(frame)), closeFrame(1000)])
    const admits = (answer: boolean) => {
      const asked: unknown[] = []
      const { heard, receiver } = listening()
      receiver.filter = {
        admits(...about) {
          asked.push(about)
          return answer
        },
      }
      for (let at = 0; at < connection.length; at += 7_001)
        receiver.feed(Buffer.from(connection.subarray(at, at + 7_001)))
      return { asked, heard }
    }
    const { asked, heard } = admits(true)
    expect(asked).toEqual([
      ['text', 1, true],
      ['text', 0, true],
      ['control', 1, true],
      ['binary', 70_000, false],
      ['control', 0, true],
      ['continuation', 0, false],
      ['continuation', 300, true],
      ['text', 1, true],
    ])
    expect(heard.map(([what]) => what)).toEqual(['text', 'text', 'ping', 'pong', 'binary', 'text', 'close'])
    expect(admits(false)).toEqual({ asked, heard: [['close', 1000]] })
  })

  it('drops the whole of a message of which a later frame is not admitted', () => {
    const { heard, receiver } = listening()
    const connection = [
      clientFrame({ payload: 'a', fin: false }),
      clientFrame({ opcode: 'continuation', payload: 'b' }),
      clientFrame({ payload: 'c' }),
    ]
    receiver.filter = { admits: kind => kind !== 'continuation' }
    for (const frame of connection) receiver.feed(frame)
    expect(heard).toEqual([['text', 'c']])
  })
})

describe('a part of what was read', () => {
  it('is looked at, and the rest when asked again, with what came meanwhile behind it', () => {
    const { heard, receiver } = listening()
    const text = (name: string) => clientFrame({ payload: name })
    receiver.partLeft = 2
    expect(receiver.feed(Buffer.concat(['a', 'b', 'c', 'd', 'e'].map(text)))).toBe(false)
    expect(heard.map(([, name]) => name)).toEqual(['a', 'b'])
    expect(receiver.feed(Buffer.alloc(0))).toBe(false)
    const last = text('f')
    receiver.partLeft = 2
    expect(receiver.feed(last.subarray(0, 3))).toBe(false)
    expect(heard.map(([, name]) => name)).toEqual(['a', 'b', 'c', 'd'])
    receiver.partLeft = 2
    expect(receiver.feed(last.subarray(3))).toBe(true)
    expect(heard.map(([, name]) => name)).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
  })

  it('has fewer frames the larger they are', () => {
    const { heard, receiver } = listening()
    receiver.partLeft = 64
    receiver.feed(Buffer.concat(Array(20).fill(clientFrame({ payload: 'x'.repeat(4_096) }))))
    expect(heard).toHaveLength(4)
  })
})
