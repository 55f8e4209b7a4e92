import type { FaultSink } from '../../src/core/faults/faults.ts'

/** For tests that are not about faults: an exception that a boundary caught is thrown again, so that the test fails. */
export const noFaults: FaultSink = {
  caught(_boundary, error) {
    throw error
  },
}
