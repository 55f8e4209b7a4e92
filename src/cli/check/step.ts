import { type RemedyCode, remedies } from '#texts/en/check.ts'
import { type DialectName, dialects } from '../../simulator/dialects.ts'

export const stepNames = [
  'dns',
  'tcp',
  'tls',
  'health',
  'tokens',
  'handshake',
  'answer',
  'address',
  'no-token',
  'forged-token',
  'loopback',
  'ping',
  'protocol-ping',
  'keep-alive',
] as const

/** The steps of `--from-board`: those before any handshake, then the handshakes of the libraries, one by one. */
export const wayNames = stepNames.slice(0, 5)
export type BoardStepName = `board:${DialectName}`
export const boardStepNames = Object.keys(dialects).map(name => `board:${name}` as BoardStepName)

export type StepName = (typeof stepNames)[number] | BoardStepName

export type CheckVerdict = 'ok' | 'warning' | 'failed' | 'skipped'

/** The result of a step. `code` names the failure and selects its remedy. */
export interface CheckFinding {
  verdict: CheckVerdict
  /** One sentence. May quote received text: make it plain before printing. */
  says: string
  code?: RemedyCode
  remedy?: string
  facts?: Record<string, unknown>
}

export interface Step extends CheckFinding {
  step: StepName
  /** How long it took. */
  ms: number
}

export const ok = (says: string, facts?: Record<string, unknown>): CheckFinding => ({
  verdict: 'ok',
  says,
  ...(facts && { facts }),
})

export const skipped = (why: string): CheckFinding => ({ verdict: 'skipped', says: why })

export const failed = (code: RemedyCode, says: string, facts?: Record<string, unknown>): CheckFinding =>
  bad('failed', code, says, facts)

export const warning = (code: RemedyCode, says: string, facts?: Record<string, unknown>): CheckFinding =>
  bad('warning', code, says, facts)

const bad = (verdict: CheckVerdict, code: RemedyCode, says: string, facts?: Record<string, unknown>): CheckFinding => ({
  verdict,
  says,
  code,
  remedy: remedies[code],
  ...(facts && { facts }),
})
