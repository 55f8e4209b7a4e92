import type { JournalRow } from '../journal/entry.ts'
import { type Diagnosis, readRecorded } from './diagnosis-text.ts'

/** All refusals of one board for one mistake: they are one thing to mend, however often the board tried. */
export interface DiagnosisGroup {
  diagnosis: Diagnosis
  /** The newest row of the group. */
  row: JournalRow
  count: number
  firstAt: number
}

/** Groups refusals and broken connections by address, library and diagnosis, newest first. `rows`: in any order. */
export function groupDiagnoses(rows: readonly JournalRow[]): DiagnosisGroup[] {
  const groups = new Map<string, DiagnosisGroup>()
  for (const row of rows) {
    const diagnosis = readRecorded(row.kind, row.data)
    if (!diagnosis) continue
    const key = [row.address, row.data?.library, diagnosis.diagnosis].join('|')
    const group = groups.get(key)
    if (!group) {
      groups.set(key, { diagnosis, row, count: 1, firstAt: row.at })
      continue
    }
    group.count++
    group.firstAt = Math.min(group.firstAt, row.at)
    if (row.id > group.row.id) Object.assign(group, { diagnosis, row })
  }
  return [...groups.values()].sort((one, other) => other.row.id - one.row.id)
}
