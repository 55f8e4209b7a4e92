import { Board } from '../../support/board.ts'
import type { TestGateway } from '../../support/gateway.ts'
import type { Promises } from './promises.ts'

/** The number of boards that send numbered readings all the time. */
const readers = 4
/** How many loops enrol new boards at the same time, each one board after the other. */
const newcomers = 3
const readingsAtOnce = 10
const readEveryMs = 5

export interface Load {
  /** Resolves when all writers have ended, after the gateway was killed. */
  ended: Promise<unknown>
}

let made = 0
const unique = (what: string): string => `${what}-${++made}`

/**
 * Runs all kinds of acknowledged writes at once until the gateway is killed: readings, enrolment, token rotation,
 * settings and keys. Each writer notes what was acknowledged, and ends at its first failure.
 */
export async function startLoad(gateway: TestGateway, promises: Promises): Promise<Load> {
  const boards = await Promise.all(
    Array.from({ length: readers }, () => Board.connect(gateway, { deviceId: unique('reader') })),
  )
  const writers = [
    ...boards.map(board => read(board, promises)),
    ...Array.from({ length: newcomers }, () => untilKilled(() => enrol(gateway, promises))),
    untilKilled(rotate(gateway, promises)),
    untilKilled(() => set(gateway, promises)),
    untilKilled(() => makeKey(gateway, promises)),
  ]
  return { ended: Promise.all(writers) }
}

async function read(board: Board, promises: Promises): Promise<void> {
  board.ws.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString())
    if (message.command_type === 'sensor_data') promises.reading(board.deviceId!, message.sequence)
  })
  let sequence = 0
  const sending = setInterval(() => {
    if (board.ws.readyState !== board.ws.OPEN) return
    for (let count = 0; count < readingsAtOnce; count++) board.send(reading(board.deviceId!, ++sequence))
  }, readEveryMs)
  await board.closed
  clearInterval(sending)
}

const reading = (board: string, sequence: number) => ({
  type: 'sensor_data',
  sensor_type: 'load',
  data: { board, sequence, pad: 'x'.repeat(100) },
})

/** Enrols a new board. Its claim must stay bound once a reading over this connection is acknowledged. */
async function enrol(gateway: TestGateway, promises: Promises): Promise<void> {
  const name = unique('newcomer')
  await using board = await Board.connect(gateway, { deviceId: name })
  board.send(reading(name, 1))
  await board.next('ack')
  promises.reading(name, 1)
  promises.enrolled(name, board.token!)
}

/** Creates a device and rotates its token again and again. Each new token is used before it is replaced. */
function rotate(gateway: TestGateway, promises: Promises): () => Promise<void> {
  const name = unique('rotated')
  let rotations = 0
  return async () => {
    const { status, body } =
      rotations === 0
        ? await gateway.api('POST', '/api/devices', { kind: 'pico', name })
        : await gateway.api('POST', `/api/devices/${name}/token/rotate`, {})
    if (status >= 300) throw new Error(`rotation answered ${status}: ${JSON.stringify(body)}`)
    promises.act(rotations++ === 0 ? `made the device ${name}` : `rotated the token of ${name}`)
    promises.token(name, body.token)
    await using board = await Board.connect(gateway, { token: body.token, deviceId: name })
    await board.next('connection_ack')
  }
}

async function set(gateway: TestGateway, promises: Promises): Promise<void> {
  const journalMaxMb = ++promises.megabytes.sent
  const { status } = await gateway.api('PUT', '/api/settings', { journalMaxAgeDays: 30, journalMaxMb })
  if (status !== 200) throw new Error(`the settings answered ${status}`)
  promises.megabytes.acknowledged = journalMaxMb
  promises.act(`and ${journalMaxMb} MB`)
}

async function makeKey(gateway: TestGateway, promises: Promises): Promise<void> {
  const label = unique('key')
  const { status, body } = await gateway.api('POST', '/api/keys', { role: 'viewer', label })
  if (status !== 201) throw new Error(`a key answered ${status}`)
  promises.key(body.secret)
  promises.act(`made the viewer key ${label}`)
}

/** Repeats `step` until it fails because the gateway is gone. @throws any other failure. */
async function untilKilled(step: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      await step()
    } catch (error) {
      if (!isGone(error)) throw error
      return
    }
  }
}

/** Whether an error means that the connection broke or could not be made. */
function isGone(error: unknown): boolean {
  const { message, code, cause } = error as Error & { code?: string }
  return (
    ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'].includes(code ?? '') ||
    /socket hang up|before the socket was closed|fetch failed|terminated/.test(message) ||
    (cause !== undefined && isGone(cause))
  )
}
