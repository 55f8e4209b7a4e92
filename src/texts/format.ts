import type { Language } from '#protocol/vocabulary.ts'

/** Numbers, times and sizes as the reader writes them. */
export interface Format {
  language: Language
  number(value: number, digits?: number): string
  /** Byte counts, 1 kB = 1,024 B as boards count their memory. */
  bytes(value: number): string
  /** Milliseconds, to a tenth below 10 ms. */
  ms(value: number): string
  degrees(value: number): string
  dbm(value: number): string
  /** Jalali for Persian readers, Gregorian for others. */
  dateTime(at: number): string
  date(at: number): string
  time(at: number): string
  /** The Gregorian date to show beside a Jalali one; undefined where dates are Gregorian already. */
  gregorian(at: number): string | undefined
  ago(at: number, now: number): string
  /** A length of time in its two largest units. */
  duration(seconds: number): string
}

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

export function formatFor(language: Language): Format {
  const persian = language === 'fa'
  const locale = persian ? 'fa-IR' : 'en-GB'
  const dated = persian ? 'fa-IR-u-ca-persian' : 'en-GB'
  const numbers = [0, 1, 2].map(
    digits => new Intl.NumberFormat(locale, { maximumFractionDigits: digits, minimumFractionDigits: digits }),
  )
  const number = (value: number, digits = 0) => numbers[digits]!.format(value)
  const unit = (name: string, digits = 0, display: 'short' | 'narrow' | 'long' = 'short') => {
    const format = new Intl.NumberFormat(locale, {
      style: 'unit',
      unit: name,
      unitDisplay: display,
      maximumFractionDigits: digits,
    })
    return (value: number) => format.format(value)
  }
  // In Persian, the long names of these units are Persian words; the short names are Latin abbreviations.
  const size = persian ? 'long' : 'short'
  const kilobytes = unit('kilobyte', 0, size)
  const megabytes = unit('megabyte', 1, size)
  const plainBytes = unit('byte', 0, size)
  const milliseconds = unit('millisecond')
  const tenths = unit('millisecond', 1)
  const day = { day: 'numeric', month: 'short', year: 'numeric' } as const
  const clock = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const
  const dateTime = new Intl.DateTimeFormat(dated, { day: 'numeric', month: 'short', ...clock })
  const date = new Intl.DateTimeFormat(dated, day)
  const time = new Intl.DateTimeFormat(dated, clock)
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'long' })
  const lengths = {
    day: unit('day', 0, 'long'),
    hour: unit('hour', 0, 'long'),
    minute: unit('minute', 0, 'long'),
    second: unit('second', 0, 'long'),
  }

  return {
    language,
    number,
    bytes: value =>
      value < 1_024 ? plainBytes(value) : value < 1_048_576 ? kilobytes(value / 1_024) : megabytes(value / 1_048_576),
    ms: value => (value < 9.95 ? tenths(Math.max(0, value)) : milliseconds(value)),
    degrees: value => `${number(Math.round(value))}°`,
    dbm: value => `${number(Math.round(value))} dBm`,
    dateTime: at => dateTime.format(at),
    date: at => date.format(at),
    time: at => time.format(at),
    gregorian: at => (persian ? new Date(at).toLocaleDateString('sv-SE') : undefined),
    ago(at, now) {
      const seconds = (at - now) / 1_000
      for (const [name, length] of steps) {
        if (Math.abs(seconds) >= length) return relative.format(Math.trunc(seconds / length), name)
      }
      return relative.format(Math.min(0, Math.round(seconds)), 'second')
    },
    duration(seconds) {
      const whole = Math.max(0, Math.round(seconds))
      const parts: string[] = []
      const days = Math.floor(whole / 86_400)
      const hours = Math.floor((whole % 86_400) / 3_600)
      const minutes = Math.floor((whole % 3_600) / 60)
      if (days) parts.push(lengths.day(days))
      if (hours) parts.push(lengths.hour(hours))
      if (minutes && !days) parts.push(lengths.minute(minutes))
      if (parts.length === 0) parts.push(lengths.second(whole))
      return parts.slice(0, 2).join(persian ? ' و ' : ' ')
    },
  }
}
