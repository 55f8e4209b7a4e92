import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { entryKinds } from '#protocol/vocabulary.ts'
import type { Device } from '../../src/core/devices/device.ts'
import { searcher } from '../../src/core/diagnosis/journal-search.ts'
import type { JournalQuery, JournalRow, Search } from '../../src/core/journal/entry.ts'
import type { Store } from '../../src/core/store.ts'
import { readable } from '../support/memory-store.ts'

const base = 1_800_000_000_000
const everything = { limit: 1_000 }
const keepAll = { olderThanMs: 0, maxBytes: Number.MAX_SAFE_INTEGER }

const row = (id: number, more: Partial<JournalRow> = {}): JournalRow => ({
  id,
  at: base + id,
  node: 'n_1',
  epoch: 1,
  kind: 'message',
  text: `row ${id}`,
  ...more,
})
const rows = (from: number, to: number, more: Partial<JournalRow> = {}) =>
  Array.from({ length: to - from + 1 }, (_, i) => row(from + i, more))
const ids = (found: JournalRow[]) => found.map(({ id }) => id)

/** Tests that every adapter of the port `JournalStore` must pass. */
export function journalContract(current: () => Store, restart: () => Promise<void>): void {
  describe('journal', () => {
    it('gives rows back as they were, newest first, after a restart too', async () => {
      const last = row(Number.MAX_SAFE_INTEGER, { at: base, text: '' })
      const full = row(2, {
        kind: 'connection.opened',
        deviceId: 'd_1',
        connectionId: 'c_1',
        address: '2001:db8::1',
        data: { nested: [1, 2.5, null, 'ü'], empty: {} },
      })
      await current().append([row(1), full])
      await current().append([last])
      await current().append([])
      await restart()
      expect(await current().query(everything)).toEqual([last, full, row(1)])
    })

    it('keeps any text and any data; a NUL in the text becomes U+FFFD', async () => {
      let id = 0
      const data = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ stringUnit: 'binary' }), {
        noNullPrototype: true,
      })
      await fc.assert(
        fc.asyncProperty(fc.string({ unit: 'binary' }), data, async (text, data) => {
          await current().append([row(++id, { text, data })])
          const [found] = await current().query({ limit: 1 })
          expect(found?.text).toBe(text.replaceAll('\0', '\ufffd'))
          expect(found?.data).toEqual(JSON.parse(JSON.stringify(data)))
        }),
      )
    })

    it('is read page by page without a gap or a repetition, while it grows', async () => {
      await current().append(rows(1, 25))
      const first = await current().query({ limit: 10 })
      await current().append(rows(26, 30))
      const second = await current().query({ limit: 10, beforeId: first.at(-1)!.id })
      const third = await current().query({ limit: 10, beforeId: second.at(-1)!.id })
      expect(ids([...first, ...second, ...third])).toEqual(Array.from({ length: 25 }, (_, i) => 25 - i))
    })

    it('is followed from an id on, oldest first', async () => {
      await current().append(rows(1, 12))
      expect(ids(await current().query({ limit: 3, afterId: 5 }))).toEqual([6, 7, 8])
      expect(ids(await current().query({ limit: 9, afterId: 5, beforeId: 8 }))).toEqual([6, 7])
      expect(await current().query({ limit: 3, afterId: 12 })).toEqual([])
    })

    it('answers at most 1,000 rows at once', async () => {
      await current().append(rows(1, 1_001))
      expect(await current().query({ limit: 5_000 })).toHaveLength(1_000)
    })

    it('takes a kind whole or up to a dot', async () => {
      await current().append(entryKinds.map((kind, i) => row(i + 1, { kind })))
      const found = async (kind: string) => (await current().query({ ...everything, kind })).map(({ kind }) => kind)
      expect(await found('connection')).toEqual(['connection.closed', 'connection.opened'])
      expect(await found('connection.opened')).toEqual(['connection.opened'])
      expect(await found('act')).toEqual(['act'])
      expect(await found('connect')).toEqual([])
      expect(await found('connection.')).toEqual([])
    })

    it('finds nothing for no devices, and the rows of each of many', async () => {
      await current().append(rows(1, 5).map(each => ({ ...each, deviceId: `d_${each.id}` })))
      await current().append([row(6)])
      const many = Array.from({ length: 40_000 }, (_, i) => `d_${i + 4}`)
      expect(await current().query({ ...everything, deviceIds: [] })).toEqual([])
      expect(ids(await current().query({ ...everything, deviceIds: many }))).toEqual([5, 4])
    })

    it('searches text in any case and any script, every character standing for itself', async () => {
      await current().append([
        row(1, { text: '100% of *Ünï_code* [x] \\o/' }),
        row(2, { text: 'برد پشت بام آمد' }),
        row(3),
      ])
      const found = async (text: string) => ids(await current().query({ ...everything, search: inEnglish(text) }))
      for (const needle of ['100% OF', 'ünÏ_CODE', 'uni_code', '*ü', '*]', '[x]', '\\O/ 100%', '0%']) {
        const expected = needle === '*]' ? [] : [1]
        expect(await found(needle), needle).toEqual(expected)
      }
      expect(await found('پشت بام')).toEqual([2])
      for (const needle of ['r_w', 'f*ü', '?ünï', '[*]ü', '1%ï', '100_ of'])
        expect(await found(needle), needle).toEqual([])
      expect(await found('')).toEqual([3, 2, 1])
    })

    it('searches what a Persian reader is told, put together from the facts of each row', async () => {
      const roof = { id: 'd_1', name: 'پشت‌بام', kind: 'pico', state: 'active', tags: [], source: 'claim', createdAt: 1 }
      await current().saveDevices([roof as Device])
      await current().append([
        row(1, { kind: 'connection.closed', deviceId: 'd_1', data: { code: 1006, by: 'board', seconds: 75 } }),
        row(2, { kind: 'traffic', deviceId: 'd_1', data: { seconds: 60, frames: 18_594, pongs: 6 } }),
        row(3, { kind: 'act', address: '192.0.2.7', data: { act: 'device.approve', by: 'پریسا', name: 'garden' } }),
        row(4, { kind: 'message', data: { type: 'log', message: 'دماي اتاق ۲۱ درجه، كولر خاموش شد' } }),
        row(5, { kind: 'gateway', data: { event: 'diagnosis', diagnosis: 'frame_desync', facts: {} } }),
        row(6, { kind: 'gateway', text: 'told in English only', data: { event: 'not yet invented' } }),
      ])
      const found = async (text: string) => ids(await current().query({ ...everything, search: inPersian(text) }))
      for (const [search, expected] of [
        ['پس از ۱ دقیقه رفت', [1]],
        ['1006', [1]],
        ['18594 تصویر', [2]],
        ['۱۸٬۵۹۴', [2]],
        ['پذیرفت', [3]],
        ['پريسا پذيرفت', [3]],
        ['garden ۱۹۲.۰.۲.۷', [3]],
        ['دمای کولر ٢١', [4]],
        ['نیمه‌کاره گام', []],
        ['گام جریان', [5]],
        ['english invented', []],
        ['english told', [6]],
        ['پشت‌بام', [2, 1]],
        ['پشت بام', [2, 1]],
        ['پشتبام رفت', [1]],
        ['تصویر پذیرفت', []],
      ] as const)
        expect(await found(search), search).toEqual(expected)
      expect(await current().query({ ...everything, search: inEnglish('پذیرفت') })).toEqual([])
      expect(ids(await current().query({ ...everything, search: inEnglish('stream lost') }))).toEqual([5])
      const page = { limit: 1, search: inPersian('پشت‌بام') }
      expect(ids(await current().query({ ...page, beforeId: 2 }))).toEqual([1])
      expect(ids(await current().query({ ...page, deviceIds: ['d_1'], kind: 'connection' }))).toEqual([1])
    })

    it('answers every combination of conditions like a filter over all rows', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(someRow, { minLength: 1, maxLength: 40 }),
          fc.array(someQuery, { minLength: 1, maxLength: 20 }),
          async (parts, queries) => {
            const from = (await current().lastId()) + 1
            const all = parts.map((part, i) => row(from + i, part as Partial<JournalRow>))
            await current().append(all)
            for (const { before, after, ...query } of queries) {
              const bounded: JournalQuery = { ...query, beforeId: from + before }
              if (after !== undefined) bounded.afterId = Math.max(from - 1, from - 1 + after)
              expect(ids(await current().query(bounded))).toEqual(ids(filtered(all, bounded, from)))
            }
            await current().prune({ olderThanMs: base * 2, maxBytes: Number.MAX_SAFE_INTEGER })
          },
        ),
        { numRuns: 60 },
      )
    })

    it('finds a span of time exactly, also where the clock was set back, in a long journal', async () => {
      const all = rows(1, 24_000).map(each => ({ ...each, at: each.id > 20_000 ? each.at - 15_000 : each.at }))
      await current().append(all)
      for (const [sinceMs, untilMs] of [
        [8_990, 9_000],
        [4_000, 4_010],
        [19_995, undefined],
        [undefined, 5],
        [100, 23_000],
        [30_000, undefined],
      ] as const) {
        const query: JournalQuery = { limit: 50 }
        if (sinceMs !== undefined) query.sinceMs = base + sinceMs
        if (untilMs !== undefined) query.untilMs = base + untilMs
        expect(ids(await current().query(query)), `${sinceMs} to ${untilMs}`).toEqual(ids(filtered(all, query, 0)))
        expect(ids(await current().query({ ...query, afterId: 0 }))).toEqual(
          ids(filtered(all, { ...query, afterId: 0 }, 0)),
        )
      }
    })

    it('searches a long journal to its end, in either direction, page by page', async () => {
      const isNeedle = (id: number) => id % 9_000 === 1
      const all = rows(1, 50_000).map(each => (isNeedle(each.id) ? { ...each, text: `a Nëedle ${each.id}` } : each))
      await current().append(all)
      const search = { search: inEnglish('nëEDLE'), limit: 2 }
      const seen: number[] = []
      for (let beforeId: number | undefined; ; beforeId = seen.at(-1)!) {
        const page = ids(await current().query({ ...search, beforeId }))
        seen.push(...page)
        if (page.length < 2) break
      }
      expect(seen).toEqual([45_001, 36_001, 27_001, 18_001, 9_001, 1])
      expect(ids(await current().query({ ...search, limit: 10, afterId: 1 }))).toEqual(seen.toReversed().slice(1))
      expect(
        ids(await current().query({ ...search, limit: 10, sinceMs: base + 9_001, untilMs: base + 40_000 })),
      ).toEqual(seen.slice(1, 5))
      expect(await current().query({ ...search, search: inEnglish('haystack') })).toEqual([])
    })

    it('takes a batch whole or not at all', async () => {
      await current().append(rows(1, 3))
      await expect(current().append([...rows(4, 9), row(2, { text: 'another row 2' })])).rejects.toThrow()
      expect(ids(await current().query(everything))).toEqual([3, 2, 1])
      await current().append(rows(4, 9))
      expect(await current().query(everything)).toHaveLength(9)
    })

    it('takes a batch again whose answer was lost, and keeps each row once', async () => {
      await current().append(rows(1, 3))
      await current().append([...rows(1, 3), row(4)])
      expect(await current().query(everything)).toEqual([4, 3, 2, 1].map(id => row(id)))
    })

    it('knows the highest id it ever got, after a restart and after forgetting everything', async () => {
      await current().append(rows(1, 42))
      expect(await current().lastId()).toBe(42)
      expect(await current().prune({ ...keepAll, olderThanMs: base * 2 })).toBe(42)
      await restart()
      expect(await current().query(everything)).toEqual([])
      expect(await current().lastId()).toBe(42)
    })

    it('forgets what was recorded before a moment, and nothing else', async () => {
      await current().append(rows(1, 3_000))
      await current().append([row(3_001, { at: 0, text: 'before the clock was set' })])
      expect(await current().prune({ ...keepAll, olderThanMs: base + 2_995 })).toBe(2_995)
      expect(ids(await current().query(everything))).toEqual([3_000, 2_999, 2_998, 2_997, 2_996, 2_995])
      expect(await current().prune({ ...keepAll, olderThanMs: base + 2_995 })).toBe(0)
    })

    it('forgets its oldest rows when it is too big, and keeps the newest', async () => {
      for (let from = 1; from < 12_000; from += 3_000)
        await current().append(rows(from, from + 2_999, { data: { pad: 'x'.repeat(500) } }))
      const removed = await current().prune({ olderThanMs: 0, maxBytes: 3 * 1024 * 1024 })
      const newest = await current().query({ limit: 1 })
      const oldest = await current().query({ limit: 1, afterId: 0 })
      expect(ids(newest)).toEqual([12_000])
      expect(ids(oldest)).toEqual([removed + 1])
      const kept = 12_000 - removed
      expect(kept * 700).toBeLessThan(3 * 1024 * 1024 * 1.2)
      expect(kept).toBeGreaterThan(1_000)
      expect(await current().prune({ olderThanMs: 0, maxBytes: 3 * 1024 * 1024 })).toBe(0)
    })

    it('takes and finds rows while it forgets others', async () => {
      await current().append(rows(1, 20_000))
      const pruned = current().prune({ ...keepAll, olderThanMs: base + 20_001 })
      for (let id = 20_001; id <= 20_050; id++) {
        await current().append([row(id)])
        expect(ids(await current().query({ limit: 1 }))).toEqual([id])
      }
      expect(await pruned).toBe(20_000)
      expect(await current().query(everything)).toHaveLength(50)
    })

    it('stops forgetting when it is closed, whatever it is just doing', async () => {
      let last = 0
      for (let moment = 0; moment < 6; moment++) {
        await current().append(rows(last + 1, last + 4_000, { data: { pad: 'x'.repeat(100) } }))
        last += 4_000
        const pruned = current().prune({ olderThanMs: 0, maxBytes: 0 })
        for (let passed = 0; passed < moment; passed++) await current().lastId()
        await restart()
        const removed = await pruned
        const [oldest] = await current().query({ limit: 1, afterId: 0 })
        expect(oldest?.id ?? last + 1).toBe(last - 4_000 + removed + 1)
        await current().prune({ ...keepAll, olderThanMs: base * 2 })
      }
    })
  })
}

const inEnglish = (text: string): Search => ({ text, language: 'en' })
const inPersian = (text: string): Search => ({ text, language: 'fa' })

const someText = fc.string({ unit: fc.constantFrom(...'aAbB%_\\*?[]^-üÜßéÉяЯش🙂 '), maxLength: 6 })
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })
const someDevice = fc.constantFrom('d_1', 'd_2', 'd_3')
const someAt = fc.integer({ min: base, max: base + 30 })

const someRow = fc.record({
  at: someAt,
  kind: fc.constantFrom(...entryKinds),
  deviceId: maybe(someDevice),
  text: someText,
})

const someQuery = fc.record({
  limit: fc.integer({ min: 1, max: 50 }),
  deviceIds: maybe(fc.array(someDevice, { maxLength: 3 })),
  kind: maybe(fc.constantFrom(...entryKinds, 'connection', 'nothing')),
  sinceMs: maybe(someAt),
  untilMs: maybe(someAt),
  search: maybe(
    fc.record({
      text: fc.oneof(
        someText,
        someText.map(text => [...text].slice(0, 1).join('')),
      ),
      language: fc.constantFrom('en' as const, 'fa' as const),
    }),
  ),
  before: fc.integer({ min: 1, max: 45 }),
  after: maybe(fc.integer({ min: 0, max: 40 })),
})

/** The expected result of a query, computed from an array. */
function filtered(all: JournalRow[], query: JournalQuery, from: number): JournalRow[] {
  const { deviceIds, kind, sinceMs = 0, untilMs = Infinity, search, beforeId = Infinity, afterId } = query
  const fits = search && searcher(search.text, search.language)
  const found = all.filter(
    each =>
      (!deviceIds || (each.deviceId !== undefined && deviceIds.includes(each.deviceId))) &&
      (kind === undefined || each.kind === kind || each.kind.startsWith(`${kind}.`)) &&
      each.at >= sinceMs &&
      each.at <= untilMs &&
      (fits?.(readable(each, null)) ?? true) &&
      each.id < beforeId &&
      each.id > (afterId ?? from - 1),
  )
  return (afterId === undefined ? found.toReversed() : found).slice(0, query.limit)
}
