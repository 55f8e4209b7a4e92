import { describe, expect, it } from 'vitest'
import { sessionDays } from '#protocol/durations.ts'
import { DarvazaError, errorBody, type Failure, type FailureCode, failures, languageOf } from './errors.ts'

const rows = Object.entries(failures) as [FailureCode, Failure][]

/** HTTP statuses that boards, tools and other projects rely on. */
const promised: Partial<Record<FailureCode, number>> = {
  token_missing: 401,
  token_malformed: 401,
  token_unknown: 401,
  token_wrong_kind: 403,
  token_revoked: 403,
  device_blocked: 403,
  device_removed: 403,
  enrolment_closed: 403,
  pending_full: 503,
  probes_full: 429,
  rate_limited: 429,
  upgrade_required: 426,
  not_found: 404,
  method_not_allowed: 405,
  key_missing: 401,
  key_unknown: 401,
  key_expired: 401,
  forbidden: 403,
  tls_required: 403,
  invalid_request: 400,
  invalid_json: 400,
  body_too_large: 413,
  device_not_found: 404,
  device_offline: 409,
  device_pending: 409,
  device_contested: 409,
  ack_timeout: 504,
  superseded: 409,
  command_expired: 409,
  lease_held: 409,
  angle_unknown: 400,
  changed_since_seen: 409,
  wrong_state: 409,
  name_taken: 409,
  name_invalid: 400,
  no_frame: 404,
  shutting_down: 503,
  internal: 500,
}

describe('the table of failures', () => {
  it.each(Object.entries(promised))('answers %s with %i, as promised', (code, status) => {
    expect(failures[code as FailureCode]?.status).toBe(status)
  })

  it.each(rows)('%s says what is wrong and what to do, in English and in Persian', (code, { message, hint }) => {
    expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/)
    for (const text of [message, hint]) {
      for (const sentence of Object.values(text)) {
        expect(sentence).toBe(sentence.trim())
        expect(sentence.length).toBeGreaterThan(10)
        expect(sentence).not.toContain('\n')
      }
      expect(text.en).not.toMatch(/[\u0600-\u06ff]/)
      // The text is Persian: it has two letters of the script in a row, and no Arabic kaf or yeh, which Persian lacks.
      expect(text.fa).toMatch(/[\u0600-\u06ff]{2,}/)
      expect(text.fa).not.toMatch(/[كي]/)
    }
    // The hint may begin or end with a command to type; the message is always a sentence.
    expect(message.en).toMatch(/^[A-Z"].*[.!]$/)
    expect(message.fa).toMatch(/[.!؟]$/)
    expect(message.en).not.toBe(hint.en)
  })

  it.each(rows)('%s has a status that HTTP knows, and a close code for who is told over a socket', (code, failure) => {
    expect(failure.status).toBeGreaterThanOrEqual(400)
    expect(failure.status).toBeLessThan(600)
    const { closeCode } = failure
    const known = closeCode === undefined || [1001, 1002, 1009, 1011].includes(closeCode) || closeCode >= 4_000
    expect(known).toBe(true)
    // Boards always connect again: only a page receives a code that forbids it to reconnect by itself.
    expect(closeCode ?? 0).toBeLessThan(code === 'pages_too_many' ? 5_000 : 4_500)
  })

  it('keeps the close codes that boards in the field know', () => {
    const codes = (name: FailureCode) => (failures[name] as Failure).closeCode
    for (const name of ['token_missing', 'token_unknown', 'token_revoked', 'device_blocked', 'device_removed'] as const)
      expect(codes(name), name).toBe(4001)
    expect([codes('too_much_traffic'), codes('replaced'), codes('silent'), codes('viewer_too_slow')]).toEqual([
      4008, 4009, 4010, 4011,
    ])
    expect(codes('shutting_down')).toBe(1001)
  })

  it('names the length of a session as it is', () => {
    const { hint } = failures.session_missing
    expect(hint.en).toContain(` ${sessionDays} days`)
    expect(hint.fa).toContain(` ${new Intl.NumberFormat('fa').format(sessionDays)} روز`)
  })

  it('says each thing once', () => {
    for (const language of ['en', 'fa'] as const) {
      const sentences = rows.map(([, { message }]) => message[language])
      expect(new Set(sentences).size).toBe(sentences.length)
    }
  })
})

describe('an error', () => {
  it('carries the code, the sentence, the status and the details', () => {
    const error = new DarvazaError('changed_since_seen', { details: { address: '203.0.113.7' } })
    expect(error).toMatchObject({
      name: 'DarvazaError',
      code: 'changed_since_seen',
      status: 409,
      message: failures.changed_since_seen.message.en,
      details: { address: '203.0.113.7' },
    })
    expect(new DarvazaError('rate_limited', { retryAfterS: 3 }).retryAfterS).toBe(3)
  })

  it('has a body of one shape in either language, with details where there are any', () => {
    const { message, hint } = failures.no_frame
    expect(errorBody('no_frame')).toEqual({ status: 'error', code: 'no_frame', message: message.en, hint: hint.en })
    expect(errorBody('no_frame', 'fa', { id: 1 })).toEqual({
      status: 'error',
      code: 'no_frame',
      message: message.fa,
      hint: hint.fa,
      id: 1,
    })
  })
})

describe('the language of an answer', () => {
  it.each([
    [undefined, 'en'],
    ['', 'en'],
    ['fa', 'fa'],
    ['fa-IR,fa;q=0.9,en-US;q=0.8,en;q=0.7', 'fa'],
    ['en-US,en;q=0.9,fa;q=0.8', 'en'],
    ['de, FA-ir', 'fa'],
    ['fa, en', 'fa'],
    ['en, fa', 'en'],
    ['de-DE, fr', 'en'],
    ['en;q=0.1, fa;q=0.9', 'fa'],
    ['fa;q=0, en', 'en'],
    ['fa;q=0', 'en'],
    ['fan, fat', 'en'],
    ['*', 'en'],
  ])('asked for as %j is %s', (accept, language) => {
    expect(languageOf(accept)).toBe(language)
  })
})
