import type { FaultSink } from '../../core/faults/faults.ts'

/** Whose connection is over; `settle` does what is left to do. */
export interface DeferredClosing {
  settle(): void
  readonly faults: FaultSink
}

/** Farewell is bidden for this long, then others get their turn. */
const turnMs = 1

const leaving: DeferredClosing[] = []

/**
 * Has `leaver` settled soon. To close a socket takes the system 20 to 40 µs, and telling of a board's end as much: when
 * ten thousand went in one moment, doing so as each was read held up the loop for 300 ms (docs/decisions/0007-ways-tried.md).
 */
export function closeLater(leaver: DeferredClosing): void {
  if (leaving.push(leaver) === 1) setImmediate(settleSome)
}

function settleSome(): void {
  const until = performance.now() + turnMs
  let settled = 0
  do {
    const leaver = leaving[settled++]!
    try {
      leaver.settle()
    } catch (error) {
      leaver.faults.caught('closing', error)
    }
  } while (settled < leaving.length && performance.now() < until)
  leaving.splice(0, settled)
  if (leaving.length > 0) setImmediate(settleSome)
}
