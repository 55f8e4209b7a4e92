/* npm run docs: writes all pages of docs/ that are generated from the code. */
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { generatedDocs } from './generated-docs.ts'

for (const [name, content] of Object.entries(generatedDocs())) {
  writeFileSync(join(dirname(import.meta.dirname), 'docs', name), content)
  console.log(`docs/${name}`)
}
