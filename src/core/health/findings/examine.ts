import { type FindingCode, findingCodes, type Severity, severities } from '#protocol/vocabulary.ts'
import type { Trace } from '../trace.ts'
import type { Examination, Finding, FindingLimits, Judgement } from './finding.ts'
import { clockUnset, tokenShared } from './identity.ts'
import { flapping, halfOpen, idleCut, weakSignal, wifiStalls } from './network.ts'
import { brownOut, memoryLeak, rebooting } from './power.ts'
import { cameraStarving, desync, garbage } from './stream.ts'

const examinations: { readonly [Code in FindingCode]: Examination } = {
  token_shared: tokenShared,
  brown_out: brownOut,
  rebooting,
  memory_leak: memoryLeak,
  idle_cut: idleCut,
  half_open: halfOpen,
  flapping,
  wifi_stalls: wifiStalls,
  weak_signal: weakSignal,
  camera_starving: cameraStarving,
  desync,
  garbage,
  clock_unset: clockUnset,
}

/** Each finding and the other findings that it explains: those are left out when it is present. */
const explains: { readonly [Code in FindingCode]?: readonly FindingCode[] } = {
  brown_out: ['rebooting'],
  token_shared: ['flapping', 'half_open', 'idle_cut'],
  idle_cut: ['flapping'],
}

/** All verdicts about a trace, in the order of display. */
export function examine(trace: Trace, limits: FindingLimits): Map<FindingCode, Judgement> {
  const opinions = new Map(findingCodes.map(code => [code, examinations[code](trace, limits)] as const))
  for (const [code, explained] of Object.entries(explains))
    if (isFinding(opinions.get(code as FindingCode)))
      for (const other of explained) if (isFinding(opinions.get(other))) opinions.set(other, 'clear')
  return opinions
}

export const isFinding = (opinion: Judgement | undefined): opinion is Finding => typeof opinion === 'object'

/** The worst finding among the verdicts. */
export function severityOf(trace: Trace, limits: FindingLimits): Severity | undefined {
  const worst = Math.max(
    -1,
    ...[...examine(trace, limits).values()].filter(isFinding).map(({ severity }) => severities.indexOf(severity)),
  )
  return severities[worst]
}
