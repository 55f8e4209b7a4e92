import type { Device } from '../devices/device.ts'
import { recorded } from '../diagnosis/diagnosis-text.ts'
import type { DiagnosisFacts } from '../diagnosis/fill-placeholders.ts'
import type { Symptom } from '../diagnosis/symptoms.ts'
import { redactValue } from '../journal/redact.ts'
import type { Arrival } from './arrival.ts'
import type { LeftOut } from './message-rows.ts'
import type { TrafficCounters } from './traffic-counters.ts'

/** The text of a journal row, and its facts. */
type Row = readonly [text: string, data: Record<string, unknown>]

/** A diagnosis about an open connection, as facts of a row. */
export const diagnosed = (
  { library, path }: Arrival,
  diagnosis: Symptom,
  facts?: DiagnosisFacts,
): Record<string, unknown> => ({
  library,
  ...recorded({ diagnosis, library: 'unknown', facts: { path, ...facts } }),
})

const list = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')

export const openedRow = ({ path, library, headerLines, proxied }: Arrival, { state }: Device): Row => [
  `connected through ${path} (${library})`,
  { path, library, headerLines, proxied: proxied || undefined, state },
]

/** `broken`: the fault that the end shows, as facts. */
export const closedRow = (
  seconds: number,
  code: number,
  byGateway: boolean,
  broken: Record<string, unknown> | undefined,
): Row => [
  `disconnected after ${seconds} s (code ${code}, by the ${byGateway ? 'gateway' : 'board or the network'})`,
  { code, by: byGateway ? 'gateway' : 'board', seconds, ...broken },
]

/** Counts of the messages since the last such row that are too frequent for a row each; undefined for keep-alives only. */
export function trafficRow(traffic: TrafficCounters, ticks: number): Row | undefined {
  const counts = traffic.report()
  if (!counts) return undefined
  const seconds = Math.round((ticks - traffic.sinceTicks) / 1_000)
  return [`in ${seconds} s: ${list(counts)}`, { seconds, ...counts }]
}

/** Counts of messages that got no row. `token`: removed from the names of their types. */
export function leftOutRow(leftOut: LeftOut, token: string | undefined): Row {
  const clean = redactValue(leftOut, token) as LeftOut
  return [
    `sent more messages than are written down, left out: ${list(clean)}`,
    { event: 'messages_left_out', leftOut: clean },
  ]
}

export const contestedRow = (name: string, arrival: Arrival, addresses: readonly [string, string]): Row => [
  `Two boards use the token of ${name}, from ${addresses.join(' and ')}: steering pauses until the owner confirms or rotates it.`,
  { event: 'contested', addresses, ...diagnosed(arrival, 'two_boards_one_token', { addresses: [...addresses] }) },
]

export const sameBoardRow = (name: string): Row => [
  `is ${name} come back: its old connection did not answer`,
  { event: 'same_board' },
]

export const secondBoardRow = (name: string): Row => [
  `is a second board with the same shared token: ${name}`,
  { event: 'second_board' },
]
