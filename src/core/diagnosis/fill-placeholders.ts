import { lookup } from '#protocol/lookup.ts'
import type { Language } from '#protocol/vocabulary.ts'
import { looksLike as english } from '#texts/en/diagnoses.ts'
import { looksLike as persian } from '#texts/fa/diagnoses.ts'

/** The facts of a refusal besides its symptom; they contain no secret. */
export interface DiagnosisFacts {
  /** The configured public URL, or else the base URL with the `Host` that the board requested. */
  base?: string | undefined
  /** The path that the board requested. */
  path?: string | undefined
  /** The number of lines in the request's header block. */
  headerLines?: number | undefined
  /** How often the most repeated header occurs. */
  repeats?: number | undefined
  headerBytes?: number | undefined
  /** The size of the refused message. */
  bytes?: number | undefined
  /** The addresses that used the same token. */
  addresses?: readonly string[] | undefined
  /** The bytes that came in place of a JPEG: a PNG, text, … */
  looksLike?: string | undefined
}

const digits = '۰۱۲۳۴۵۶۷۸۹'
const number = (value: number, language: Language): string =>
  language === 'en'
    ? value.toLocaleString('en')
    : value
        .toLocaleString('en')
        .replaceAll(/\d/g, digit => digits[+digit]!)
        .replaceAll(',', '٬')

/** Replaces placeholders such as `{url}`, `{base}`, `{host}`, `{door}`, `{begin}`, `{path}`, `{repeats}` by facts. */
export function fillPlaceholders(text: string, facts: DiagnosisFacts, language: Language): string {
  const base =
    facts.base !== undefined && URL.canParse(facts.base) ? new URL(facts.base) : new URL('http://YOUR-GATEWAY:3000')
  const secure = base.protocol === 'https:'
  const host = facts.base === undefined ? 'YOUR-GATEWAY' : base.hostname
  const at = `${host}${base.port === '' ? '' : `:${base.port}`}${base.pathname.replace(/\/$/, '')}`
  const boardPath = boardPathOf(facts.path)
  const values: Record<string, string | undefined> = {
    url: `${secure ? 'wss' : 'ws'}://${at}${boardPath}`,
    base: `${secure ? 'https' : 'http'}://${at}`,
    other: `${secure ? 'ws' : 'wss'}://${host}`,
    host,
    port: base.port || (secure ? '443' : '80'),
    door: `${base.pathname.replace(/\/$/, '')}${boardPath}`,
    begin: secure ? 'beginSSL' : 'begin',
    path: facts.path ?? '/',
    lines: facts.headerLines === undefined ? '?' : number(facts.headerLines, language),
    repeats: facts.repeats === undefined ? '?' : number(facts.repeats, language),
    kib: facts.bytes === undefined ? '?' : number(Math.ceil(facts.bytes / 1024), language),
    addresses: facts.addresses?.join(language === 'en' ? ' and ' : ' و ') ?? '',
    looksLike: lookup(looksLike[language], facts.looksLike ?? '') ?? facts.looksLike ?? '?',
  }
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => (Object.hasOwn(values, name) ? values[name]! : whole))
}

const looksLike = { en: english, fa: persian }

/** The path that the board should have requested, guessed from the path it did request. */
const boardPathOf = (path: string | undefined): string =>
  path === '/ws' || path === '/ws/esp32cam' || path === '/ws/pico'
    ? path
    : /cam|esp/i.test(path ?? '')
      ? '/ws/esp32cam'
      : '/ws/pico'
