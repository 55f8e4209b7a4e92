import { describe, expect, it } from 'vitest'
import { journalInPersian } from '#texts/fa/journal.ts'
import { formatFor } from '#texts/format.ts'
import { sentenceOf, wordsIn } from '#texts/journal-sentence.ts'
import { Core, type FakeBoard } from '../../../tests/support/core.ts'
import { kept, minutes, notes } from '../../../tests/support/sessions.ts'

const logs = (board: FakeBoard, count: number) => {
  for (let number = 0; number < count; number++) board.say({ type: 'log', message: `number ${number}` })
}

describe('the journal rows of an approved board', () => {
  it('are 500 at once and then 50 a second; the rest is told in one row a minute, by type', async () => {
    const core = await Core.start()
    const board = await core.active()
    logs(board, 800)
    for (let count = 0; count < 5; count++) board.say({ type: 'note', count })
    await core.flush()
    expect(kept(core)).toHaveLength(500)
    core.clock.advance(1 * minutes)
    await core.flush()
    const summaries = notes(core, 'messages_left_out')
    expect(summaries.map(({ data }) => data?.leftOut)).toEqual([{ log: 300, note: 5 }])
    expect(notes(core, 'diagnosis').map(({ data }) => data?.diagnosis)).toEqual(['too_many_messages'])
    const { text, data } = summaries[0]!
    const entry = { kind: 'gateway', device: 'x', text, data: data! }
    expect(sentenceOf(entry, wordsIn(journalInPersian), formatFor('fa'))).toContain('log ۳۰۰')
    expect(text).toContain('log 300, note 5')
    logs(board, 600)
    await core.flush()
    expect(kept(core)).toHaveLength(1_000)
  })

  it('hold each reading, however many there are, and however much is logged beside them', async () => {
    const core = await Core.start()
    const board = await core.active()
    for (let sequence = 0; sequence < 2_000; sequence++) {
      board.say({ type: 'sensor_data', sensor_type: 'light', data: { sequence } })
      board.say({ type: 'log', message: 'another one' })
    }
    await core.flush()
    const readings = kept(core).filter(({ data }) => data?.type === 'sensor_data')
    expect(readings).toHaveLength(2_000)
    expect(board.connection.ofType('ack').filter(({ command_type }) => command_type === 'sensor_data')).toHaveLength(
      2_000,
    )
  })

  it('are counted by device: a new connection brings no new burst', async () => {
    const core = await Core.start()
    let board = await core.active()
    for (let turn = 0; turn < 4; turn++) {
      logs(board, 300)
      board = core.connect({ token: board.token })
    }
    await core.flush()
    expect(kept(core)).toHaveLength(500)
  })

  it('are counted by device, however many other devices send messages meanwhile', async () => {
    const core = await Core.start({ limits: { rowsPerSecond: 1, rowBurst: 2 } })
    const board = await core.active()
    const others: FakeBoard[] = []
    for (let number = 0; number < 600; number++) others.push(await core.active())
    logs(board, 2)
    for (const other of others) logs(other, 1)
    logs(board, 3)
    await core.flush()
    expect(kept(core)).toHaveLength(602)
    core.clock.advance(1_000)
    logs(board, 3)
    await core.flush()
    expect(kept(core)).toHaveLength(603)
  })

  it('name 20 types and no secret, and what is not told yet is told at the end', async () => {
    const core = await Core.start({ limits: { rowBurst: 1 } })
    const board = await core.active()
    logs(board, 1)
    for (let number = 0; number < 30; number++) board.say({ type: `type ${number}` })
    board.say({ type: board.token })
    board.say({ type: `${board.token}${'x'.repeat(100)}` })
    core.sessions.endAll()
    await core.flush()
    const [summary, ...more] = notes(core, 'messages_left_out')
    expect(more).toEqual([])
    expect(summary!.data!.leftOut).toMatchObject({ 'type 0': 1, 'type 19': 1, other: 12 })
    expect(JSON.stringify(core.store.everything())).not.toContain(board.token)
    expect(core.clock.timers).toBeLessThan(5)
  })
})
