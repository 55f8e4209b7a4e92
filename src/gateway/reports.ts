import { journalText } from '#texts/en/journal.ts'
import type { Log } from '../adapters/log/log.ts'
import type { Clock } from '../core/clock.ts'
import type { Core } from '../core/core.ts'
import type { FaultReport } from '../core/faults/faults.ts'
import { faultEvent } from '../core/journal/fault-event.ts'
import type { JournalWriter } from '../core/journal/journal-ports.ts'
import { RateLimit } from '../core/rate-limit.ts'
import type { StoreChange } from '../core/store-health.ts'

/** Logs that the store cannot be written and why; logs and notes that it can be again. */
export function reportStoreChange(log: Log, journal: JournalWriter, { away, forMs, error }: StoreChange): void {
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
}

/** Logs caught exceptions: the log works even when the journal cannot be written. */
export function logFault(log: Log, report: FaultReport): void {
  const { boundary, count, error, at, shape } = report
  log.error({ boundary, count, error, at, ...shape }, journalText(faultEvent(report)))
}

/** Logs each row of the journal. Returns a function that stops this. */
export function logJournal(log: Log, { journal, registry }: Core): () => void {
  return journal.follow(row => {
    const level = row.kind === 'message' || row.kind === 'traffic' ? 'debug' : 'info'
    if (!log.isLevelEnabled(level)) return
    const { kind, connectionId: connection, address, deviceId } = row
    log[level]({ kind, device: registry.get(deviceId ?? '')?.name ?? deviceId, connection, address }, row.text)
  })
}

/** Logs requests that failed because the store failed, at most one a minute. */
export function storeFailureLogger(log: Log, clock: Clock): (error: unknown) => void {
  const limit = new RateLimit(1, 1)
  return error => {
    if (limit.take('', clock.ticks()) === 0) log.error({ err: error }, 'the store failed for a request')
  }
}
