import { z } from 'zod'
import { checkStatuses, clockKinds, healthStates, severities } from './vocabulary.ts'

/* The schemas of a board's health: its faults in plain words, in the language of Accept-Language. */

const time = z.iso.datetime().describe('ISO 8601, UTC.')

export const verdict = z
  .object({
    code: z.string().describe('One word for programs.'),
    severity: z.enum(severities),
    title: z.string(),
    sentence: z.string().describe('What is wrong.'),
    evidence: z.array(z.string()).describe('Why one thinks so.'),
    remedy: z.string().describe('What to do about it.'),
    since: time.describe('When it began, as far as the black box reaches back.'),
    moments: z.array(time).describe('When it happened: the last few times.'),
    numbers: z.record(z.string(), z.number()).describe('What the sentences are made of. Times end in Ms.'),
  })
  .meta({ id: 'Verdict' })
export type VerdictView = z.infer<typeof verdict>

const moment = z
  .looseObject({ kind: z.string(), at: time })
  .describe('opened, closed, rebooted, stalled, ordered, twin or adapted, with what belongs to it.')

export const health = z
  .object({
    device: z.string().describe('Its id.'),
    state: z
      .enum(healthStates)
      .describe('`well`: nothing found that costs anything. `unseen`: not enough seen yet to say so.'),
    online: z.boolean(),
    observedS: z.int().describe('How long it was online within its black box.'),
    verdicts: z.array(verdict).describe('Worst first.'),
    checks: z
      .array(
        z.object({
          code: z.string(),
          title: z.string(),
          status: z.enum(checkStatuses),
          needs: z.string().optional().describe('With `unseen`: what it would take to tell.'),
        }),
      )
      .describe('Everything that was looked for.'),
    clock: z
      .object({
        kind: z.enum(clockKinds).describe('`boot`: counts from its boot. `set`: shows the time of day.'),
        offsetMs: z.number().describe('What its clock says, less what the gateway’s says.'),
        driftPpm: z
          .number()
          .nullable()
          .describe('Parts per million it runs fast; null before it was watched for an hour.'),
        readAt: time,
      })
      .nullable()
      .describe('Its own clock beside the gateway’s; null when it never said the time.'),
    keepAlive: z
      .object({ idleMs: z.number(), everyMs: z.number() })
      .nullable()
      .describe('Something cuts its line after `idleMs` of silence, so the gateway speaks every `everyMs`.'),
    trace: z
      .object({
        events: z.array(moment),
        samples: z.array(
          z.object({
            from: time,
            to: time,
            memoryLeast: z.number().nullable(),
            memoryMost: z.number().nullable(),
            signalDbm: z.number().nullable(),
            roundTripMs: z.number().nullable(),
            frames: z.number(),
            frameBytes: z.number(),
            garbage: z.number().describe('Texts that were no JSON, binaries that were no picture.'),
            watched: z.number().describe('Share of the time in which somebody watched.'),
          }),
        ),
      })
      .optional()
      .describe('With `trace=true`: the black box itself, oldest first; the nearer the finer.'),
  })
  .meta({ id: 'Health' })
export type HealthView = z.infer<typeof health>

export const healthQuery = z.object({ trace: z.enum(['true', 'false']).default('false') })
