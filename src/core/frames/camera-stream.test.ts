import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../../tests/support/fake-clock.ts'
import { noFaults } from '../../../tests/support/faults.ts'
import { defaultLimits } from '../limits.ts'
import type { DropReason, Viewer } from './camera-stream.ts'
import { CameraStreams } from './camera-streams.ts'
import { Frame } from './frame.ts'

/** A viewer whose frame is sent only when the test calls `take`. */
class SlowViewer implements Viewer {
  readonly seen: string[] = []
  allowed = true
  dropped: DropReason | undefined
  #sent: (() => void)[] = []

  deliver(frame: Frame, sent: () => void): void {
    this.seen.push(String(frame.jpeg))
    this.#sent.push(sent)
  }

  mayStay(): boolean {
    return this.allowed
  }

  drop(reason: DropReason): void {
    this.dropped = reason
  }

  /** The number of frames that were handed over and are not sent yet. */
  get leaving(): number {
    return this.#sent.length
  }

  take(): void {
    this.#sent.shift()!()
  }
}

/** A viewer on a fast connection: each frame is sent during `deliver`. */
class FastViewer extends SlowViewer {
  override deliver(frame: Frame, sent: () => void): void {
    this.seen.push(String(frame.jpeg))
    sent()
  }
}

function started() {
  const clock = new FakeClock()
  const streams = new CameraStreams(clock, defaultLimits, noFaults)
  const stream = streams.of('d_cam')
  const show = (...pictures: (string | number)[]) => {
    for (const picture of pictures) stream.publish(new Frame(Buffer.from(`${picture}`), clock.now(), clock.ticks()))
  }
  return { clock, streams, stream, show }
}

describe('a room', () => {
  it('shows a newcomer the last frame at once, and nothing when there is none', () => {
    const { stream, show } = started()
    const early = new SlowViewer()
    stream.join(early)
    expect(early.seen).toEqual([])
    show(1, 2)
    const late = new SlowViewer()
    stream.join(late)
    expect(late.seen).toEqual(['2'])
  })

  it('shows every frame to who takes them at once', () => {
    const { stream, streams, show } = started()
    const viewer = new FastViewer()
    stream.join(viewer)
    show(1, 2, 3)
    expect(viewer.seen).toEqual(['1', '2', '3'])
    expect(streams.counters).toMatchObject({ framesReceived: 3, framesDelivered: 3, framesSkipped: 0 })
  })

  it('skips frames for a slow viewer, the newest wins, and its neighbour sees them all', () => {
    const { stream, streams, show } = started()
    const [slow, fast] = [new SlowViewer(), new FastViewer()]
    const reader = stream.join(slow)
    stream.join(fast)
    show(1, 2, 3, 4)
    expect(slow.seen).toEqual(['1'])
    slow.take()
    expect(slow.seen).toEqual(['1', '4'])
    expect(fast.seen).toEqual(['1', '2', '3', '4'])
    expect([reader.skipped, streams.counters.framesSkipped]).toEqual([2, 2])
    slow.take()
    expect(slow.seen).toEqual(['1', '4'])
    show(5)
    expect(slow.seen).toEqual(['1', '4', '5'])
  })

  it('hands a viewer one frame at a time', () => {
    const { stream, show } = started()
    const viewer = new SlowViewer()
    stream.join(viewer)
    for (let picture = 0; picture < 100; picture++) {
      show(picture)
      expect(viewer.leaving).toBe(1)
      if (picture % 7 === 0) viewer.take()
    }
  })

  it('drops a viewer that took nothing for 30 s, not sooner, and leaves its neighbour alone', () => {
    const { clock, stream, streams, show } = started()
    const [stalled, fast] = [new SlowViewer(), new FastViewer()]
    stream.join(stalled)
    stream.join(fast)
    show(1)
    clock.advance(10_000)
    show(2)
    clock.advance(19_999)
    streams.sweep()
    expect(stalled.dropped).toBeUndefined()
    clock.advance(1)
    streams.sweep()
    expect([stalled.dropped, fast.dropped]).toEqual(['too-slow', undefined])
    expect(stream.viewers).toBe(1)
    show(3)
    expect(stalled.seen).toEqual(['1'])
    stalled.take()
    expect(stalled.seen).toEqual(['1'])
  })

  it('keeps a viewer that has nothing to take, however long the camera is silent', () => {
    const { clock, stream, streams, show } = started()
    const viewer = new SlowViewer()
    stream.join(viewer)
    show(1)
    viewer.take()
    clock.advance(24 * 3_600_000)
    streams.sweep()
    expect(viewer.dropped).toBeUndefined()
  })

  it('starts the 30 s anew with each frame a slow viewer does take', () => {
    const { clock, stream, streams, show } = started()
    const viewer = new SlowViewer()
    stream.join(viewer)
    for (let picture = 0; picture < 5; picture++) {
      show(picture)
      clock.advance(29_999)
      streams.sweep()
      viewer.take()
    }
    expect(viewer.dropped).toBeUndefined()
  })

  it('sends away who may not watch any more', () => {
    const { stream, streams } = started()
    const viewer = new SlowViewer()
    stream.join(viewer)
    streams.sweep()
    expect(viewer.dropped).toBeUndefined()
    viewer.allowed = false
    streams.sweep()
    expect(viewer.dropped).toBe('not-allowed')
    expect(stream.viewers).toBe(0)
  })

  it('shows nothing to who has left', () => {
    const { stream, show } = started()
    const viewer = new SlowViewer()
    const reader = stream.join(viewer)
    show(1, 2)
    reader.leave()
    viewer.take()
    show(3)
    expect(viewer.seen).toEqual(['1'])
  })

  it('sends everybody away when its camera is gone, and forgets the last picture', () => {
    const { stream, streams, show } = started()
    const viewers = [new FastViewer(), new SlowViewer()]
    for (const viewer of viewers) stream.join(viewer)
    show(1)
    streams.close('d_cam')
    expect(viewers.map(viewer => viewer.dropped)).toEqual(['camera-gone', 'camera-gone'])
    expect([streams.peek('d_cam'), streams.of('d_cam').latest, streams.viewers]).toEqual([undefined, undefined, 0])
  })
})

describe('the rooms', () => {
  it('are made when first needed, and not by looking', () => {
    const { streams } = started()
    expect(streams.peek('d_other')).toBeUndefined()
    expect(streams.of('d_other')).toBe(streams.of('d_other'))
    expect(streams.peek('d_other')).toBe(streams.of('d_other'))
  })

  it('are all closed at the end', () => {
    const { streams } = started()
    const viewers = ['d_1', 'd_2'].map(camera => {
      const viewer = new SlowViewer()
      streams.of(camera).join(viewer)
      return viewer
    })
    expect(streams.viewers).toBe(2)
    streams.closeAll()
    expect(viewers.map(viewer => viewer.dropped)).toEqual(['camera-gone', 'camera-gone'])
    expect(streams.viewers).toBe(0)
  })
})
