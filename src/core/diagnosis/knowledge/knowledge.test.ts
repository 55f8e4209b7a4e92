import { describe, expect, it } from 'vitest'
import { diagnoses } from '#texts/en/diagnoses.ts'
import { codeExamples } from '../code-examples.ts'
import { diagnosisText } from '../diagnosis-text.ts'
import { codeExample } from '../knowledge-row.ts'
import { libraries } from '../library.ts'
import { symptoms } from '../symptoms.ts'
import { knowledge, rowOf } from './knowledge.ts'

const facts = {
  base: 'https://gate.example.org',
  path: '/ws/esp32cam',
  headerLines: 7_507,
  repeats: 1_500,
  bytes: 70_000,
  addresses: ['203.0.113.7', '198.51.100.9'],
  looksLike: 'text',
}

describe('the table', () => {
  it('has one row for each symptom whoever dials, and none twice', () => {
    for (const symptom of Object.keys(symptoms)) expect(rowOf(symptom as never, 'unknown'), symptom).toBeDefined()
    const keys = knowledge.map(({ symptom, library }) => `${symptom} ${library}`)
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('uses the sentences of every symptom and library', () => {
    const written = Object.entries(diagnoses).flatMap(([symptom, libraries]) =>
      Object.keys(libraries).map(library => `${symptom} ${library}`),
    )
    expect(written.sort()).toEqual(knowledge.map(({ symptom, library }) => `${symptom} ${library}`).sort())
  })

  it.each(knowledge.map(row => [`${row.symptom}, ${row.library}`, row] as const))(
    'says %s in both languages, with a remedy of one line and the board’s own address',
    (_title, row) => {
      for (const language of ['en', 'fa'] as const) {
        const library = row.library === 'any' ? 'unknown' : row.library
        const texts = diagnosisText({ diagnosis: row.symptom, library, facts }, language)
        for (const text of [texts.sentence, texts.remedy]) {
          expect(text).not.toMatch(
            /\n|\{(?:url|base|host|port|door|begin|path|lines|repeats|kib|addresses|looksLike)\}/,
          )
          expect(text.length).toBeGreaterThan(10)
          expect(text.length).toBeLessThan(240)
          if (language === 'fa') expect(text).not.toMatch(/[يك]/)
        }
        expect(texts.snippet ?? '').not.toMatch(/\{(?:url|base|host|port|door|begin)\}/)
        if (row.code === codeExample) expect(texts.snippet).toMatch(/gate\.example\.org|Authorization/)
      }
    },
  )

  it('shows numbers and addresses as the reader writes them', () => {
    const grown = (language: 'en' | 'fa') =>
      diagnosisText({ diagnosis: 'headers_grown', library: 'arduino', facts }, language)
    expect(grown('en').sentence).toContain('1,500 times in one request (7,507 lines)')
    expect(grown('fa').sentence).toContain('۱٬۵۰۰ بار')
    expect(grown('fa').snippet).toContain('client.connect("wss://gate.example.org/ws/esp32cam");')
    const plain = diagnosisText(
      { diagnosis: 'no_token', library: 'links2004', facts: { base: 'http://192.168.1.5:3000' } },
      'en',
    )
    expect(plain.snippet).toContain('webSocket.begin("192.168.1.5", 3000, "/ws/pico");')
    expect(diagnosisText({ diagnosis: 'no_token', library: 'links2004', facts }, 'en').snippet).toContain(
      'webSocket.beginSSL("gate.example.org", 443, "/ws/esp32cam");',
    )
  })

  it('keeps code in a Persian sentence together, from left to right', () => {
    const texts = diagnosisText({ diagnosis: 'no_token', library: 'links2004', facts }, 'fa')
    expect(texts.remedy).toBe(
      '\u2066setAuthorization("Bearer <token>")\u2069 را پس از \u2066beginSSL()\u2069 صدا بزنید، نه پیش از آن.',
    )
    const message = diagnosisText({ diagnosis: 'auth_message_late', library: 'uwebsockets', facts }, 'fa').remedy
    expect(message).toContain('با \u2066?auth=message\u2069 نخستین پیام')
  })

  it('knows how every library dials', () => {
    expect(Object.keys(codeExamples).sort()).toEqual(['any', ...Object.keys(libraries)].sort())
  })
})
