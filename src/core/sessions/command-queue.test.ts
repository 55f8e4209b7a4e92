import { beforeEach, describe, expect, it } from 'vitest'
import {
  ack,
  act,
  clock,
  commandQueue,
  freshQueue,
  sent,
  sentInShort,
  servo,
  smooth,
} from '../../../tests/support/command-queue.ts'
import { settled } from '../../../tests/support/fake-clock.ts'

beforeEach(() => freshQueue())

describe('a servo command', () => {
  it('carries both angles, and is done when the board acknowledges it', async () => {
    const order = servo(10)
    expect(sent).toEqual([{ type: 'servo', command: { servo1: 10, servo2: 90 } }])
    clock.advance(1_234)
    expect(ack('servo')).toBe(true)
    await settled()
    expect(order).toEqual({
      state: 'done',
      outcome: { ack: { type: 'ack', command_type: 'servo', status: 'success' }, latencyMs: 1_234 },
    })
  })

  it('is done by an ack without a type, as external clients send it', async () => {
    const order = servo(10)
    expect(ack()).toBe(true)
    await settled()
    expect(order.state).toBe('done')
  })

  it.each(['ping', 'unknown', 'error', 'servo_smooth', 'action', 'status', ''])(
    'is not done by the ack of "%s"',
    async type => {
      const order = servo(10)
      expect(ack(type)).toBe(false)
      await settled()
      expect(order.state).toBe('open')
    },
  )

  it('is answered with what the board says, an error too', async () => {
    const order = servo(10)
    ack('servo', 'error')
    await settled()
    expect(order.outcome?.ack?.status).toBe('error')
  })

  it('times out after 20 s, not a millisecond sooner', async () => {
    const order = servo(10)
    clock.advance(19_999)
    await settled()
    expect(order.state).toBe('open')
    clock.advance(1)
    await settled()
    expect(order.state).toBe('ack_timeout')
  })

  it('may be acknowledged up to the last moment', async () => {
    const order = servo(10)
    clock.advance(19_999)
    expect(ack('servo')).toBe(true)
    clock.advance(60_000)
    await settled()
    expect(order.state).toBe('done')
    expect(clock.timers).toBe(0)
  })
})

describe('two servo commands', () => {
  it('are never outstanding at once: the second waits for the ack of the first', async () => {
    const [first, second] = [servo(10), servo(20)]
    expect(sentInShort()).toEqual(['servo 10'])
    ack('servo')
    expect(sentInShort()).toEqual(['servo 10', 'servo 20'])
    ack('servo')
    await settled()
    expect([first.state, second.state]).toEqual(['done', 'done'])
  })

  it('and more: the latest wins, and those between are told so', async () => {
    const orders = [servo(10), servo(20), servo(30), servo(40)]
    await settled()
    expect(orders.map(order => order.state)).toEqual(['open', 'superseded', 'superseded', 'open'])
    ack('servo')
    ack('servo')
    await settled()
    expect(sentInShort()).toEqual(['servo 10', 'servo 40'])
    expect(orders.map(order => order.state)).toEqual(['done', 'superseded', 'superseded', 'done'])
  })

  it('go on when the first is never acknowledged', async () => {
    const [first, second] = [servo(10), servo(20)]
    clock.advance(20_000)
    await settled()
    expect([first.state, second.state]).toEqual(['ack_timeout', 'open'])
    expect(sentInShort()).toEqual(['servo 10', 'servo 20'])
  })

  it('give the second its own 20 s, from when it was sent', async () => {
    servo(10)
    const second = servo(20)
    clock.advance(15_000)
    ack('servo')
    clock.advance(19_999)
    await settled()
    expect(second.state).toBe('open')
    clock.advance(1)
    await settled()
    expect(second.state).toBe('ack_timeout')
  })
})

describe('a stop', () => {
  it.each(['emergency_stop', 'emergency_stop_smooth'])('(%s) passes a waiting servo command', async stop => {
    const [first, second] = [servo(10), servo(20)]
    const stopped = act(stop)
    expect(sentInShort()).toEqual(['servo 10', stop])
    await settled()
    expect(second.state).toBe('superseded')
    ack('servo')
    ack('action')
    await settled()
    expect([first.state, stopped.state]).toEqual(['done', 'done'])
    expect(sentInShort()).toEqual(['servo 10', stop])
  })

  it('cuts the rest of a long move', async () => {
    const move = smooth(0, 180)
    ack('servo_smooth')
    const stopped = act('emergency_stop')
    expect(sentInShort()).toEqual(['servo_smooth 45', 'servo_smooth 90', 'emergency_stop'])
    ack('servo_smooth')
    ack('action')
    await settled()
    expect([move.state, stopped.state]).toEqual(['superseded', 'done'])
    expect(sent).toHaveLength(3)
  })

  it('lets the next command through when the outstanding one is answered', async () => {
    servo(10)
    act('emergency_stop')
    servo(30)
    expect(sentInShort()).toEqual(['servo 10', 'emergency_stop'])
    ack('servo')
    expect(sentInShort()).toEqual(['servo 10', 'emergency_stop', 'servo 30'])
  })

  it('alone has that right: another action leaves a waiting command alone', async () => {
    servo(10)
    const second = servo(20)
    act('flash_on')
    ack('servo')
    await settled()
    expect(sentInShort()).toEqual(['servo 10', 'flash_on', 'servo 20'])
    expect(second.state).toBe('open')
  })
})

describe('an action', () => {
  it('is sent at once, and several are answered in their order', async () => {
    const [first, second] = [act('flash_on'), act('flash_off')]
    expect(sentInShort()).toEqual(['flash_on', 'flash_off'])
    ack('action')
    await settled()
    expect([first.state, second.state]).toEqual(['done', 'open'])
    ack('action', 'ignored')
    await settled()
    expect(second.outcome?.ack?.status).toBe('ignored')
  })

  it('times out after 20 s, each by itself', async () => {
    const first = act('flash_on')
    clock.advance(1)
    const second = act('flash_off')
    clock.advance(19_999)
    await settled()
    expect([first.state, second.state]).toEqual(['ack_timeout', 'open'])
  })

  it('is told to a board that acknowledges nothing, without waiting', async () => {
    expect(await commandQueue.sendOnly({ action: 'capture_photo', quality: 80 })).toEqual({ ack: null, latencyMs: 0 })
    expect(sent).toEqual([{ type: 'action', command: { action: 'capture_photo', quality: 80 } }])
    expect(clock.timers).toBe(0)
  })
})

describe('a long smooth move', () => {
  it('is sent step by step, each after the ack of the one before, and is done with the last', async () => {
    const at: number[] = []
    const move = smooth(0, 180, { onMoved: angles => at.push(angles.servo1) })
    for (const angle of [45, 90, 135]) {
      expect(sentInShort().at(-1)).toBe(`servo_smooth ${angle}`)
      clock.advance(4_000)
      ack('servo_smooth')
      await settled()
      expect(move.state).toBe('open')
    }
    clock.advance(3_000)
    ack('servo_smooth')
    await settled()
    expect(move).toMatchObject({ state: 'done', outcome: { latencyMs: 3_000 } })
    expect(at).toEqual([45, 90, 135, 180])
  })

  it('gives way to a newer command between its steps', async () => {
    const move = smooth(0, 180)
    const newer = servo(10)
    ack('servo_smooth')
    await settled()
    expect(sentInShort()).toEqual(['servo_smooth 45', 'servo 10'])
    expect(move.state).toBe('superseded')
    ack('servo')
    await settled()
    expect(newer.state).toBe('done')
  })

  it.each(['error', 'ignored'])('ends where the board answers "%s", and is not followed beyond', async status => {
    const at: number[] = []
    const move = smooth(0, 180, { onMoved: angles => at.push(angles.servo1) })
    ack('servo_smooth')
    ack('servo_smooth', status)
    await settled()
    expect(move.outcome?.ack?.status).toBe(status)
    expect(at).toEqual([45])
    expect(sentInShort()).toEqual(['servo_smooth 45', 'servo_smooth 90'])
  })

  it('ends where the board falls silent', async () => {
    const move = smooth(0, 180)
    ack('servo_smooth')
    clock.advance(20_000)
    await settled()
    expect(move.state).toBe('ack_timeout')
    expect(sent).toHaveLength(2)
  })
})

describe('a time to live', () => {
  it('ends a command that waited too long to be begun', async () => {
    servo(10)
    const second = servo(20, { ttlMs: 1_000 })
    clock.advance(1_001)
    ack('servo')
    await settled()
    expect(second.state).toBe('command_expired')
    expect(sentInShort()).toEqual(['servo 10'])
  })

  it('is long enough up to its last millisecond', async () => {
    servo(10)
    servo(20, { ttlMs: 1_000 })
    clock.advance(1_000)
    ack('servo')
    expect(sentInShort()).toEqual(['servo 10', 'servo 20'])
  })

  it('does not leave a move half done that was begun in time', async () => {
    const move = smooth(0, 90, { ttlMs: 1_000 })
    clock.advance(4_000)
    ack('servo_smooth')
    ack('servo_smooth')
    await settled()
    expect(move.state).toBe('done')
    expect(sentInShort()).toEqual(['servo_smooth 45', 'servo_smooth 90'])
  })

  it('that is over leaves the queue free for the next', async () => {
    servo(10)
    servo(20, { ttlMs: 1_000 })
    clock.advance(5_000)
    ack('servo')
    servo(30)
    expect(sentInShort()).toEqual(['servo 10', 'servo 30'])
  })
})

describe('a line that is gone', () => {
  it('ends everything with device_offline, and leaves no timer', async () => {
    const orders = [servo(10), servo(20), act('flash_on')]
    commandQueue.close()
    await settled()
    expect(orders.map(order => order.state)).toEqual(['device_offline', 'device_offline', 'device_offline'])
    expect(clock.timers).toBe(0)
    expect(ack('servo')).toBe(false)
  })
})
