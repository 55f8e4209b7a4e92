import type { FaultSink } from '../../src/core/faults/faults.ts'

/** For tests of anything else: an exception at a boundary is the test's own. */
export const noFaults: FaultSink = {
  caught(_boundary, error) {
    throw error
  },
}
