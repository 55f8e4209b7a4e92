import { journalFilter, journalPage } from '#protocol/api.ts'
import { entryKinds } from '#protocol/vocabulary.ts'
import { entryView } from '../../../core/dashboard/entry-view.ts'
import { readableDevices } from '../../../core/devices/journal-access.ts'
import { readCursor, writeCursor } from '../cursor.ts'
import { invalid } from '../failures.ts'
import { answers, type Mount } from '../mount.ts'
import { readerOf } from '../reader.ts'

export function mountJournal(mount: Mount): void {
  mount(
    'GET /api/journal',
    {
      tags: ['journal'],
      summary: 'What happened, newest first',
      description: 'A key with grants sees what its devices did, and nothing of the rest of the house.',
      request: { query: journalFilter },
      responses: { 200: answers(journalPage, 'A page of it.') },
    },
    async c => {
      const { journal, registry } = c.env.core
      const { device, kind, since, until, q, limit, cursor, after } = c.req.valid('query')
      if (kind !== undefined && !kinds.has(kind))
        throw invalid({ path: 'kind', message: `one of ${[...kinds].join(', ')}` })
      const reader = readerOf(c)
      const rows = await journal.query({
        deviceIds: readableDevices(c.var.principal, registry, device),
        kind,
        sinceMs: since,
        untilMs: until,
        search: q === undefined ? undefined : { text: q, language: reader.language },
        limit,
        beforeId: cursor === undefined ? undefined : readCursor(cursor, 'number')[0],
        afterId: after,
        signal: c.req.raw.signal,
      })
      const last = after === undefined && rows.length === limit ? rows.at(-1) : undefined
      return c.json(
        {
          entries: rows.map(row => entryView(row, registry, reader)),
          nextCursor: last ? writeCursor(last.id) : null,
        },
        200,
      )
    },
  )
}

/** The kinds that a filter may name: every kind of entry, and the part of every kind before its dot. */
const kinds: ReadonlySet<string> = new Set(entryKinds.flatMap(kind => [kind, kind.split('.')[0]!]))
