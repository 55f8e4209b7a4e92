import fc from 'fast-check'
import { Core } from '../support/core.ts'
import { settled } from '../support/fake-clock.ts'
import { jpeg } from '../support/jpeg.ts'
import { boardTexts } from './decoders.ts'
import { damagedBytes, damagedText, type FuzzTarget, target } from './target.ts'

/** A message of a board, and the pause before it, in ms. */
const said = fc.record({
  waitMs: fc.constantFrom(0, 0, 10, 5_000),
  message: fc.oneof(
    { weight: 4, arbitrary: damagedText(boardTexts) },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 5 }).map(value => JSON.stringify(value)) },
    { weight: 1, arbitrary: damagedBytes([jpeg(60), jpeg(200)]) },
  ),
})

/** All of core with a fake clock: no message of a board may cause an exception, and its token must never be stored. */
export async function openConversations(): Promise<FuzzTarget[]> {
  const core = await Core.start()
  const boards = {
    'an approved Pico': (await core.active({ wants: 'pico' })).token,
    'an approved camera': (await core.active({ wants: 'esp32cam' })).token,
    'a pending camera': core.connect({ wants: 'esp32cam' }).token,
  }
  const kinds = {
    'an approved Pico': 'pico',
    'an approved camera': 'esp32cam',
    'a pending camera': 'esp32cam',
  } as const
  const input = fc.record({
    who: fc.constantFrom(...(Object.keys(boards) as (keyof typeof boards)[])),
    messages: fc.array(said, { minLength: 1, maxLength: 6 }),
  })
  const conversations = target('conversations', input, async ({ who, messages }) => {
    const token = boards[who]!
    const board = core.connect({ wants: kinds[who], token })
    for (const { waitMs, message } of messages) {
      await core.clock.pass(waitMs)
      if (board.connection.closedWith) break
      if (typeof message === 'string') board.say(message.replace('TOKEN', token))
      else board.sendBinary(message)
      board.session.onControl('ping')
    }
    await core.flush()
    await settled()
    if (board.connection.closedWith?.reason === 'internal') throw new Error('the conversation was ended as a defect')
    if (core.store.rows().some(row => JSON.stringify(row).includes(token)))
      throw new Error('the token was written down')
    core.disconnect(board)
    await core.flush()
    await core.store.prune({ olderThanMs: Number.POSITIVE_INFINITY })
  })
  return [conversations]
}
