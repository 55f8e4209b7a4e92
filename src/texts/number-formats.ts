import type { Language } from '#protocol/vocabulary.ts'

/** Numbers as a reader of the language writes them. */
export interface NumberFormats {
  number(value: number, digits?: number): string
  percent(share: number): string
  /** A length of time, in the one unit that fits. */
  time(ms: number): string
  bytes(value: number): string
  date(ms: number): string
}

const units = {
  en: { ms: ' ms', s: ' s', min: ' min', h: ' h', d: ' days', B: ' B', kB: ' kB', MB: ' MB' },
  fa: {
    ms: ' میلی‌ثانیه',
    s: ' ثانیه',
    min: ' دقیقه',
    h: ' ساعت',
    d: ' روز',
    B: ' بایت',
    kB: ' کیلوبایت',
    MB: ' مگابایت',
  },
} as const

export function numberFormatsFor(language: Language): NumberFormats {
  const locale = language === 'fa' ? 'fa-IR' : 'en-GB'
  const unit = units[language]
  const number = (value: number, digits = 0) =>
    // For Persian, Intl adds a mark that keeps sign and digits together in a line that runs from right to left.
    new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value)
  const fitting = (value: number) => number(value, value < 10 ? 1 : 0)
  return {
    number,
    percent: share => (language === 'fa' ? `${number(share * 100)}٪` : `${number(share * 100)}%`),
    time(ms) {
      if (ms < 1_000) return number(ms) + unit.ms
      if (ms < 60_000) return fitting(ms / 1_000) + unit.s
      if (ms < 3_600_000) return fitting(ms / 60_000) + unit.min
      if (ms < 2 * 86_400_000) return fitting(ms / 3_600_000) + unit.h
      return fitting(ms / 86_400_000) + unit.d
    },
    bytes(value) {
      if (value < 1_024) return number(value) + unit.B
      if (value < 1_048_576) return fitting(value / 1_024) + unit.kB
      return number(value / 1_048_576, 1) + unit.MB
    },
    // The year stays Gregorian, as the board sent it.
    date: ms => new Intl.DateTimeFormat(`${locale}-u-ca-gregory`, { dateStyle: 'medium', timeZone: 'UTC' }).format(ms),
  }
}
