import { boundaryTexts } from '#texts/en/boundaries.ts'
import type { FaultReport } from '../faults/faults.ts'
import type { NotedEvent } from './entry.ts'

/** Makes a journal event from a report of exceptions that were caught at a boundary. */
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
