import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fieldRules } from '../scripts/field-rules.ts'
import { generatedDocs } from '../scripts/generated-docs.ts'

const root = dirname(import.meta.dirname)
const read = (file: string): string => readFileSync(join(root, file), 'utf8')

/** The anchor that Markdown renderers make from a heading. */
const anchor = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-')

describe('documentation', () => {
  it.each(Object.entries(generatedDocs()))('docs/%s is what the code says (else: npm run docs)', (name, content) => {
    expect(read(`docs/${name}`)).toBe(content)
  })

  it.each(
    globSync(['*.md', 'docs/**/*.md', 'firmware/**/*.md', 'examples/**/*.md', 'bench/**/*.md'], { cwd: root }).filter(
      file => !file.includes('node_modules') && !file.includes('.build'),
    ),
  )('every link in %s leads somewhere', file => {
    const dead = [...read(file).matchAll(/\]\(([^)\s]+)\)/g)]
      .concat([...read(file).matchAll(/ (?:src|srcset)="([^"]+)"/g)])
      .map(match => match[1]!)
      .filter(link => !/^(https?|mailto|ws):/.test(link))
      .filter(link => {
        const [path = '', fragment] = link.split('#')
        const target = path === '' ? file : join(dirname(file), path)
        if (!existsSync(join(root, target))) return true
        return (
          fragment !== undefined &&
          target.endsWith('.md') &&
          ![...read(target).matchAll(/^#+ (.*)$/gm)].some(match => anchor(match[1]!) === fragment)
        )
      })
    expect(dead).toEqual([])
  })

  it('cites only field rules that docs/field-rules.md lists, and no rule by a letter', () => {
    const files = globSync(
      [
        '{src,dashboard/src,tests,bench,scripts}/**/*.{ts,tsx,css,sh}',
        'docs/**/*.md',
        '*.md',
        '{firmware,examples}/**/*.{md,py,ino,cpp,h}',
      ],
      { cwd: root },
    ).filter(file => !/node_modules|\.build|CHANGELOG/.test(file))
    // T, or F and a number: alone in parentheses, first or last in a list in parentheses, or after "see".
    const lettered = /\((?:T|F ?\d+)(?=[),;])|[,;] (?:T|F ?\d+)\)|\bsee F ?\d/g
    expect(files.flatMap(file => (read(file).match(lettered) ?? []).map(found => `${file}: ${found}`))).toEqual([])

    const listed = fieldRules().map(({ number }) => number)
    expect(listed).toEqual(Array.from({ length: 28 }, (_, index) => index + 1))
    const cited = files.flatMap(file =>
      [...read(file).matchAll(/field rules? (\d+(?:(?:, | and | or )\d+)*)/g)].flatMap(([, numbers = '']) =>
        numbers.split(/\D+/).map(number => ({ file, number: Number(number) })),
      ),
    )
    expect(cited.length).toBeGreaterThan(10)
    expect(cited.filter(({ number }) => !listed.includes(number))).toEqual([])
  })

  it('names tests that exist, in the threat model', () => {
    const proofs = [...read('docs/threat-model.md').matchAll(/`([\w./-]+\.ts)` "([^"|]+)"/g)]
    const missing = proofs.filter(
      ([, file = '', name = '']) => !existsSync(join(root, file)) || !read(file).includes(name),
    )
    expect(missing.map(([proof]) => proof)).toEqual([])
    // Every row of the threat model cites a test.
    const rows = read('docs/threat-model.md').match(/^\| (?!attacker)[^|\n]+\|[^|\n]+\|[^|\n]+\|[^|\n]+\|$/gm) ?? []
    expect(rows.filter(row => !/^\|[-|]+$/.test(row) && !row.includes('.ts`'))).toEqual([])
    expect(rows.length).toBeGreaterThan(40)
  })

  it('shows the two commands in the README', () => {
    expect(read('README.md')).toContain('npm ci && npm start')
    expect(read('README.md')).toContain('npm ci && npm test')
  })
})
