import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type FailureCode, failures } from '../../errors/errors.ts'
import { diagnosisText, readRecorded, recorded } from './diagnosis-text.ts'
import { libraries, libraryNamed, libraryOf } from './library.ts'
import { looksLike, symptomOf, symptomOfBytes, symptomOfFrame } from './recognise.ts'
import { symptoms } from './symptoms.ts'

const header = fc.oneof(
  fc.string({ maxLength: 300 }),
  fc.constantFrom('Bearer', 'Bearer Bearer x', '"', 'dvz_p_', "b'"),
)
const headers = fc.dictionary(
  fc.oneof(
    fc.string({ maxLength: 40 }),
    fc.constantFrom('host', 'origin', 'authorization', 'sec-websocket-key', 'user-agent', 'connection'),
  ),
  header,
)
const codes = fc.constantFrom(...(Object.keys(failures) as FailureCode[]))
const anyBytes = fc.uint8Array({ maxLength: 2_000 })

describe('recognising', () => {
  it('whatever comes, is one of the table’s symptoms, or nothing for who is no board', () => {
    fc.assert(
      fc.property(
        codes,
        headers,
        fc.option(header, { nil: undefined }),
        fc.boolean(),
        fc.boolean(),
        (code, given, token, proxied, byMessage) => {
          const { id, name } = libraryOf(given)
          expect(name.length).toBeLessThanOrEqual(60)
          expect(id === 'unknown' || id in libraries).toBe(true)
          const symptom = symptomOf({ code, library: id, headers: given, token, proxied, byMessage })
          if (symptom === undefined) return
          expect(symptoms).toHaveProperty(symptom)
          const diagnosis = { diagnosis: symptom, library: id, facts: { base: given.host, path: given.origin } }
          for (const language of ['en', 'fa'] as const) {
            const texts = diagnosisText(diagnosis, language)
            expect(texts.remedy.length).toBeGreaterThan(0)
          }
          const back = readRecorded('refusal', JSON.parse(JSON.stringify({ ...recorded(diagnosis), library: name })))
          expect(back).toMatchObject({ diagnosis: symptom, library: libraryNamed(name) })
        },
      ),
      { numRuns: 1_000 },
    )
  })

  it('takes time in proportion to hostile headers and bytes', () => {
    const long = 'authorization: \r'.repeat(20_000)
    // Patterns that backtrack would take minutes here, and the test would time out.
    symptomOfBytes('HPE_INVALID_METHOD', `\r\n${long}`)
    symptomOf({
      code: 'token_malformed',
      library: 'unknown',
      headers: { authorization: '"'.repeat(200_000) },
      token: '',
      proxied: false,
      byMessage: false,
    })
    symptomOf({
      code: 'token_unknown',
      library: 'unknown',
      headers: {},
      token: `dvz_p_${'.-'.repeat(100_000)}`,
      proxied: false,
      byMessage: false,
    })
    libraryOf(Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`origin ${'-host '.repeat(10_000)}${at}`, ''])))
    expect(libraryOf({}).id).toBe('unknown')
  })

  it('bytes and frames are always something', () => {
    fc.assert(
      fc.property(anyBytes, fc.string(), fc.string(), fc.nat(3), (bytes, error, says, heard) => {
        expect(symptoms).toHaveProperty(symptomOfBytes(error, Buffer.from(bytes).toString('latin1')))
        expect(symptoms).toHaveProperty(symptomOfFrame(heard > 1 ? 1009 : 1002, says, heard))
        expect(looksLike(bytes).length).toBeLessThan(6)
      }),
    )
  })

  it('never believes a board about a diagnosis', () => {
    expect(readRecorded('message', { diagnosis: 'no_token', facts: {} })).toBeUndefined()
    expect(readRecorded('refusal', { diagnosis: 'toString' })).toBeUndefined()
  })
})
