import { type CheckOptions, check } from '../../src/cli/check/check.ts'
import type { Step, StepName } from '../../src/cli/check/step.ts'

export type Findings = Record<StepName, Step>

/** What `npx darvaza check` finds. Short, as everything here is near. */
export async function findings(options: Partial<CheckOptions> & { url: string }): Promise<Findings> {
  const found: Partial<Findings> = {}
  const { signal } = new AbortController()
  for await (const step of check({ seconds: 0.3, ...options, signal })) found[step.step] = step
  return found as Findings
}

/** The steps that are not as they should be, by name, with what is wrong. */
export const wrongs = (found: Findings): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.values(found)
      .filter(({ verdict }) => verdict === 'failed' || verdict === 'warning')
      .map(({ step, code }) => [step, code]),
  )
