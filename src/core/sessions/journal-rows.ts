import type { Device } from '../devices/device.ts'
import { redactValue } from '../journal/redact.ts'
import type { Arrival } from './arrival.ts'
import { diagnosed } from './broken.ts'
import type { LeftOut } from './message-rows.ts'
import type { TrafficCounters } from './traffic-counters.ts'

/** What a journal row says, and its facts. */
type Told = readonly [text: string, data: Record<string, unknown>]

const list = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')

export const openedRow = ({ path, library, headerLines, proxied }: Arrival, { state }: Device): Told => [
  `connected through ${path} (${library})`,
  { path, library, headerLines, proxied: proxied || undefined, state },
]

/** `broken`: what the end shows to be wrong, as facts. */
export const closedRow = (
  seconds: number,
  code: number,
  byGateway: boolean,
  broken: Record<string, unknown> | undefined,
): Told => [
  `disconnected after ${seconds} s (code ${code}, by the ${byGateway ? 'gateway' : 'board or the network'})`,
  { code, by: byGateway ? 'gateway' : 'board', seconds, ...broken },
]

/** Tells what went by since the last such row, of which each message would be too frequent for a row; nothing for keep-alives. */
export function trafficRow(traffic: TrafficCounters, ticks: number): Told | undefined {
  const counts = traffic.report()
  if (!counts) return undefined
  const seconds = Math.round((ticks - traffic.sinceTicks) / 1_000)
  return [`in ${seconds} s: ${list(counts)}`, { seconds, ...counts }]
}

/** Tells of messages that have no row of their own. `token`: what the board presented, struck from what it says. */
export function leftOutRow(leftOut: LeftOut, token: string | undefined): Told {
  const clean = redactValue(leftOut, token) as LeftOut
  return [
    `sent more messages than are written down, left out: ${list(clean)}`,
    { event: 'messages_left_out', leftOut: clean },
  ]
}

export const contestedRow = (name: string, arrival: Arrival, addresses: readonly [string, string]): Told => [
  `Two boards use the token of ${name}, from ${addresses.join(' and ')}: steering pauses until the owner confirms or rotates it.`,
  { event: 'contested', addresses, ...diagnosed(arrival, 'two_boards_one_token', { addresses: [...addresses] }) },
]

export const sameBoardRow = (name: string): Told => [
  `is ${name} come back: its old connection did not answer`,
  { event: 'same_board' },
]

export const secondBoardRow = (name: string): Told => [
  `is a second board with the same shared token: ${name}`,
  { event: 'second_board' },
]
