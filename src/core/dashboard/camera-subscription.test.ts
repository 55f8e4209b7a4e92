import { describe, expect, it } from 'vitest'
import type { PictureHead } from '#protocol/picture-head.ts'
import type { CameraRate } from '#protocol/vocabulary.ts'
import { FakeClock } from '../../../tests/support/fake-clock.ts'
import { noFaults } from '../../../tests/support/faults.ts'
import { CameraStream, FrameCounters } from '../frames/camera-stream.ts'
import { Frame } from '../frames/frame.ts'
import { CameraSubscription } from './camera-subscription.ts'

function look(rate: CameraRate) {
  const clock = new FakeClock()
  const stream = new CameraStream(new FrameCounters(), () => clock.ticks(), noFaults)
  const shown: (PictureHead & { picture: string })[] = []
  const state = { allowed: true, gone: 0 }
  const subscription = new CameraSubscription(stream, {
    camera: 3,
    rate,
    clock,
    show: (head, jpeg) => shown.push({ ...head, picture: jpeg.toString() }),
    mayStay: () => state.allowed,
    onGone: () => state.gone++,
  })
  const publish = (...pictures: string[]) => {
    for (const picture of pictures) stream.publish(new Frame(Buffer.from(picture), clock.now(), clock.ticks()))
  }
  return {
    clock,
    stream,
    subscription,
    state,
    publish,
    shown,
    pictures: () => shown.map(({ picture }) => picture).join(''),
  }
}

describe('a camera at full rate', () => {
  it('has at most two pictures on their way, and then the newest', () => {
    const { publish, pictures, subscription } = look('full')
    publish('a', 'b', 'c', 'd', 'e')
    expect(pictures()).toBe('ab')
    subscription.drawn(1)
    expect(pictures()).toBe('abe')
    publish('f', 'g')
    expect(pictures()).toBe('abe')
    subscription.drawn(3)
    expect(pictures()).toBe('abeg')
    publish('h')
    expect(pictures()).toBe('abegh')
  })

  it('says how long each picture was inside the gateway', () => {
    const { publish, shown, subscription, clock } = look('full')
    publish('a', 'b', 'c')
    clock.advance(40)
    subscription.drawn(1)
    expect(shown.map(({ camera, sequence, addedMs }) => [camera, sequence, addedMs])).toEqual([
      [3, 1, 0],
      [3, 2, 0],
      [3, 3, 40],
    ])
  })

  it('believes no credit for what was never sent', () => {
    const { publish, pictures, subscription } = look('full')
    publish('a', 'b', 'c', 'd')
    subscription.drawn(0)
    expect(pictures()).toBe('ab')
  })
})

describe('a thumbnail', () => {
  it('comes once a second, the newest, and only while the page draws', () => {
    const { publish, pictures, subscription, clock } = look('thumbnail')
    publish('a', 'b', 'c')
    expect(pictures()).toBe('a')
    subscription.drawn(1)
    clock.advance(999)
    publish('d')
    expect(pictures()).toBe('a')
    clock.advance(1)
    expect(pictures()).toBe('ad')
    clock.advance(1_000)
    publish('e', 'f', 'g')
    clock.advance(5_000)
    expect(pictures()).toBe('ade')
    subscription.drawn(3)
    expect(pictures()).toBe('adeg')
  })

  it('becomes a full picture at once, and small again', () => {
    const { publish, pictures, subscription, clock } = look('thumbnail')
    publish('a', 'b')
    subscription.rate = 'full'
    expect(pictures()).toBe('ab')
    subscription.drawn(2)
    subscription.rate = 'thumbnail'
    publish('c', 'd')
    expect(pictures()).toBe('abc')
    subscription.drawn(3)
    clock.advance(1_000)
    expect(pictures()).toBe('abcd')
    subscription.leave()
    expect(clock.timers).toBe(0)
  })
})

describe('a page', () => {
  it('that draws nothing for long loses its place, and has it again when it draws', () => {
    const { publish, pictures, subscription, stream, clock, state } = look('full')
    publish('a', 'b', 'c')
    clock.advance(30_000)
    stream.sweep(30_000)
    expect([stream.viewers, state.gone]).toEqual([0, 0])
    publish('d')
    subscription.drawn(2)
    expect([stream.viewers, pictures()]).toEqual([1, 'abd'])
  })

  it('that may not look any more, or whose camera is gone, is told so once', () => {
    const { stream, state } = look('full')
    state.allowed = false
    stream.sweep(30_000)
    expect([stream.viewers, state.gone]).toEqual([0, 1])
    const other = look('full')
    other.stream.close()
    expect(other.state.gone).toBe(1)
  })
})
