import { type CheckOptions, check } from '../../src/cli/check/check.ts'
import type { Step, StepName } from '../../src/cli/check/step.ts'

export type Findings = Record<StepName, Step>

/** Runs `npx darvaza check` and returns its findings. 0.3 s suffice, as all servers are on this machine. */
export async function findings(options: Partial<CheckOptions> & { url: string }): Promise<Findings> {
  const found: Partial<Findings> = {}
  const { signal } = new AbortController()
  for await (const step of check({ seconds: 0.3, ...options, signal })) found[step.step] = step
  return found as Findings
}

/** The failed steps and those with a warning: name → code of the problem. */
export const wrongs = (found: Findings): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.values(found)
      .filter(({ verdict }) => verdict === 'failed' || verdict === 'warning')
      .map(({ step, code }) => [step, code]),
  )
