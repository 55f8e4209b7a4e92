import { refusalFilter, refusalList } from '#protocol/api.ts'
import { readableDevices } from '../../../core/devices/journal-access.ts'
import { type Diagnosis, diagnosisText } from '../../../core/diagnosis/diagnosis-text.ts'
import { groupDiagnoses } from '../../../core/diagnosis/group-diagnoses.ts'
import { symptoms } from '../../../core/diagnosis/symptoms.ts'
import type { JournalRow } from '../../../core/journal/entry.ts'
import { answers, type Mount } from '../mount.ts'
import { readerOf } from '../reader.ts'

/** The most rows of each kind that are read. */
const rowsSeen = 1_000
const weekMs = 7 * 86_400_000

export function mountRefusals(mount: Mount): void {
  mount(
    'GET /api/refusals',
    {
      tags: ['journal'],
      summary: 'Who was turned away or broke off, why, and what to change',
      description:
        'One row for each address, library and diagnosis. A key with grants sees what concerns its devices, and nothing of the rest of the house.',
      request: { query: refusalFilter },
      responses: { 200: answers(refusalList, 'The newest first.') },
    },
    async c => {
      const { journal, registry, clock } = c.env.core
      const { device, since, limit } = c.req.valid('query')
      const deviceIds = readableDevices(c.var.principal, registry, device)
      const sinceMs = since ?? clock.now() - weekMs
      const rows = await Promise.all(
        ['refusal', 'gateway'].map(kind => journal.query({ kind, deviceIds, sinceMs, limit: rowsSeen })),
      )
      const reader = readerOf(c)
      const refusals = groupDiagnoses(rows.flat())
        .slice(0, limit)
        .map(({ diagnosis, row, count, firstAt }) => ({
          ...diagnosisText({ ...diagnosis, facts: { base: reader.base, ...diagnosis.facts } }, reader.language),
          code: codeOf(diagnosis),
          library: word(row, 'library'),
          address: row.address ?? null,
          saysItIs: word(row, 'saysItIs'),
          deviceId: row.deviceId ?? null,
          device: row.deviceId === undefined ? null : (registry.get(row.deviceId)?.name ?? null),
          path: diagnosis.facts.path ?? null,
          count,
          firstAt: new Date(firstAt).toISOString(),
          lastAt: new Date(row.at).toISOString(),
        }))
      return c.json({ refusals }, 200)
    },
  )
}

const codeOf = ({ diagnosis }: Diagnosis): string | null => (symptoms[diagnosis] as { code?: string }).code ?? null

const word = ({ data }: JournalRow, key: string): string | null => {
  const value = data?.[key]
  return typeof value === 'string' ? value : null
}
