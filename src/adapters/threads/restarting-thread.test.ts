import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { RestartingThread } from './restarting-thread.ts'

/** A thread that answers a request with the request itself, or fails, hangs or ends where the request demands it. */
const program = `
const { parentPort } = require('node:worker_threads')
parentPort.on('message', ({ id, request }) => {
  if (request === 'die') throw new Error('dying')
  if (request === 'hang') return
  parentPort.postMessage(request === 'fail' ? { id, error: request } : { id, value: request })
})`

function threads() {
  const causes: (Error | undefined)[] = []
  const started: Worker[] = []
  const thread = new RestartingThread<string>({
    start: () => {
      if (starting) throw starting
      const worker = new Worker(program, { eval: true })
      started.push(worker)
      return worker
    },
    errorOf: answered => new Error(`answered ${answered}`),
    endedBy: cause => {
      causes.push(cause)
      return new Error('ended')
    },
  })
  let starting: Error | undefined
  return {
    thread,
    causes,
    started,
    refuseToStart: (error: Error | undefined) => {
      starting = error
    },
    [Symbol.asyncDispose]: () => thread.close('bye', new Error('closed')),
  }
}

describe('a thread that is started again', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
  afterEach(() => void vi.useRealTimers())

  it('answers by number, and passes an error on to the one who asked', async () => {
    await using parts = threads()
    const { thread } = parts
    const failing = expect(thread.ask('fail')).rejects.toThrow('answered fail')
    expect(await thread.ask('one')).toBe('one')
    await failing
    expect(await thread.ask('two')).toBe('two')
  })

  it('tells everybody who waits when it dies, with the cause, and serves the next request at once', async () => {
    await using parts = threads()
    const { thread, causes, started } = parts
    const waiting = ['hang', 'hang', 'die', 'behind'].map(request => thread.ask(request))
    for (const one of await Promise.allSettled(waiting)) expect(one).toMatchObject({ reason: { message: 'ended' } })
    expect(causes).toMatchObject([{ message: 'dying' }])
    expect(await thread.ask('again')).toBe('again')
    expect(started).toHaveLength(2)
  })

  it('rests between restarts, longer each time, and refuses at once meanwhile', async () => {
    await using parts = threads()
    const { thread, started } = parts
    await expect(thread.ask('die')).rejects.toThrow('ended')
    for (const restMs of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
      await expect(thread.ask('die')).rejects.toThrow('ended')
      const count = started.length
      vi.advanceTimersByTime(restMs - 1)
      await expect(thread.ask('too early')).rejects.toThrow('ended')
      thread.warm()
      expect(started).toHaveLength(count)
      vi.advanceTimersByTime(1)
    }
    expect(await thread.ask('well')).toBe('well')
    vi.advanceTimersByTime(60_001)
    // The thread ran for a minute, so its next end counts as the first again.
    await expect(thread.ask('die')).rejects.toThrow('ended')
    expect(await thread.ask('at once')).toBe('at once')
  })

  it('is refused like a death when the system gives no thread, and started later', async () => {
    await using parts = threads()
    const { thread, causes, refuseToStart } = parts
    refuseToStart(new Error('EAGAIN'))
    await expect(thread.ask('one')).rejects.toThrow('ended')
    thread.warm()
    refuseToStart(undefined)
    vi.advanceTimersByTime(1_000)
    expect(await thread.ask('two')).toBe('two')
    expect(causes).toMatchObject([{ message: 'EAGAIN' }, { message: 'EAGAIN' }])
  })

  it('asks its last request before it ends, and refuses the rest with the reason', async () => {
    const { thread } = threads()
    const before = thread.ask('before')
    const closing = thread.close('bye', new Error('closed'))
    await expect(thread.ask('after')).rejects.toThrow('closed')
    expect(await before).toBe('before')
    await closing
    await thread.close('bye', new Error('closed'))
    expect(thread.running).toBe(false)
  })
})
