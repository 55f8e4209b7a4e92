const pad = (number: number): string => String(number).padStart(2, '0')

/** `2026-11-23 22:12:00 +03:30` in this machine's time zone, or `2026-11-23 18:42:00Z`. Empty for an invalid time. */
export function formatTime(time: string | number | undefined | null, utc: boolean): string {
  if (time === undefined || time === null) return ''
  const at = new Date(time)
  if (Number.isNaN(at.getTime())) return ''
  if (utc) return `${at.toISOString().slice(0, 19).replace('T', ' ')}Z`
  const offset = -at.getTimezoneOffset()
  const [hours, minutes] = [Math.trunc(Math.abs(offset) / 60), Math.abs(offset) % 60]
  const day = `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`
  const clock = `${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}`
  return `${day} ${clock} ${offset < 0 ? '-' : '+'}${pad(hours)}:${pad(minutes)}`
}

const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 } as const

/** `90s`, `15m`, `12h`, `30d`, `2w`, `1h30m`, as milliseconds. Undefined for anything else, a bare number included. */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d|w))+$/.test(text)) return undefined
  let sum = 0
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d|w)/g))
    sum += Number(amount) * units[unit as keyof typeof units]
  return sum
}

/** The two largest units of a span: `3 d 4 h`, `1 h`, `59 s`, `250 ms`. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  let left = Math.round(ms / 1_000) * 1_000
  const parts: string[] = []
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    const amount = Math.floor(left / units[unit])
    left -= amount * units[unit]
    if (amount > 0) parts.push(`${amount} ${unit === 'm' ? 'min' : unit}`)
    else if (parts.length > 0) break
    if (parts.length === 2) break
  }
  return parts.join(' ')
}

/** A moment: how long ago (`2h`), or a date and time as ISO 8601 writes them. Undefined for anything else. */
export function parseMoment(text: string, now: number): number | undefined {
  const ago = parseDuration(text)
  if (ago !== undefined) return now - ago
  if (!/^\d{4}-\d{2}-\d{2}/.test(text)) return undefined
  // A bare day means the day in the reader's own time zone; Date would parse it as UTC.
  const at = new Date(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00` : text.replace(' ', 'T')).getTime()
  return Number.isNaN(at) ? undefined : at
}
