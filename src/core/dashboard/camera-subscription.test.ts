import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../../tests/support/fake-clock.ts'
import { noFaults } from '../../../tests/support/faults.ts'
import type { PictureHead } from '../../protocol/picture-head.ts'
import type { CameraRate } from '../../protocol/vocabulary.ts'
import { Frame } from '../frames/frame.ts'
import { FrameCounters, CameraStream } from '../frames/camera-stream.ts'
import { CameraSubscription } from './camera-subscription.ts'

function look(rate: CameraRate) {
  const clock = new FakeClock()
  const room = new CameraStream(new FrameCounters(), () => clock.ticks(), noFaults)
  const shown: (PictureHead & { picture: string })[] = []
  const state = { allowed: true, gone: 0 }
  const sight = new CameraSubscription(room, {
    camera: 3,
    rate,
    clock,
    show: (head, jpeg) => shown.push({ ...head, picture: jpeg.toString() }),
    mayStay: () => state.allowed,
    onGone: () => state.gone++,
  })
  const publish = (...pictures: string[]) => {
    for (const picture of pictures) room.publish(new Frame(Buffer.from(picture), clock.now(), clock.ticks()))
  }
  return { clock, room, sight, state, publish, shown, pictures: () => shown.map(({ picture }) => picture).join('') }
}

describe('a camera at full rate', () => {
  it('has at most two pictures on their way, and then the newest', () => {
    const { publish, pictures, sight } = look('full')
    publish('a', 'b', 'c', 'd', 'e')
    expect(pictures()).toBe('ab')
    sight.drawn(1)
    expect(pictures()).toBe('abe')
    publish('f', 'g')
    expect(pictures()).toBe('abe')
    sight.drawn(3)
    expect(pictures()).toBe('abeg')
    publish('h')
    expect(pictures()).toBe('abegh')
  })

  it('says how long each picture was inside the gateway', () => {
    const { publish, shown, sight, clock } = look('full')
    publish('a', 'b', 'c')
    clock.advance(40)
    sight.drawn(1)
    expect(shown.map(({ camera, sequence, addedMs }) => [camera, sequence, addedMs])).toEqual([
      [3, 1, 0],
      [3, 2, 0],
      [3, 3, 40],
    ])
  })

  it('believes no credit for what was never sent', () => {
    const { publish, pictures, sight } = look('full')
    publish('a', 'b', 'c', 'd')
    sight.drawn(0)
    expect(pictures()).toBe('ab')
  })
})

describe('a thumbnail', () => {
  it('comes once a second, the newest, and only while the page draws', () => {
    const { publish, pictures, sight, clock } = look('thumbnail')
    publish('a', 'b', 'c')
    expect(pictures()).toBe('a')
    sight.drawn(1)
    clock.advance(999)
    publish('d')
    expect(pictures()).toBe('a')
    clock.advance(1)
    expect(pictures()).toBe('ad')
    clock.advance(1_000)
    publish('e', 'f', 'g')
    clock.advance(5_000)
    expect(pictures()).toBe('ade')
    sight.drawn(3)
    expect(pictures()).toBe('adeg')
  })

  it('becomes a full picture at once, and small again', () => {
    const { publish, pictures, sight, clock } = look('thumbnail')
    publish('a', 'b')
    sight.rate = 'full'
    expect(pictures()).toBe('ab')
    sight.drawn(2)
    sight.rate = 'thumbnail'
    publish('c', 'd')
    expect(pictures()).toBe('abc')
    sight.drawn(3)
    clock.advance(1_000)
    expect(pictures()).toBe('abcd')
    sight.leave()
    expect(clock.timers).toBe(0)
  })
})

describe('a page', () => {
  it('that draws nothing for long loses its place, and has it again when it draws', () => {
    const { publish, pictures, sight, room, clock, state } = look('full')
    publish('a', 'b', 'c')
    clock.advance(30_000)
    room.sweep(30_000)
    expect([room.viewers, state.gone]).toEqual([0, 0])
    publish('d')
    sight.drawn(2)
    expect([room.viewers, pictures()]).toEqual([1, 'abd'])
  })

  it('that may not look any more, or whose camera is gone, is told so once', () => {
    const { room, state } = look('full')
    state.allowed = false
    room.sweep(30_000)
    expect([room.viewers, state.gone]).toEqual([0, 1])
    const other = look('full')
    other.room.close()
    expect(other.state.gone).toBe(1)
  })
})
