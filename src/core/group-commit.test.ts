import { describe, expect, it } from 'vitest'
import { FakeClock, settled } from '../../tests/support/fake-clock.ts'
import { type CommitQueueLimits, unlimited } from './commit-queue.ts'
import { GroupCommit } from './group-commit.ts'

/** A disk whose writes end only when the test ends them. */
class SlowDisk {
  readonly batches: number[][] = []
  readonly #under: { resolve: () => void; reject: (error: Error) => void }[] = []

  readonly write = (items: number[]): Promise<void> => {
    this.batches.push([...items])
    return new Promise((resolve, reject) => this.#under.push({ resolve, reject }))
  }

  get writing(): number {
    return this.#under.length
  }

  async end(error?: Error): Promise<void> {
    const write = this.#under.shift()!
    if (error) write.reject(error)
    else write.resolve()
    await settled()
  }
}

const limits = { commitWithinMs: 25, storeWaitMs: 2_000, storeRetryMs: 1_000 }

function started(queues?: CommitQueueLimits[], bytesOf?: (item: number) => number) {
  const clock = new FakeClock()
  const disk = new SlowDisk()
  const options = { ...(queues && { queues }), ...(bytesOf && { bytesOf }) }
  return { clock, disk, group: new GroupCommit<number>(clock, limits, disk.write, options) }
}

/** Records whether a promise has settled, and its outcome. */
function watch(promise: Promise<void>): { state: string } {
  const seen = { state: 'waits' }
  promise.then(
    () => (seen.state = 'done'),
    (error: Error) => (seen.state = error.message),
  )
  return seen
}

describe('a group commit', () => {
  it('brings everything of 25 ms to the disk in one write', () => {
    const { clock, disk, group } = started()
    group.add(1)
    clock.advance(24)
    group.add(2)
    expect(disk.batches).toEqual([])
    clock.advance(1)
    expect(disk.batches).toEqual([[1, 2]])
  })

  it('brings very much to the disk in several writes, and who waits for the last waits for all', async () => {
    const { clock, disk, group } = started()
    for (let item = 0; item < 1_500; item++) group.add(item)
    const first = watch(group.committed())
    for (let item = 1_500; item < 2_500; item++) group.add(item)
    const last = watch(group.committed())
    clock.advance(25)
    expect(disk.batches.map(batch => batch.length)).toEqual([1_000])
    await disk.end()
    clock.advance(0)
    expect(first.state).toBe('waits')
    await disk.end()
    expect([first.state, last.state]).toEqual(['done', 'waits'])
    clock.advance(25)
    await disk.end()
    expect(last.state).toBe('done')
    expect(disk.batches.flat()).toEqual(Array.from({ length: 2_500 }, (_, item) => item))
  })

  it('tells everybody of a failed write, also those whose items wait for a later one', async () => {
    const { clock, disk, group } = started()
    for (let item = 0; item < 1_000; item++) group.add(item)
    const first = watch(group.committed())
    group.add(1_000)
    const last = watch(group.committed())
    clock.advance(25)
    await disk.end(new Error('disk full'))
    expect([first.state, last.state, group.failing]).toEqual(['disk full', 'disk full', true])
    clock.advance(1_000)
    await disk.end()
    clock.advance(25)
    await disk.end()
    expect(disk.batches.slice(1).flat()).toEqual(Array.from({ length: 1_001 }, (_, item) => item))
    expect([group.waiting, group.failing]).toEqual([0, false])
  })

  it('tells who waited for 2 s that it takes too long, and stores the item all the same', async () => {
    const { clock, disk, group } = started()
    group.add(1)
    const stuck = watch(group.committed())
    await clock.pass(1_400, 100)
    group.add(2)
    const later = watch(group.committed())
    await clock.pass(600, 100)
    expect([stuck.state, later.state]).toEqual(['The store has not answered in time.', 'waits'])
    await disk.end()
    await clock.pass(25)
    await disk.end()
    expect([later.state, disk.batches]).toEqual(['done', [[1], [2]]])
    await clock.pass(2_000, 100)
    expect(clock.timers).toBe(0)
  })

  it('waits longer after each failure in a row, up to eight times, and as before after a success', async () => {
    const { clock, disk, group } = started()
    group.add(1)
    await clock.pass(25)
    const pauses = [1_000, 2_000, 4_000, 8_000, 8_000]
    for (const pause of pauses) {
      const attempts = disk.batches.length
      await disk.end(new Error('disk full'))
      clock.advance(pause - 1)
      expect(disk.batches).toHaveLength(attempts)
      clock.advance(1)
      expect(disk.batches).toHaveLength(attempts + 1)
    }
    await disk.end()
    group.add(2)
    await clock.pass(25)
    const attempts = disk.batches.length
    await disk.end(new Error('disk full'))
    clock.advance(1_000)
    expect(disk.batches).toHaveLength(attempts + 1)
  })

  it('stores the first queue before the others, however much waits in them', async () => {
    const { clock, disk, group } = started([unlimited, unlimited])
    for (let item = 0; item < 5_000; item++) group.add(item, 1)
    await clock.pass(25)
    group.add(-1, 0)
    const urgent = watch(group.committed(0))
    const all = watch(group.committed())
    await disk.end()
    clock.advance(0)
    expect(disk.batches[1]!.slice(0, 2)).toEqual([-1, 1_000])
    await disk.end()
    expect([urgent.state, all.state]).toEqual(['done', 'waits'])
  })

  it('stores no more than a mebibyte at once', async () => {
    const { clock, disk, group } = started(undefined, () => 400_000)
    for (let item = 0; item < 5; item++) group.add(item)
    await clock.pass(25)
    expect(disk.batches).toEqual([[0, 1, 2]])
  })

  it('keeps as many items and bytes in a queue as there is room for, whatever the others hold', async () => {
    const { clock, disk, group } = started(
      [
        { items: 2, bytes: 1_000 },
        { items: 1_000, bytes: 250 },
      ],
      () => 100,
    )
    expect([1, 2, 3].map(item => group.add(item, 0))).toEqual([true, true, false])
    expect([4, 5, 6].map(item => group.add(item, 1))).toEqual([true, true, false])
    expect([group.waiting, group.dropped]).toEqual([4, 2])
    await clock.pass(25)
    await disk.end()
    expect(disk.batches).toEqual([[1, 2, 4, 5]])
    expect([7, 8].map(item => group.add(item, 1))).toEqual([true, true])
  })

  it('keeps an item once that is added again while it waits, and stores it again if it was under way', async () => {
    const { clock, disk, group } = started()
    group.add(1)
    group.add(2)
    group.add(1)
    await clock.pass(25)
    group.add(1)
    const again = watch(group.committed())
    await disk.end(new Error('disk full'))
    expect(again.state).toBe('disk full')
    expect(group.waiting).toBe(2)
    await clock.pass(1_000)
    group.add(1)
    const last = watch(group.committed())
    await disk.end()
    expect(last.state).toBe('waits')
    await clock.pass(25)
    await disk.end()
    expect([last.state, disk.batches]).toEqual(['done', [[1, 2], [1, 2], [1]]])
  })

  it('never writes twice at once, and keeps the order', async () => {
    const { clock, disk, group } = started()
    group.add(1)
    clock.advance(25)
    group.add(2)
    clock.advance(10_000)
    expect(disk.batches).toEqual([[1]])
    await disk.end()
    clock.advance(25)
    expect(disk.batches).toEqual([[1], [2]])
  })

  it('tells who waits only when their own item is on disk', async () => {
    const { clock, disk, group } = started()
    group.add(1)
    const first = watch(group.committed())
    clock.advance(25)
    group.add(2)
    const second = watch(group.committed())
    await settled()
    expect([first.state, second.state]).toEqual(['waits', 'waits'])
    await disk.end()
    expect([first.state, second.state]).toEqual(['done', 'waits'])
    clock.advance(25)
    await disk.end()
    expect(second.state).toBe('done')
  })

  it('tells who comes while the last item is being written when it is written', async () => {
    const { clock, disk, group } = started()
    group.add(1)
    clock.advance(25)
    const late = watch(group.committed())
    await settled()
    expect(late.state).toBe('waits')
    await disk.end()
    expect(late.state).toBe('done')
  })

  it('has nothing to wait for when nothing was added', async () => {
    await expect(started().group.committed()).resolves.toBeUndefined()
  })

  it('tells of a failure at once, and tries the same again a second later, with what came meanwhile', async () => {
    const { clock, disk, group } = started()
    group.add(1)
    const first = watch(group.committed())
    clock.advance(25)
    await disk.end(new Error('disk full'))
    group.add(2)
    const second = watch(group.committed())
    expect([first.state, second.state]).toEqual(['disk full', 'waits'])
    clock.advance(999)
    expect(disk.batches).toHaveLength(1)
    clock.advance(1)
    expect(disk.batches).toEqual([[1], [1, 2]])
    await disk.end()
    expect(second.state).toBe('done')
  })

  it('promises nothing while it has to throw items away', async () => {
    const { clock, disk, group } = started([{ items: 2, bytes: 100 }])
    group.add(1)
    group.add(2)
    const kept = watch(group.committed())
    group.add(3)
    expect(group.dropped).toBe(1)
    const lost = watch(group.committed())
    clock.advance(25)
    await disk.end()
    expect(kept.state).toBe('done')
    expect(lost.state).toContain('lost')
    expect(disk.batches).toEqual([[1, 2]])
    group.add(4)
    const again = watch(group.committed())
    clock.advance(25)
    await disk.end()
    expect(again.state).toBe('done')
  })

  it('writes what is left at the end, also what comes while it does', async () => {
    const { clock, disk, group } = started()
    group.add(1)
    clock.advance(25)
    group.add(2)
    const drained = watch(group.drain())
    await disk.end()
    expect(disk.batches).toEqual([[1], [2]])
    group.add(3)
    await disk.end()
    expect(disk.batches).toEqual([[1], [2], [3]])
    expect(drained.state).toBe('waits')
    await disk.end()
    expect(drained.state).toBe('done')
    expect(clock.timers).toBe(0)
  })

  it('ends with the error when what is left cannot be written, and leaves no timer behind', async () => {
    const { clock, disk, group } = started()
    group.add(1)
    const drained = watch(group.drain())
    await settled()
    await disk.end(new Error('disk full'))
    expect(drained.state).toBe('disk full')
    expect([clock.timers, disk.writing]).toEqual([0, 0])
  })
})
