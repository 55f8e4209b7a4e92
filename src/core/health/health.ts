import {
  type CheckStatus,
  type FindingCode,
  type HealthState,
  type Language,
  type Severity,
  severities,
} from '#protocol/vocabulary.ts'
import { findings as english } from '#texts/en/findings.ts'
import { findings as persian } from '#texts/fa/findings.ts'
import { moreTime } from '#texts/finding-texts.ts'
import { numberFormatsFor } from '#texts/number-formats.ts'
import type { Device } from '../devices/device.ts'
import type { ClockReading } from './board-clock.ts'
import { examine, isFinding } from './findings/examine.ts'
import { type FindingLimits, onlineMs } from './findings/finding.ts'
import type { FlightRecorders } from './flight-recorders.ts'
import type { Trace } from './trace.ts'

export interface HealthFinding {
  code: FindingCode
  severity: Severity
  title: string
  sentence: string
  evidence: string[]
  remedy: string
  since: number
  moments: readonly number[]
  numbers: Readonly<Record<string, number>>
}

/** A possible finding and its status. `needs`: the observation that an `unseen` finding still lacks. */
export interface Check {
  code: FindingCode
  title: string
  status: CheckStatus
  needs?: string
}

export interface Health {
  state: HealthState
  observedMs: number
  verdicts: HealthFinding[]
  checks: Check[]
  clock: ClockReading | undefined
  keepAlive: { idleMs: number; everyMs: number } | undefined
  trace: Trace
}

/** The health of a board in sentences, worst finding first. */
export function healthOf(
  flightRecorders: Pick<FlightRecorders, 'traceOf' | 'keepAliveOf'>,
  device: Device,
  limits: FindingLimits,
  language: Language,
): Health {
  const words = language === 'fa' ? persian : english
  const write = numberFormatsFor(language)
  const trace = flightRecorders.traceOf(device)
  const opinions = [...examine(trace, limits)]
  const verdicts = opinions
    .flatMap(([code, opinion]) => {
      if (!isFinding(opinion)) return []
      return [{ code, title: words[code].title, ...words[code].say(opinion.numbers, write), ...opinion }]
    })
    .sort((a, b) => severities.indexOf(b.severity) - severities.indexOf(a.severity))
  const observedMs = Math.round(onlineMs(trace))
  const tooShort = observedMs < limits.healthAfterMs
  const trouble = verdicts.some(({ severity }) => severity !== 'info')
  return {
    state: trouble ? 'trouble' : tooShort ? 'unseen' : 'well',
    observedMs,
    verdicts,
    checks: opinions.map(([code, opinion]) => {
      const status = isFinding(opinion) ? 'found' : opinion
      return {
        code,
        title: words[code].title,
        status,
        ...(status === 'unseen' && { needs: tooShort ? moreTime[language] : words[code].needs }),
      }
    }),
    clock: trace.clock,
    keepAlive: flightRecorders.keepAliveOf(device),
    trace,
  }
}
