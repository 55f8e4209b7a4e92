import type { Log } from '../adapters/log/log.ts'
import type { Cancel } from '../core/clock.ts'
import type { JournalWriter } from '../core/journal/journal-ports.ts'
import type { StoreHealth } from '../core/store-health.ts'

/** Says in the log when the store cannot be written and why, and in the log and the journal when it can be again. */
export function reportHealth(health: StoreHealth, journal: JournalWriter, log: Log): Cancel {
  return health.onChange(({ away, forMs, error }) => {
    if (away) {
      log.error({ err: error }, 'the data folder cannot be written: boards go on, changes are refused')
      return
    }
    const seconds = Math.round(forMs / 1_000)
    log.warn(`the data folder can be written again, after ${seconds} s`)
    journal.note({
      kind: 'gateway',
      data: { event: 'store_back', seconds },
    })
  })
}
