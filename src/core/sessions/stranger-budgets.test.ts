import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../../tests/support/fake-clock.ts'
import { defaultLimits } from '../limits.ts'
import type { StrangerBudget } from './stranger-budget.ts'
import { StrangerBudgets } from './stranger-budgets.ts'

const seconds = 1_000

/** Strangers whose messages take as long as the test sets. */
function together() {
  const clock = new FakeClock()
  const strangers = new StrangerBudgets(clock, defaultLimits)
  const connect = (mayWait: boolean, who: object | string | undefined = {}) => {
    const log = { readOns: 0, closed: 0, cut: 0, handled: 0, goesOn: true }
    const stranger: StrangerBudget = strangers.connect(who, {
      mayWait,
      stop: () => {
        log.goesOn = false
      },
      readOn: () => {
        log.readOns++
        log.goesOn = true
      },
      close: () => log.closed++,
      destroy: () => log.cut++,
    })
    /** One read with one message, which takes `ms` if the message is handled, and `skippedMs` if not. */
    const read = (ms: number, { bytes = 100, skippedMs = 0 } = {}) => {
      if (!log.goesOn) return
      if (stranger.begin(bytes)) {
        const isHandled = stranger.admits('binary', bytes, true)
        if (isHandled) log.handled++
        clock.stall(isHandled ? ms : skippedMs)
      }
      log.goesOn = stranger.end(bytes)
    }
    return { stranger, log, read }
  }
  return { clock, strangers, connect }
}

describe('strangers together', () => {
  it('get a tenth of a core, whoever of them asks for more', () => {
    const { clock, connect } = together()
    const boards = Array.from({ length: 20 }, () => connect(false))
    const began = clock.ticks()
    let busyMs = 0
    while (clock.ticks() - began < 60 * seconds) {
      for (const { read } of boards) {
        const before = clock.ticks()
        read(2)
        busyMs += clock.ticks() - before
      }
      clock.advance(20)
    }
    const handled = boards.map(({ log }) => log.handled)
    expect(busyMs).toBeLessThan(6_600)
    expect(busyMs).toBeGreaterThan(4_000)
    // The strangers take turns: none of them gets much more than another.
    expect(Math.max(...handled)).toBeLessThan(Math.min(...handled) * 1.5)
  })

  it('leave their share to one that uses little, beside others that use all they get', () => {
    const { clock, strangers, connect } = together()
    const loud = Array.from({ length: 20 }, () => connect(false))
    const quiet = connect(false)
    for (let turn = 0; turn < 3_000; turn++) {
      for (const { read } of loud) read(2)
      if (turn % 50 === 0) quiet.read(0.2)
      clock.advance(20)
    }
    expect(quiet.log.handled).toBeGreaterThanOrEqual(57)
    expect(strangers.counters.dropped).toBeGreaterThan(10_000)
  })

  it('wait for their turn to be read where they may, and all of them get one', () => {
    const { clock, strangers, connect } = together()
    const boards = Array.from({ length: 50 }, () => connect(true))
    for (let turn = 0; turn < 1_000; turn++) {
      for (const { read } of boards) read(3)
      clock.advance(20)
    }
    expect(strangers.counters.waited).toBeGreaterThan(100)
    for (const { log } of boards) {
      expect(log.readOns).toBeGreaterThan(0)
      expect(log.closed).toBe(0)
    }
  })

  it('are never stopped from being read where they are cameras', () => {
    const { clock, strangers, connect } = together()
    const camera = connect(false)
    for (let turn = 0; turn < 1_000; turn++) {
      camera.read(20)
      expect(camera.log.goesOn).toBe(true)
      clock.advance(20)
    }
    expect(strangers.counters.waited).toBe(0)
  })

  it('are closed, the most expensive first, where even skipping what they send costs more than their share', () => {
    const { clock, connect } = together()
    const flooding = Array.from({ length: 10 }, () => connect(false))
    const usual = Array.from({ length: 10 }, () => connect(false))
    for (let turn = 0; turn < 200; turn++) {
      for (const { read, log } of flooding) if (log.closed === 0) read(5, { skippedMs: 5 })
      for (const { read } of usual) read(0.05)
      clock.advance(20)
    }
    expect(flooding.filter(({ log }) => log.closed > 0).length).toBeGreaterThanOrEqual(8)
    expect(usual.every(({ log }) => log.closed === 0)).toBe(true)
  })

  it('are not closed for a pause of the process, however long it is', () => {
    const { clock, connect } = together()
    const board = connect(false)
    for (let turn = 0; turn < 10; turn++) {
      board.read(400)
      clock.advance(2 * seconds)
    }
    expect(board.log.closed).toBe(0)
    expect(board.log.handled).toBe(10)
  })

  it('are cut where they go on after the Close, and not while a picture is on its way', () => {
    const { connect } = together()
    const camera = connect(false)
    camera.read(0, { bytes: 1_000_001 })
    expect(camera.log).toMatchObject({ closed: 1, cut: 0 })
    for (let read = 0; read < 4; read++) camera.read(0, { bytes: 64 * 1024 })
    expect(camera.log).toMatchObject({ cut: 0, handled: 0 })
    camera.read(0, { bytes: 1 })
    expect(camera.log).toMatchObject({ closed: 1, cut: 1 })
  })

  it('are read on once they are no strangers any more', () => {
    const { connect } = together()
    const board = connect(true)
    for (let read = 0; read < 5; read++) board.read(20)
    expect(board.log.goesOn).toBe(false)
    board.stranger.leave()
    expect(board.log.readOns).toBe(1)
  })

  it('have one budget for each device and for each address that tests, and one for each socket without a token', () => {
    const { strangers, connect } = together()
    const device = {}
    const texts = (who: object | string | undefined) => {
      const { stranger } = connect(true, who)
      let count = 0
      while (count < 100 && stranger.mayHandleText()) count++
      stranger.leave()
      return count
    }
    expect([texts(device), texts(device), texts({})]).toEqual([50, 0, 50])
    expect([texts('203.0.113.7'), texts('203.0.113.7'), texts('203.0.113.8')]).toEqual([50, 0, 50])
    expect([texts(undefined), texts(undefined)]).toEqual([50, 50])
    expect(strangers.size).toBe(0)
  })

  it('have large texts counted before they are decoded, and fragments with the message they belong to', () => {
    const { clock, connect } = together()
    const { stranger } = connect(true)
    while (stranger.mayHandleText()) {}
    expect(stranger.admits('text', 2_000, true)).toBe(false)
    expect(stranger.admits('text', 10, false)).toBe(false)
    expect(stranger.admits('control', 5, true)).toBe(true)
    expect(stranger.admits('continuation', 10, false)).toBe(false)
    clock.advance(1_000)
    stranger.begin(20)
    // The message of this frame was dropped.
    expect(stranger.admits('continuation', 10, true)).toBe(false)
    expect(stranger.admits('text', 10, false)).toBe(true)
    expect(stranger.admits('continuation', 10, true)).toBe(true)
  })
})
