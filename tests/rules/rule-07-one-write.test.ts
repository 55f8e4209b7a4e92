import { execFileSync } from 'node:child_process'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { startGateway } from '../support/gateway.ts'
import { esp32cam } from '../support/handshakes.ts'
import { RawClient, type ServerFrame } from '../support/raw.ts'

/** How many data segments the system sent for one side of a connection; undefined if `ss` does not report it. */
function segmentsSent(fromPort: number, toPort: number): number | undefined {
  try {
    const said = execFileSync('ss', ['-tinH', `sport = :${fromPort} and dport = :${toPort}`]).toString()
    const found = /data_segs_out:(\d+)/.exec(said)
    return found ? Number(found[1]) : undefined
  } catch {
    return undefined
  }
}

async function conversation(frames: number) {
  const gateway = await startGateway({ enrolment: 'open', limits: { pingEveryMs: 100 } })
  const board = await RawClient.open(gateway.port, esp32cam({ token: await gateway.mint('esp32cam') }))
  await board.message('connection_ack')
  const ours = async (frame: ServerFrame) => {
    if (frame.opcode === 9) await board.sendFrame({ opcode: 'pong', payload: frame.payload })
  }
  while (board.frames.length < frames) await ours(await board.next())
  return {
    gateway,
    board,
    async [Symbol.asyncDispose]() {
      await board[Symbol.asyncDispose]()
      await gateway[Symbol.asyncDispose]()
    },
  }
}

describe('rule 7: each frame to an ESP32 is one small socket write, and never two back to back', () => {
  it('never splits a frame over two segments', async () => {
    await using talk = await conversation(40)
    for (const frame of talk.board.frames) expect(frame.lastSegment).toBe(frame.firstSegment)
  })

  it('sends exactly one segment for each frame, as the system counts them', async context => {
    await using talk = await conversation(5)
    const { gateway, board } = talk
    /** The frames and segments so far. While `ss` runs, this process is blocked, and the gateway with it. */
    const count = async () => {
      for (;;) {
        await board.next()
        const frames = board.frames.length
        const segments = segmentsSent(gateway.port, board.socket.localPort!)
        if (segments === undefined) return undefined
        // If frames that were sent before arrive now, the two counts do not belong together, and it tries again.
        await setImmediate()
        await setImmediate()
        if (board.frames.length === frames) return { frames, segments }
      }
    }
    const first = await count()
    for (let frames = 0; frames < 20; frames++) await board.next()
    const then = await count()
    if (!first || !then) {
      context.task.meta.skippedBecause = 'ss of iproute2 cannot count segments here'
      return context.skip()
    }
    expect(then.segments - first.segments).toBe(then.frames - first.frames)
  })

  it('never sends two frames back to back of its own accord', async () => {
    await using talk = await conversation(30)
    const { frames } = talk.board
    // The first frame may share a segment with the 101; each later keep-alive has a segment of its own.
    const alone = frames.slice(1).map(frame => frame.firstSegment)
    expect(new Set(alone).size).toBe(alone.length)
  })

  it('keeps every frame under 1 KiB', async () => {
    await using talk = await conversation(10)
    const { board, gateway } = talk
    const { devices } = (await gateway.api('GET', '/api/devices')).body
    await gateway.api('POST', `/api/devices/${devices[0].id}/block`, { reason: 'x'.repeat(200) })
    await board.control('close')
    for (const frame of board.frames) expect(frame.size).toBeLessThan(1_024)
  })

  it.each([
    {
      what: 'a reading with a long name',
      message: { type: 'sensor_data', sensor_type: 'x'.repeat(50_000), data: { sequence: 1 } },
    },
    {
      what: 'a reading with a monstrous sequence',
      message: { type: 'sensor_data', sensor_type: 'x', data: { sequence: 'y'.repeat(50_000) } },
    },
  ])('does not echo $what at full length', async ({ message }) => {
    await using gateway = await startGateway({ enrolment: 'open' })
    await using board = await RawClient.open(gateway.port, esp32cam({ token: await gateway.mint('esp32cam') }))
    await board.message('connection_ack')
    await board.send(message)
    await board.message('ack')
    for (const frame of board.frames) expect(frame.size).toBeLessThan(1_024)
  })

  it('sends no order to a camera that would be 1 KiB or more', async () => {
    await using gateway = await startGateway({ enrolment: 'open', limits: { ackTimeoutMs: 200 } })
    await using board = await RawClient.open(gateway.port, esp32cam({ token: await gateway.mint('esp32cam') }))
    await board.message('connection_ack')
    const { devices } = (await gateway.api('GET', '/api/devices')).body
    const order = (length: number) =>
      gateway.api('POST', `/api/devices/${devices[0].id}/action`, { action: 'capture_photo', note: 'x'.repeat(length) })
    expect(await order(2_000)).toMatchObject({ status: 400 })
    for (const length of [600, 800, 900, 950, 1_000]) await order(length)
    await board.saidMeanwhile()
    for (const frame of board.frames) expect(frame.size).toBeLessThan(1_024)
  })
})
