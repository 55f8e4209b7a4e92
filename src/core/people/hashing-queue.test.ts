import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DarvazaError } from '../../errors/errors.ts'
import { defaultLimits, type Limits } from '../limits.ts'
import { HashingQueue, type HashingRank, type HashingTurn } from './hashing-queue.ts'

/** A queue whose work ends when the test ends it. `begun`: the order in which work began. */
function start(limits: Partial<Limits> = {}) {
  const queue = new HashingQueue({ ...defaultLimits, ...limits })
  const begun: string[] = []
  const refused: string[] = []
  const running: (() => void)[] = []
  const ask = (name: string, turn: Partial<HashingTurn> = {}) => {
    const work = () => {
      begun.push(name)
      return new Promise<void>(resolve => running.push(resolve))
    }
    queue.run({ rank: 'unknown', place: name.replace(/\d+$/, ''), ...turn }, work).catch((error: DarvazaError) => {
      refused.push(name)
      expect([error.code, error.retryAfterS! > 0]).toEqual(['sign_in_busy', true])
    })
  }
  const settle = () => new Promise(resolve => setImmediate(resolve))
  return {
    queue,
    begun,
    refused,
    ask,
    settle,
    /** Ends the running work until none is left. Only one piece of work runs at a time. */
    async finish() {
      for (await settle(); running.length > 0; await settle()) {
        expect(running).toHaveLength(1)
        running.pop()!()
      }
    },
  }
}

describe('the queue before the password hash', () => {
  it('runs one at a time, and one of each client in turn', async () => {
    const { ask, begun, finish } = start()
    for (const name of ['x0', 'a1', 'a2', 'a3', 'b1', 'c1', 'b2']) ask(name)
    await finish()
    expect(begun).toEqual(['x0', 'a1', 'b1', 'c1', 'a2', 'b2', 'a3'])
  })

  it('takes 8 of an address and 32 in all', async () => {
    const { ask, refused, finish, queue, settle } = start()
    ask('running')
    for (let count = 0; count < 10; count++) ask(`a${count}`)
    await settle()
    expect([refused, queue.waiting]).toEqual([['a8', 'a9'], 8])
    for (const place of ['b', 'c', 'd']) for (let count = 0; count < 8; count++) ask(`${place}${count}`)
    expect(queue.waiting).toBe(32)
    await finish()
    expect([refused.length, queue.waiting]).toEqual([2, 0])
  })

  it('lets the most crowded address give way to a newcomer, and nobody to an equal', async () => {
    const { ask, begun, refused, finish } = start({ hashesWaitingInAll: 4 })
    for (const name of ['running', 'a1', 'a2', 'a3', 'b1', 'c1', 'd1', 'b2']) ask(name)
    await finish()
    expect(refused.sort()).toEqual(['a2', 'a3', 'b2'])
    expect(begun).toEqual(['running', 'a1', 'b1', 'c1', 'd1'])
  })

  it('serves known devices first, and makes room for them', async () => {
    const { ask, begun, refused, finish } = start({ hashesWaitingInAll: 4 })
    for (const name of ['running', 'a1', 'b1', 'c1', 'd1']) ask(name)
    ask('phone', { rank: 'known' })
    ask('laptop', { rank: 'known' })
    await finish()
    expect(begun.slice(0, 3)).toEqual(['running', 'phone', 'laptop'])
    expect(refused).toHaveLength(2)
  })

  it('never refuses the secret of an owner’s link, not even among known devices only', async () => {
    const { ask, begun, refused, finish } = start({ hashesWaitingInAll: 2 })
    ask('running')
    ask('phone', { rank: 'known' })
    ask('laptop', { rank: 'known' })
    ask('owner', { rank: 'proven' })
    ask('guest', { rank: 'proven' })
    ask('third', { rank: 'proven' })
    await finish()
    expect(begun).toEqual(['running', 'owner', 'guest', 'third'])
    expect(refused.sort()).toEqual(['laptop', 'phone'])
  })

  it('skips who has left, without hashing', async () => {
    const { ask, begun, refused, finish } = start()
    ask('running')
    ask('gone', { isGone: () => true })
    ask('here', { isGone: () => false })
    await finish()
    expect([begun, refused]).toEqual([['running', 'here'], ['gone']])
  })

  it('goes on after work that failed', async () => {
    const queue = new HashingQueue(defaultLimits)
    const failing = queue.run({ rank: 'unknown', place: 'a' }, () => Promise.reject(new Error('no thread')))
    const next = queue.run({ rank: 'unknown', place: 'b' }, async () => 'done')
    await expect(failing).rejects.toThrow('no thread')
    expect(await next).toBe('done')
  })

  it('stays within its bounds and loses nobody, whoever comes in whatever order', async () => {
    const asks = fc.array(
      fc.record({
        rank: fc.constantFrom<HashingRank>('known', 'unknown'),
        place: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
        gone: fc.boolean(),
      }),
      { maxLength: 60 },
    )
    await fc.assert(
      fc.asyncProperty(asks, async all => {
        const { ask, begun, refused, finish, queue } = start({ hashesWaitingPerAddress: 3, hashesWaitingInAll: 7 })
        for (const [index, { rank, place, gone }] of all.entries()) {
          ask(`${index}`, { rank, place, isGone: () => gone })
          expect(queue.waiting).toBeLessThanOrEqual(7)
        }
        await finish()
        expect(begun.length + refused.length).toBe(all.length)
        expect(new Set([...begun, ...refused]).size).toBe(all.length)
      }),
    )
  })
})
