import type { Cancel, Clock } from '../clock.ts'
import type { JournalStore } from '../journal/entry.ts'
import type { Limits } from '../limits.ts'

/** The interval between cleanups of the journal; the first cleanup is soon after the start. */
const everyMs = 10 * 60_000
const firstAfterMs = 30_000

/** Removes journal rows that are too old or too many, in the background. Returns the function that stops it. */
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
