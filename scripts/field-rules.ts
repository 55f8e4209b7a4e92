import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** One thing that boards in the field need. Its text is the title of its test file in tests/rules. */
export interface FieldRule {
  number: number
  sentence: string
  file: string
}

/** All field rules, ordered by number. Throws if a test file has no title of the form `rule 7: …`. */
export function fieldRules(): FieldRule[] {
  const folder = join(dirname(import.meta.dirname), 'tests/rules')
  return globSync('rule-*.test.ts', { cwd: folder })
    .map(file => {
      const title = /^describe\('rule (\d+): ([^']+)'/m.exec(readFileSync(join(folder, file), 'utf8'))
      if (!title) throw new Error(`${file} has no title of the form 'rule 7: …'`)
      const [, number = '', sentence = ''] = title
      return { number: Number(number), sentence, file }
    })
    .sort((one, other) => one.number - other.number)
}
