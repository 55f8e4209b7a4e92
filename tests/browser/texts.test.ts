import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import en from '../../dashboard/src/i18n/en/en.ts'
import fa from '../../dashboard/src/i18n/fa/fa.ts'

const source = join(import.meta.dirname, '../../dashboard/src')

interface Tree {
  [key: string]: string | Tree
}

const flat = (tree: Tree, prefix = ''): Record<string, string> =>
  Object.assign(
    {},
    ...Object.entries(tree).map(([key, value]) =>
      typeof value === 'string' ? { [prefix + key]: value } : flat(value, `${prefix}${key}.`),
    ),
  )
const english = flat(en as Tree)
// Journal rows are stored in English, so only other languages need texts for them.
const { journalRows: _rows, ...pages } = fa as Tree
const persian = flat(pages)
const holes = (text: string): string[] => (text.match(/\{\{\w+\}\}/g) ?? []).sort()

/** All text keys written literally in the pages' source. every-page.test.ts covers keys that are built at run time. */
function named(): string[] {
  const keys = new Set<string>()
  for (const file of globSync('**/*.{ts,tsx}', { cwd: source })) {
    const text = readFileSync(join(source, file), 'utf8')
    for (const [, key] of text.matchAll(/\bt\(\s*'([\w.]+)'/g)) keys.add(key!)
  }
  return [...keys]
}

describe('the texts of the dashboard', () => {
  it('say the same things in English and in Persian', () => {
    expect(Object.keys(persian).sort()).toEqual(Object.keys(english).sort())
  })

  it('fill in the same facts in both languages', () => {
    const different = Object.keys(english).filter(key => `${holes(english[key]!)}` !== `${holes(persian[key] ?? '')}`)
    expect(different).toEqual([])
  })

  it('know every key that a page asks for', () => {
    const missing = named().filter(key => !(key in english) && !(`${key}_other` in english))
    expect(missing).toEqual([])
  })

  it('are Persian in Persian: no Latin digits, no Arabic letters that Persian writes otherwise', () => {
    const odd = Object.entries(flat(fa as Tree)).filter(
      ([, text]) => /[يك]/.test(text) || /(?<![\w#.{])\d(?![\w}])/.test(text.replace(/\{\{\w+\}\}/g, '')),
    )
    expect(odd).toEqual([])
  })
})
