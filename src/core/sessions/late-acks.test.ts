import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import type { GatewayMessage } from '#protocol/board.ts'
import { ack, act, clock, freshQueue, type Order, servo } from '../../../tests/support/command-queue.ts'
import { settled } from '../../../tests/support/fake-clock.ts'

beforeEach(() => freshQueue())

describe('a late ack', () => {
  it('never satisfies the next command', async () => {
    const first = servo(10)
    clock.advance(20_000)
    const second = servo(20)
    clock.advance(500)
    expect(ack('servo')).toBe(false)
    await settled()
    expect([first.state, second.state]).toEqual(['ack_timeout', 'open'])
    expect(ack('servo')).toBe(true)
    await settled()
    expect(second.state).toBe('done')
  })

  it('never satisfies the next command without a type either', async () => {
    servo(10)
    clock.advance(20_000)
    const second = servo(20)
    expect(ack()).toBe(false)
    await settled()
    expect(second.state).toBe('open')
    expect(ack()).toBe(true)
  })

  it('never satisfies a command that waited while it was awaited', async () => {
    servo(10)
    const second = servo(20)
    clock.advance(20_000)
    expect(ack('servo')).toBe(false)
    await settled()
    expect(second.state).toBe('open')
  })

  it('that never comes costs one command its answer, and no more than one', async () => {
    servo(10)
    clock.advance(20_000)
    const second = servo(20)
    expect(ack('servo')).toBe(false) // its own ack, taken for the late one
    clock.advance(20_000)
    await settled()
    expect(second.state).toBe('ack_timeout')
    const third = servo(30)
    expect(ack('servo')).toBe(true)
    await settled()
    expect(third.state).toBe('done')
  })

  it('is no longer expected when a board silent for so long would be dead', async () => {
    servo(10)
    clock.advance(20_000 + 45_000)
    const second = servo(20)
    expect(ack('servo')).toBe(true)
    await settled()
    expect(second.state).toBe('done')
  })

  it('of a servo is none of an action, and the other way round', async () => {
    servo(10)
    act('reset_position')
    clock.advance(20_000)
    const [moved, acted] = [servo(20), act('flash_on')]
    expect([ack('action'), ack('servo')]).toEqual([false, false])
    expect([ack('action'), ack('servo')]).toEqual([true, true])
    await settled()
    expect([moved.state, acted.state]).toEqual(['done', 'done'])
  })

  it('is never taken for a later one, whatever is sent, lost and late, but for two in a row that come too late', () => {
    const event = fc.constantFrom<'servo' | 'ack' | 'wait'>('servo', 'ack', 'wait')
    return fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 40 }), async events => {
        const messages: { servo1: number; at: number }[] = []
        const send = (message: GatewayMessage) => {
          if (message.type === 'servo') messages.push({ servo1: message.command.servo1, at: clock.ticks() })
        }
        freshQueue(send)
        // The board obeys and acknowledges each message in order, once, within a minute or never.
        const obeyed = new Set<number>()
        const orders: Order[] = []
        let next = 0
        let wasLate = false
        for (const what of events) {
          if (what === 'servo') orders.push(servo(orders.length))
          while (next < messages.length && clock.ticks() - messages[next]!.at > 60_000) next++
          if (what === 'ack' && next < messages.length) {
            const { servo1, at } = messages[next++]!
            const late = clock.ticks() - at >= 20_000
            if (!(late && wasLate)) {
              obeyed.add(servo1)
              ack('servo')
            }
            wasLate = late
          }
          if (what === 'wait') clock.advance(15_000)
          await settled()
          for (const [index, order] of orders.entries()) if (order.state === 'done') expect(obeyed).toContain(index)
        }
      }),
      { numRuns: 300 },
    )
  })
})
