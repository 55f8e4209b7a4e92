import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type EntryKind, entryKinds } from '#protocol/vocabulary.ts'
import { journalInPersian } from './fa/journal.ts'
import { formatFor } from './format.ts'
import { sentenceOf, type TranslatableRow, wordsIn } from './journal-sentence.ts'

const row = (kind: EntryKind, data: Record<string, unknown> | null): TranslatableRow => ({
  kind,
  text: 'as the gateway wrote it',
  device: null,
  data,
})

const words = { en: undefined, fa: wordsIn(journalInPersian) }
const read = (language: 'en' | 'fa', entry: TranslatableRow): string =>
  sentenceOf(entry, words[language], formatFor(language)).replaceAll(/[\u2068\u2069]/g, '')

describe('a journal entry', () => {
  it.each([
    [row('connection.opened', { path: '/ws/pico', library: 'MicroPython' }), 'از /ws/pico آمد (MicroPython)'],
    [row('connection.closed', { code: 1006, by: 'board', seconds: 75 }), 'پس از ۱ دقیقه رفت (کد 1006)'],
    [
      row('traffic', { seconds: 60, frames: 594, frameBytes: 18_664_653, pongs: 6 }),
      'در ۱ دقیقه: ۵۹۴ تصویر، ۱۷٫۸ مگابایت، ۶ پاسخ پینگ',
    ],
    [
      row('command', {
        order: { type: 'servo', servo1: 72, servo2: 118 },
        by: 'Parisa',
        outcome: 'acknowledged',
        latencyMs: 84,
      }),
      'Parisa: سرووها به ۷۲° / ۱۱۸°، برد پس از ۸۴ میلی‌ثانیه پاسخ داد',
    ],
    [
      row('command', { order: { type: 'action', action: 'emergency_stop' }, by: 'host', outcome: 'ack_timeout' }),
      'host: ایست، انجام نشد (ack_timeout)',
    ],
    [
      row('act', { act: 'device.edit', by: 'host', name: 'roof', before: 'pico-ab12' }),
      'host نام pico-ab12 را roof گذاشت',
    ],
    [row('act', { act: 'enrolment.set', by: 'host', mode: 'open' }), 'host شیوهٔ ورود را همه گذاشت'],
    [row('gateway', { event: 'store_back', seconds: 75 }), 'دیسک پس از ۱ دقیقه دوباره نوشتنی شد'],
    [
      row('act', { act: 'person.link', by: 'Mina', name: 'Mina', provider: 'oidc', providerName: 'The firm' }),
      'Mina از این پس با The firm هم وارد می‌شود: حسابی آنجا همین نشانی را دارد',
    ],
    [
      row('gateway', { event: 'provider_changed', name: 'Mina', provider: 'oidc', providerName: 'The firm' }),
      'حساب دیگری در The firm نشانی Mina را دارد و راه داده نشد',
    ],
    [
      row('gateway', { event: 'sign_in_paused', name: 'Mina' }),
      'تلاش‌های زیادی برای ورود به جای Mina شد: دستگاه‌هایی که حساب آن‌ها را نمی‌شناسد باید صبر کنند',
    ],
    [row('gateway', { event: 'started', version: '0.1.0' }), 'دروازه آغاز به کار کرد، نسخهٔ 0.1.0'],
  ])('%j is told in Persian, and in English as it was written down and is searched', (entry, persian) => {
    expect(read('fa', entry)).toBe(persian)
    expect(read('en', entry)).toBe(entry.text)
  })

  it('of another version is shown as it was written down', () => {
    const strange = [
      row('gateway', { event: 'not yet invented' }),
      row('act', { act: 'device.approve', by: 'host' }),
      row('refusal', { code: 'handshake_invalid', error: 'HPE_INVALID_METHOD' }),
      row('traffic', { seconds: 60 }),
      row('message', null),
    ]
    for (const entry of strange.slice(0, 4)) expect(read('fa', entry)).toBe(entry.text)
    expect(() => read('fa', strange[4]!)).not.toThrow()
  })

  it('keeps what boards say apart from the sentence around it', () => {
    const entry = row('message', { type: 'log', message: 'سلام {{name}} $t(said.opened)' })
    expect(sentenceOf(entry, words.fa, formatFor('fa'))).toBe('گزارش: \u2068سلام {{name}} $t(said.opened)\u2069')
  })

  it.each(entryKinds)('of the kind %s is told whatever its facts are, and is never run', kind => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom('type', 'status', 'sensor_type', 'message', 'event', 'by', 'name', 'path', 'code', 'order'),
          fc.jsonValue({ maxDepth: 2 }),
          { noNullPrototype: true },
        ),
        data => {
          expect(typeof read('fa', row(kind, JSON.parse(JSON.stringify(data))))).toBe('string')
        },
      ),
    )
    const hostile = { toString: 1, valueOf: 'x' }
    expect(read('fa', row('message', { type: 'ack', status: hostile }))).toContain('{"toString":1,"valueOf":"x"}')
    expect(read('fa', row('message', { type: hostile }))).toContain('گفت')
    expect(read('fa', row('gateway', { event: 'constructor' }))).toBe('as the gateway wrote it')
  })

  const facts =
    'act addresses angle at boards by closed code connections count days error event frames from label latencyMs'
      .concat(
        ' leftOut library megabytes message mode name order outcome path pings route rows seconds sensor_type status',
      )
      .concat(' type until')
      .split(' ')

  it.each(entryKinds)('of the kind %s calls no method that stands in a fact', kind => {
    const hostile = { toString: {}, valueOf: {} }
    const everywhere = Object.fromEntries(facts.map(name => [name, hostile]))
    const known = { event: 'started', act: 'retention.set', type: 'log', outcome: 'acknowledged' }
    for (const value of [hostile, [hostile], { servo1: hostile, type: hostile }]) {
      const all = Object.fromEntries(facts.map(name => [name, value]))
      for (const data of [
        everywhere,
        all,
        { ...all, ...known },
        { ...all, ...known, act: 'device.edit', outcome: 'sent' },
      ])
        expect(typeof read('fa', row(kind, data))).toBe('string')
    }
  })
})
