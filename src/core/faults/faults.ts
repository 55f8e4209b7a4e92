import type { Cancel, Clock } from '../clock.ts'
import { type BoundaryName, boundaryNames } from './boundaries.ts'
import { describeError, type ErrorDescription } from './describe.ts'

/** The shape of the input that led to a fault: sizes, counts and fixed words of the gateway, never a client's text. */
export interface FaultShape {
  method?: string
  /** The path, in which every segment that is not in the access table is replaced by `…`. */
  path?: string
  headers?: number
  headerBytes?: number
  /** Bytes received over the connection. */
  bytes?: number
  library?: string
  device?: string
  connection?: string
}

export interface FaultReport extends ErrorDescription {
  boundary: BoundaryName
  /** The number of faults since the last report of this boundary; the other fields describe the first of them. */
  count: number
  shape: FaultShape
}

/** Reports unforeseen exceptions. */
export interface FaultSink {
  /** Counts an exception; never throws. `shape` is called only if this exception is described. */
  caught(boundary: BoundaryName, error: unknown, shape?: () => FaultShape): void
}

/** Each boundary makes one report a minute: the first fault at once, then the number of further ones. */
const reportEveryMs = 60_000

interface Minute {
  count: number
  first: Omit<FaultReport, 'count'> | undefined
  end: Cancel
}

/** Counts exceptions caught at boundaries, and reports them to the journal and the log without ever flooding them. */
export class Faults implements FaultSink, Disposable {
  readonly #clock: Pick<Clock, 'after'>
  readonly #reporters: ((report: FaultReport) => void)[] = []
  readonly #counts = new Map<BoundaryName, number>(boundaryNames.map(name => [name, 0]))
  readonly #minutes = new Map<BoundaryName, Minute>()

  constructor(clock: Pick<Clock, 'after'>) {
    this.#clock = clock
  }

  /** The number of faults since the start, by boundary, for the metrics. */
  get counts(): ReadonlyMap<BoundaryName, number> {
    return this.#counts
  }

  /** From now on `reporter` receives each report too. */
  reportTo(reporter: (report: FaultReport) => void): void {
    this.#reporters.push(reporter)
  }

  caught(boundary: BoundaryName, error: unknown, shape?: () => FaultShape): void {
    this.#counts.set(boundary, this.#counts.get(boundary)! + 1)
    const minute = this.#minutes.get(boundary)
    if (!minute) {
      // The minute begins before the report, because a reporter that fails calls this method again.
      this.#begin(boundary)
      this.#report({ ...this.#describe(boundary, error, shape), count: 1 })
    } else {
      minute.count++
      minute.first ??= this.#describe(boundary, error, shape)
    }
  }

  /** Reports all faults that have not been reported yet. */
  [Symbol.dispose](): void {
    for (const { end, count, first } of this.#minutes.values()) {
      end()
      if (first) this.#report({ ...first, count })
    }
    this.#minutes.clear()
  }

  #begin(boundary: BoundaryName): void {
    const end = this.#clock.after(reportEveryMs, () => {
      const { count, first } = this.#minutes.get(boundary)!
      this.#minutes.delete(boundary)
      if (!first) return
      this.#begin(boundary)
      this.#report({ ...first, count })
    })
    this.#minutes.set(boundary, { count: 0, first: undefined, end })
  }

  #describe(
    boundary: BoundaryName,
    error: unknown,
    shapeOf: (() => FaultShape) | undefined,
  ): Omit<FaultReport, 'count'> {
    let shape: FaultShape = {}
    try {
      shape = shapeOf?.() ?? {}
    } catch {
      // Reading the shape of a broken object can fail; the rest is still reported.
    }
    return { boundary, ...describeError(error), shape }
  }

  #report(report: FaultReport): void {
    for (const reporter of this.#reporters) {
      try {
        reporter(report)
      } catch {
        // The fault is counted already, and a failure to report it cannot be reported either.
      }
    }
  }
}

/**
 * Runs `act` at its boundary. After an exception, `onFault` closes the connection concerned; an exception of `onFault`
 * is reported too. Each call makes a closure: code that runs for thousands of messages calls `caught` in its own `try`.
 */
export function atBoundary(
  faults: FaultSink,
  boundary: BoundaryName,
  act: () => void,
  onFault?: () => void,
  shape?: () => FaultShape,
): void {
  try {
    act()
  } catch (error) {
    faults.caught(boundary, error, shape)
    if (!onFault) return
    try {
      onFault()
    } catch (another) {
      faults.caught('closing', another, shape)
    }
  }
}

/** A clock whose timers never end the process: an exception in one is reported, and all others continue. */
export const guardedClock = (clock: Clock, faults: FaultSink): Clock => ({
  now: () => clock.now(),
  ticks: () => clock.ticks(),
  after: (delayMs, action) => clock.after(delayMs, () => atBoundary(faults, 'timer', action)),
})
