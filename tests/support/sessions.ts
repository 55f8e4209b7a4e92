import type { JournalRow } from '../../src/core/journal/entry.ts'
import { Core, type CoreOptions, type FakeBoard } from './core.ts'

export const seconds = 1_000
export const minutes = 60 * seconds

export const notes = (core: Core, event: string) => core.store.rows().filter(row => row.data?.event === event)

export async function started(options: CoreOptions = {}): Promise<Core> {
  const core = await Core.start(options)
  core.sessions.start()
  return core
}

/** Advances the clock by `ms` while these boards answer the gateway's pings, as real boards do. */
export function live(core: Core, ms: number, ...boards: FakeBoard[]): void {
  for (let left = ms; left > 0; left -= seconds) {
    core.clock.advance(Math.min(seconds, left))
    for (const board of boards) {
      const received = board.connection.sent.splice(0)
      if (!board.session.closed && received.some(({ type }) => type === 'ping')) board.say({ type: 'pong' })
    }
  }
}

/** The journal's rows of one kind. */
export const kept = (core: Core, kind: JournalRow['kind'] = 'message') =>
  core.store.rows().filter(row => row.kind === kind)
