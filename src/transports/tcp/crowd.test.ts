import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect, it } from 'vitest'
import { noFaults } from '../../../tests/support/faults.ts'
import * as handshakes from '../../../tests/support/handshakes.ts'
import { defaultLimits, type Limits } from '../../core/limits.ts'
import { holdThen } from '../ws/refusal-answer.ts'
import { Listener } from './listener.ts'
import { type InputReader, RawConnection } from './raw-connection.ts'

const crowd = 600
const atOnce = 128
const shake = handshakes.pico({ port: 8765, token: 'T0ken' })

/** Counts what happens in each turn of the loop, and waits for a number in all. */
class Turns {
  readonly counts: number[] = []
  #inAll = 0
  #thisTurn = 0
  #awaited: { inAll: number; resolve: () => void } | undefined

  count(): void {
    if (this.#thisTurn++ === 0)
      setImmediate(() => {
        this.counts.push(this.#thisTurn)
        this.#inAll += this.#thisTurn
        this.#thisTurn = 0
        if (this.#awaited && this.#inAll >= this.#awaited.inAll) this.#awaited.resolve()
      })
  }

  reach(inAll: number): Promise<void> {
    return new Promise(resolve => {
      this.#awaited = { inAll, resolve }
      if (this.#inAll >= inAll) resolve()
    })
  }
}

async function listening(
  onUpgrade: (socket: Socket, read: () => unknown) => void,
  {
    onGarbage = socket => void socket.destroy(),
    ...limits
  }: Partial<Limits> & { onGarbage?: (socket: Socket) => void } = {},
) {
  const listener = new Listener(
    {
      onRequest() {},
      onUpgrade: handshake => onUpgrade(handshake.socket, () => handshake.read()),
      onGarbage,
    },
    { ...defaultLimits, ...limits },
    { faults: noFaults },
  )
  const port = await listener.listen({ host: '127.0.0.1', port: 0 })
  listener.serve()
  const sockets: Socket[] = []
  return {
    async dial(count: number): Promise<Socket[]> {
      const dialled = Array.from({ length: count }, () => connect(port, '127.0.0.1').on('error', () => {}))
      sockets.push(...dialled)
      await Promise.all(dialled.map(socket => once(socket, 'connect')))
      return dialled
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      listener.stopAccepting()
      listener.cutAll()
      await listener.emptied(10_000)
    },
  }
}

it('hears a crowd that speaks in one moment a part in each turn of the loop, and lets in who comes while all are silent', async () => {
  const heard = new Turns()
  await using door = await listening(() => heard.count())
  const silent = await door.dial(crowd)
  const [last] = await door.dial(1)
  last!.write(shake)
  // This connection is the last in the system's queue: all others have been accepted.
  await heard.reach(1)
  for (const board of silent) board.write(shake)
  await heard.reach(crowd + 1)
  expect(Math.max(...heard.counts)).toBeLessThanOrEqual(atOnce)
})

it('hears the goodbyes of a crowd a part in each turn of the loop, but whoever is not quiet at once', async () => {
  const ends = new Turns()
  const messages: string[] = []
  const heard = new Turns()
  const reader = (isQuiet: boolean): InputReader => ({
    boundary: 'board',
    isQuiet,
    onBytes(bytes) {
      messages.push(`${bytes} after ${ends.counts.length} turns`)
      heard.count()
      return true
    },
    onEnd(connection) {
      ends.count()
      connection.closeLater()
    },
  })
  const upgraded = new Turns()
  let isQuiet = true
  await using door = await listening((socket, read) => {
    read()
    if (socket instanceof RawConnection) socket.reader = reader(isQuiet)
    upgraded.count()
  })
  const boards = await door.dial(crowd)
  for (const board of boards) board.write(shake)
  await upgraded.reach(crowd)
  isQuiet = false
  const [camera] = await door.dial(1)
  camera!.write(shake)
  await upgraded.reach(crowd + 1)
  const bystander = boards.pop()!
  for (const board of boards) board.destroy()
  bystander.write('a reading')
  camera!.write('a picture')
  await Promise.all([ends.reach(crowd - 1), heard.reach(2)])
  expect(Math.max(...ends.counts)).toBeLessThanOrEqual(atOnce)
  expect(messages).toContain('a picture after 0 turns')
  expect(messages.some(text => text.startsWith('a reading'))).toBe(true)
})

it('answers all of a crowd that says nothing for too long, each when its answer is due', async () => {
  const answered = new Turns()
  const onGarbage = (socket: Socket) =>
    holdThen(
      socket,
      100,
      () => socket.end('HTTP/1.1 408 Request Timeout\r\n\r\n'),
      () => {},
    )
  await using door = await listening(() => {}, { onGarbage, handshakeTimeoutMs: 200 })
  const silent = await door.dial(crowd)
  for (const board of silent) board.once('data', () => answered.count())
  await answered.reach(crowd)
})

it('knows that a board has hung up before its turn comes, even while a crowd says goodbye', async () => {
  const quiet: InputReader = {
    boundary: 'board',
    isQuiet: true,
    onBytes: () => true,
    onEnd: connection => connection.closeLater(),
  }
  const upgraded = new Turns()
  let came = (socket: Socket, read: () => unknown): void => {
    read()
    if (socket instanceof RawConnection) socket.reader = quiet
    upgraded.count()
  }
  const known: boolean[] = []
  await using door = await listening((socket, read) => came(socket, read))
  const hasty = await door.dial(100)
  const boards = await door.dial(crowd)
  for (const board of boards) board.write(shake)
  await upgraded.reach(crowd)
  // As in the queue of handshakes: `hasEnded` is read a turn later, after the loop has read the network once more.
  came = socket => {
    setImmediate(() =>
      setImmediate(() => {
        known.push((socket as RawConnection).hasEnded)
        upgraded.count()
      }),
    )
  }
  for (const board of hasty) board.write(shake)
  for (const board of [...hasty, ...boards]) board.destroy()
  await upgraded.reach(crowd + hasty.length)
  expect(known).toEqual(hasty.map(() => true))
})
