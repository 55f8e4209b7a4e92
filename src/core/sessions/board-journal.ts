import type { JournalEvent } from '#protocol/journal-events.ts'
import { addressKey } from '../address.ts'
import type { Clock } from '../clock.ts'
import type { Device } from '../devices/device.ts'
import type { DeviceRegistry } from '../devices/device-registry.ts'
import type { DiagnosisFacts } from '../diagnosis/fill-placeholders.ts'
import type { Symptom } from '../diagnosis/symptoms.ts'
import type { NotedEvent } from '../journal/entry.ts'
import { redact, redactValue } from '../journal/redact.ts'
import type { Limits } from '../limits.ts'
import { RateLimit } from '../rate-limit.ts'
import { diagnosed, type FramingFault, leftOutEvent, trafficEvent } from './journal-rows.ts'
import { MessageRows } from './message-rows.ts'
import { wordOf } from './message-words.ts'
import type { PendingBuffers } from './pending-buffers.ts'
import type { MessageOutcome, Session, SessionJournal } from './session.ts'

/** Longest text of one board message that is written down, in characters. */
const textKept = 2_000

/** The journal that rows are written to. */
export interface RowJournal {
  note(event: NotedEvent): void
  /** Resolves when the readings noted so far are on disk. @throws the store's error */
  readingsCommitted(): Promise<void>
}

/** Writes the messages, diagnoses and traffic of boards to the journal, without secrets and within the row budgets. */
export class BoardJournal implements SessionJournal {
  readonly #clock: Clock
  readonly #journal: RowJournal
  readonly #registry: Pick<DeviceRegistry, 'isNew' | 'committed'>
  readonly #pending: PendingBuffers
  readonly #messageRows: MessageRows<Session>
  /** Limits the rows about pending boards, by address. */
  readonly #pendingRows: RateLimit
  /** Number of board messages written down, for the metrics. */
  messagesReceived = 0

  constructor(parts: {
    clock: Clock
    limits: Limits
    journal: RowJournal
    registry: Pick<DeviceRegistry, 'isNew' | 'committed'>
    pending: PendingBuffers
  }) {
    this.#clock = parts.clock
    this.#journal = parts.journal
    this.#registry = parts.registry
    this.#pending = parts.pending
    this.#messageRows = new MessageRows(parts.clock, parts.limits, (session, leftOut) =>
      this.note(session, leftOutEvent(leftOut, session.arrival.token)),
    )
    this.#pendingRows = new RateLimit(parts.limits.pendingRowsPerMinute, parts.limits.pendingRowBurst)
  }

  note(session: Session, event: JournalEvent): void {
    if (event.kind === 'message') this.messagesReceived++
    if (event.kind !== 'gateway' && !this.#mayWrite(session)) return
    this.#journal.note({
      ...event,
      deviceId: session.device.id,
      connectionId: session.id,
      address: session.arrival.address,
      presented: session.arrival,
    })
  }

  message(
    session: Session,
    type: unknown,
    what: string | (() => string),
    message: Record<string, unknown>,
    text: string,
  ): MessageOutcome {
    const { device } = session
    const { token } = session.arrival
    // The budget is checked before the text is searched for secrets: in a flood, that search would be most of the work.
    const mayBeLeftOut = type !== 'sensor_data' && device.state !== 'pending'
    if (mayBeLeftOut && !this.#messageRows.mayWrite(session, type)) return 'over_budget'
    const data =
      text.length <= textKept
        ? (redactValue(message, token) as Record<string, unknown>)
        : { raw: redact(text, token, textKept), cutAt: textKept }
    if (device.state === 'pending' && !this.#pending.keepMessage(device.id, data)) return 'not_kept'
    this.note(session, {
      kind: 'message',
      data: { ...data, type: wordOf(type, token, 64) || 'without a type' },
      textFacts: { sentence: typeof what === 'string' ? what : what() },
    })
    return 'written'
  }

  diagnosis(session: Session, symptom: Symptom, seen: string | FramingFault, facts?: DiagnosisFacts): void {
    if (!this.#mayWrite(session)) return
    const diagnosis = diagnosed(session.arrival, symptom, facts)
    this.note(
      session,
      typeof seen === 'string'
        ? { kind: 'gateway', data: { event: 'diagnosis', ...diagnosis }, textFacts: { sentence: seen } }
        : { kind: 'gateway', data: { event: 'protocol_error', ...diagnosis, ...seen } },
    )
  }

  /** Writes one row about the traffic since the last such row, and restarts the counters. */
  traffic(session: Session): void {
    const event = trafficEvent(session.takeTraffic(), this.#clock.ticks())
    if (event) this.note(session, event)
  }

  /** Resolves when the readings noted so far, and their device if it is new, are on disk. @throws the store's error */
  async readingsStored(device: Device): Promise<void> {
    const stored = this.#journal.readingsCommitted()
    await (this.#registry.isNew(device) ? Promise.all([stored, this.#registry.committed()]) : stored)
  }

  /** Called when the gateway stops: writes all pending summaries of left-out messages. */
  flush(): void {
    this.#messageRows.flush()
  }

  /** Whether a row about this session may be written: the pending boards of an address share one row budget. */
  #mayWrite({ device, arrival }: Session): boolean {
    return device.state !== 'pending' || this.#pendingRows.take(addressKey(arrival.address), this.#clock.ticks()) === 0
  }
}
