import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Language } from '#protocol/vocabulary.ts'
import { appearances as english } from '#texts/en/symptoms.ts'
import { appearances as persian } from '#texts/fa/symptoms.ts'
import { codeExamples } from '../src/core/diagnosis/code-examples.ts'
import { diagnosisText } from '../src/core/diagnosis/diagnosis-text.ts'
import { fillPlaceholders } from '../src/core/diagnosis/fill-placeholders.ts'
import { knowledge } from '../src/core/diagnosis/knowledge/knowledge.ts'
import type { KnowledgeRow } from '../src/core/diagnosis/knowledge-row.ts'
import { type LibraryId, libraries } from '../src/core/diagnosis/library.ts'
import { type SymptomRow, symptoms } from '../src/core/diagnosis/symptoms.ts'

const appearances = { en: english, fa: persian }

const begin = '<!-- From here on made from the code by `npm run docs`: a test fails when it is stale. -->'
const end = '<!-- The end of what is made from the code. -->'

/** A page of the guide. It is written by hand except for the part between its two marks, which is generated. */
export function troubleshooting(language: Language): string {
  const page = readFileSync(join(dirname(import.meta.dirname), 'docs/guide', language, 'troubleshooting.md'), 'utf8')
  const [before, rest] = page.split(begin)
  const after = rest?.split(end)[1]
  if (before === undefined || after === undefined) throw new Error(`the ${language} page lost its marks`)
  return `${before}${begin}\n\n${bySymptom(language)}\n\n${byLibrary(language)}\n\n${end}${after}`
}

/** The section that shows, for each library, the code that connects and sends the token. */
function byLibrary(language: Language): string {
  const title = { en: 'How each library shows its token', fa: 'هر کتابخانه توکنش را چگونه نشان می‌دهد' }[language]
  const ways = (Object.keys(libraries) as LibraryId[])
    .filter(id => id !== 'darvaza')
    .flatMap(id => [
      rtl(`**${libraries[id]}**`, language),
      indented(fillPlaceholders(codeExamples[id], example(id), language)),
    ])
  return [rtl(`## ${title}`, language), ...ways].join('\n\n')
}

function bySymptom(language: Language): string {
  const sights = Map.groupBy(knowledge, ({ symptom }) => appearances[language][symptom])
  const order = [...new Set(Object.values(appearances[language]))]
  return order
    .flatMap(sees => [rtl(`## ${sees}`, language), ...sights.get(sees)!.map(row => entry(row, language))])
    .join('\n\n')
}

/** Sample addresses and numbers for the placeholders. */
const example = (library: KnowledgeRow['library']) => ({
  base: 'http://192.168.1.10:3000',
  path: library === 'arduino' ? '/ws/esp32cam' : '/ws/pico',
  headerLines: 207,
  repeats: 40,
  addresses: ['192.168.1.20', '192.168.1.21'],
  looksLike: 'other',
})

function entry(row: KnowledgeRow, language: Language): string {
  const { symptom, library } = row
  const texts = diagnosisText(
    { diagnosis: symptom, library: library === 'any' ? 'unknown' : library, facts: example(library) },
    language,
  )
  const { code } = symptoms[symptom] as SymptomRow
  const about = [...(library === 'any' ? [] : [libraries[library]]), ...(code ? [`\`${code}\``] : [])].join(', ')
  const words = `**${escaped(texts.sentence)}**${about && ` (${about})`}  \n${escaped(texts.remedy)}`
  return texts.snippet === null ? rtl(words, language) : `${rtl(words, language)}\n\n${indented(texts.snippet)}`
}

const indented = (code: string): string => code.replaceAll(/^(?=.)/gm, '    ')

/** Escapes `<`, because Markdown would take `<token>` for HTML. */
const escaped = (text: string): string => text.replaceAll('<', '&lt;')

const rtl = (text: string, language: Language): string =>
  language === 'fa' ? `<div dir="rtl" lang="fa">\n\n${text}\n\n</div>` : text
