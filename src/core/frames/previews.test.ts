import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../../tests/support/fake-clock.ts'
import { defaultLimits } from '../limits.ts'
import { Previews } from './previews.ts'

const KiB = 1024
const picture = (size: number, fill = 1) => Buffer.alloc(size, fill)

function started(limits = {}) {
  const clock = new FakeClock()
  return { clock, previews: new Previews(clock, { ...defaultLimits, ...limits }) }
}

describe('previews', () => {
  it('keep one picture of a camera every 5 s, not sooner', () => {
    const { clock, previews } = started()
    previews.offer('d_1', picture(10, 1))
    clock.advance(4_999)
    previews.offer('d_1', picture(10, 2))
    expect(previews.get('d_1')!.jpeg[0]).toBe(1)
    clock.advance(1)
    previews.offer('d_1', picture(10, 3))
    expect(previews.get('d_1')!.jpeg[0]).toBe(3)
    expect(previews.get('d_1')!.receivedAt).toBe(clock.now())
  })

  it('take a picture of 128 KiB and none that is larger', () => {
    const { previews } = started()
    previews.offer('d_1', picture(128 * KiB))
    previews.offer('d_2', picture(128 * KiB + 1))
    expect(previews.get('d_1')!.jpeg).toHaveLength(128 * KiB)
    expect(previews.get('d_2')).toBeUndefined()
  })

  it('are 16 MiB all together: the oldest goes', () => {
    const { clock, previews } = started()
    for (let camera = 0; camera < 128; camera++) previews.offer(`d_${camera}`, picture(128 * KiB))
    expect(previews.get('d_0')).toBeDefined()
    clock.advance(5_000)
    previews.offer('d_0', picture(128 * KiB))
    previews.offer('d_new', picture(1))
    expect(previews.get('d_0')).toBeDefined()
    expect(previews.get('d_1')).toBeUndefined()
    expect(previews.get('d_2')).toBeDefined()
    expect(previews.get('d_new')).toBeDefined()
  })

  it('hold no more than their own bytes, even of a picture that is a part of something large', () => {
    const { previews } = started()
    const message = Buffer.alloc(2 * KiB * KiB, 5)
    previews.offer('d_1', message.subarray(100, 200))
    message.fill(0)
    expect(previews.get('d_1')!.jpeg).toEqual(picture(100, 5))
  })

  it('give their place back when forgotten, however often', () => {
    const { previews } = started({ previewBytesInAll: 100 })
    previews.offer('d_1', picture(60))
    previews.forget('d_1')
    previews.forget('d_1')
    previews.offer('d_2', picture(60))
    previews.offer('d_3', picture(40))
    expect([previews.get('d_1'), previews.get('d_2')?.jpeg.length, previews.get('d_3')?.jpeg.length]).toEqual([
      undefined,
      60,
      40,
    ])
  })
})
