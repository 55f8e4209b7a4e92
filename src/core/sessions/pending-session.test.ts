import { describe, expect, it } from 'vitest'
import { Core } from '../../../tests/support/core.ts'
import { jpeg } from '../../../tests/support/jpeg.ts'
import { kept } from '../../../tests/support/sessions.ts'

describe('a pending board', () => {
  it('reaches no viewer: its frames are previews, small and few', async () => {
    const core = await Core.start()
    const board = core.connect({ wants: 'esp32cam' })
    board.sendBinary(jpeg(50))
    board.sendBinary(jpeg(60))
    expect(core.rooms.peek(board.device.id)).toBeUndefined()
    expect(core.previews.get(board.device.id)?.jpeg).toHaveLength(50)
    core.clock.advance(5_000)
    board.sendBinary(jpeg(70))
    expect(core.previews.get(board.device.id)?.jpeg).toHaveLength(70)
  })

  it('is sent away with 4008 above 1 MB in a second, and not at it', async () => {
    const core = await Core.start()
    const board = core.connect({ wants: 'esp32cam' })
    for (let picture = 0; picture < 10; picture++) board.sendBinary(jpeg(100_000))
    expect(board.line.closedWith).toBeUndefined()
    board.session.onControl('ping')
    expect(board.line.closedWith).toEqual({ code: 4008, reason: 'too_much_traffic' })
    expect(core.sessions.liveOf(board.device).online).toBe(false)
  })

  it('may send its 1 MB again in the next second', async () => {
    const core = await Core.start()
    const board = core.connect({ wants: 'esp32cam' })
    for (let second = 0; second < 5; second++) {
      board.sendBinary(jpeg(1_000_000))
      core.clock.advance(1_000)
    }
    expect(board.line.closedWith).toBeUndefined()
  })

  it('is measured in bytes, whatever they are: text in any script, and pings', async () => {
    const core = await Core.start()
    const persian = core.connect()
    for (let count = 0; count < 11; count++) persian.say(`"${'س'.repeat(50_000)}"`)
    expect(persian.line.closedWith?.code).toBe(4008)
    const pinging = core.connect()
    for (let count = 0; count < 8_000; count++) pinging.session.onControl('ping')
    expect(pinging.line.closedWith?.code).toBe(4008)
  })

  it('may send as much as it likes once it is approved, on the same socket', async () => {
    const core = await Core.start()
    const board = core.connect({ wants: 'esp32cam' })
    board.sendBinary(jpeg(900_000))
    await core.done(core.care.approve({ type: 'host' }, board.device))
    for (let picture = 0; picture < 10; picture++) board.sendBinary(jpeg(900_000))
    expect(board.line.closedWith).toBeUndefined()
    expect(core.rooms.of(board.device.id).counters.framesReceived).toBe(10)
  })

  it('has its last 100 messages kept to look at, and only its first 100 in the journal, however often it comes back', async () => {
    const core = await Core.start()
    let board = core.connect()
    for (let count = 0; count < 250; count++) {
      if (count % 60 === 59) board = core.connect({ token: board.token })
      board.say({ type: 'note', count })
    }
    const messages = core.sessions.messagesOf(board.device.id)
    expect(messages.map(({ message }) => message.count)).toEqual(Array.from({ length: 100 }, (_, index) => 150 + index))
    core.gone(board)
    await core.flush()
    expect(kept(core)).toHaveLength(100)
    const uncounted = kept(core, 'traffic').reduce((sum, row) => sum + Number(row.data?.messagesNotKept ?? 0), 0)
    expect(uncounted).toBe(150)
  })
})
