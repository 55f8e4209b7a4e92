import type { Cancel, Clock } from '../clock.ts'
import type { JournalStore } from '../journal/entry.ts'
import type { Limits } from '../limits.ts'

/** The journal is looked after this often; the first time soon after the start. */
const everyMs = 10 * 60_000
const firstAfterMs = 30_000

/** Removes what is too old or too much, in the background. Returns how to stop. */
export function keepJournalSmall(
  store: Pick<JournalStore, 'prune'>,
  clock: Clock,
  limits: Pick<Limits, 'journalMaxAgeMs' | 'journalMaxBytes'>,
  onError: (error: unknown) => void,
): Cancel {
  let cancel: Cancel = () => {}
  let stopped = false
  const tidy = async () => {
    try {
      await store.prune({ olderThanMs: clock.now() - limits.journalMaxAgeMs, maxBytes: limits.journalMaxBytes })
    } catch (error) {
      if (!stopped) onError(error)
    }
    if (!stopped) cancel = clock.after(everyMs, () => void tidy())
  }
  cancel = clock.after(Math.min(firstAfterMs, limits.journalMaxAgeMs), () => void tidy())
  return () => {
    stopped = true
    cancel()
  }
}
