import type { FaultSink } from '../../core/faults/faults.ts'

/** A connection that ended, and is cleaned up later. */
export interface DeferredClosing {
  /** Closes the socket and reports its end. */
  finishClose(): void
  readonly faults: FaultSink
}

/** Connections are cleaned up for this long, then other work gets its turn. */
const turnMs = 1

const waiting: DeferredClosing[] = []

/**
 * Calls `finishClose` in a later turn of the loop. Closing a socket takes the system 20 to 40 µs, and reporting a
 * board's end as much: when ten thousand ended in one moment, doing this while each end was read blocked the loop for
 * 300 ms (docs/decisions/0007-ways-tried.md).
 */
export function closeLater(closing: DeferredClosing): void {
  if (waiting.push(closing) === 1) setImmediate(finishSome)
}

function finishSome(): void {
  const until = performance.now() + turnMs
  let finished = 0
  do {
    const closing = waiting[finished++]!
    try {
      closing.finishClose()
    } catch (error) {
      closing.faults.caught('closing', error)
    }
  } while (finished < waiting.length && performance.now() < until)
  waiting.splice(0, finished)
  if (waiting.length > 0) setImmediate(finishSome)
}
