import type { ConnectionEvent, DiagnosisData, GatewayEvent, TrafficEvent } from '#protocol/journal-events.ts'
import type { Arrival } from '../arrival.ts'
import type { Device } from '../devices/device.ts'
import { recorded } from '../diagnosis/diagnosis-text.ts'
import type { DiagnosisFacts } from '../diagnosis/fill-placeholders.ts'
import type { Symptom } from '../diagnosis/symptoms.ts'
import { redactValue } from '../journal/redact.ts'
import type { LeftOut } from './message-rows.ts'
import type { TrafficCounters } from './traffic-counters.ts'

/** The row for bytes that are not WebSocket. `error`: the receiver's description. */
export type FramingFault = { error: string }

/** A diagnosis about an open connection, as the data of a journal row. */
export const diagnosed = ({ library, path }: Arrival, diagnosis: Symptom, facts?: DiagnosisFacts): DiagnosisData => ({
  library,
  ...recorded({ diagnosis, library: 'unknown', facts: { path, ...facts } }),
})

export const openedEvent = ({ path, library, headerLines, proxied }: Arrival, { state }: Device): ConnectionEvent => ({
  kind: 'connection.opened',
  data: { path, library, headerLines, proxied: proxied || undefined, state },
})

/** The row for the end of a connection. `broken`: the fault that this end shows. */
export const closedEvent = (
  seconds: number,
  code: number,
  byGateway: boolean,
  broken: DiagnosisData | undefined,
): ConnectionEvent => ({
  kind: 'connection.closed',
  data: { code, by: byGateway ? 'gateway' : 'board', seconds, ...broken },
})

/** The row that counts messages too frequent for a row each; undefined if there were only keep-alives. */
export function trafficEvent(traffic: TrafficCounters, ticks: number): TrafficEvent | undefined {
  const counts = traffic.report()
  if (!counts) return undefined
  return { kind: 'traffic', data: { seconds: Math.round((ticks - traffic.sinceTicks) / 1_000), ...counts } }
}

/** The row that counts messages without a row of their own. `token` is removed from the names of their types. */
export const leftOutEvent = (leftOut: LeftOut, token: string | undefined): GatewayEvent => ({
  kind: 'gateway',
  data: { event: 'messages_left_out', leftOut: redactValue(leftOut, token) as LeftOut },
})

export const contestedEvent = (name: string, arrival: Arrival, addresses: readonly [string, string]): GatewayEvent => ({
  kind: 'gateway',
  data: { event: 'contested', addresses, ...diagnosed(arrival, 'two_boards_one_token', { addresses: [...addresses] }) },
  textFacts: { name },
})
