import type { TestGateway } from './gateway.ts'
import { until } from './until.ts'

// biome-ignore lint/suspicious/noExplicitAny: tests look into entries of every shape
export type Entry = any

/** The last entries, newest first. `query`: the query string of `GET /api/journal`, without the question mark. */
export async function journal(gateway: TestGateway, query = ''): Promise<Entry[]> {
  const { status, body } = await gateway.api('GET', `/api/journal?limit=1000&${query}`)
  if (status !== 200) throw new Error(`no journal: ${JSON.stringify(body)}`)
  return body.entries
}

/** Waits for an entry that `match`es and returns the newest: entries are written some milliseconds after the event. */
export function entry(gateway: TestGateway, match: (entry: Entry) => boolean, query = ''): Promise<Entry> {
  return until('the entry in the journal', async () => (await journal(gateway, query)).find(match))
}
