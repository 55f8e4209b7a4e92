import { describe, expect, it } from 'vitest'
import { folded, needlesIn } from './fold.ts'

describe('text as it is compared', () => {
  it.each([
    ['يك كتاب', 'یک کتاب'],
    ['علی', 'على'],
    ['نگه‌داشته‌نشده', 'نگهداشتهنشده'],
    ['دادهٔ', 'داده'],
    ['خانۀ', 'خانه'],
    ['آمد', 'امد'],
    ['تأیید', 'تایید'],
    ['مسئول', 'مسیول'],
    ['۱۸٬۵۹۴', '18594'],
    ['۱۷٫۸', '17.8'],
    ['٤٥٦', '456'],
    ['\u2068Roof\u2069', 'ROOF'],
    ['بـــرد', 'برد'],
    ['Ünï', 'uni'],
    ['ﻻ', 'لا'],
  ])('takes %s and %s for the same', (one, other) => {
    expect(folded(one)).toBe(folded(other))
  })

  it.each([
    ['بام', 'دام'],
    ['12', '21'],
    ['a_b', 'a-b'],
    ['گاه', 'کاه'],
  ])('keeps %s and %s apart', (one, other) => {
    expect(folded(one)).not.toBe(folded(other))
  })

  it('parts a search at spaces and half-spaces, and finds nothing to look for in blanks', () => {
    expect(needlesIn('  می‌رود Roof ')).toEqual(['می', 'رود', 'roof'])
    expect(needlesIn(' \u200c \u200d')).toEqual([])
  })
})
