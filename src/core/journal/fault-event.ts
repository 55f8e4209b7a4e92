import { boundaryTexts } from '#texts/en/boundaries.ts'
import type { FaultReport } from '../faults/faults.ts'
import type { NotedEvent } from './entry.ts'

/** Exceptions that were caught at a boundary, as an event of the journal. */
export function faultEvent({ boundary, count, error, at, shape }: FaultReport): NotedEvent {
  const { device: deviceId, connection: connectionId, ...rest } = shape
  return {
    kind: 'gateway',
    deviceId,
    connectionId,
    data: { event: 'fault', boundary, count, error, at, ...rest },
    textFacts: { where: boundaryTexts[boundary] },
  }
}
