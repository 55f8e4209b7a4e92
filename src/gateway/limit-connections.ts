import { openFilesLimit } from '../adapters/open-files.ts'
import type { Clock } from '../core/clock.ts'
import type { JournalWriter } from '../core/journal/journal-ports.ts'
import { ConnectionLimit } from '../transports/tcp/connection-limit.ts'

/**
 * File descriptors that public connections leave to the gateway. An idle gateway has 45 open, and 65 with every thread
 * that it starts later; 16 files of the page may be read at once; the rest is for the command line and a backup.
 */
const reserve = 96

/** The shortest interval between journal rows about refused connections, in ms. */
const noteEveryMs = 60_000

/** The limit of public connections that file descriptors allow this process. Undefined if the system sets no limit. */
export function limitConnections(
  journal: JournalWriter,
  clock: Clock,
  openFiles = openFilesLimit(),
): ConnectionLimit | undefined {
  if (openFiles === undefined) return undefined
  let notedTicks = Number.NEGATIVE_INFINITY
  let notedCount = 0
  const limit: ConnectionLimit = new ConnectionLimit(openFiles - reserve, () => {
    const ticks = clock.ticks()
    if (ticks - notedTicks < noteEveryMs) return
    const closed = limit.closed - notedCount
    notedTicks = ticks
    notedCount = limit.closed
    journal.note({
      kind: 'gateway',
      data: { event: 'connections_full', connections: limit.most, closed },
    })
  })
  return limit
}
