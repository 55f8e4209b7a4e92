/* npm run docs: writes every page that is made from the code. */
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { generatedDocs } from './generated-docs.ts'

for (const [name, content] of Object.entries(generatedDocs())) {
  writeFileSync(join(dirname(import.meta.dirname), 'docs', name), content)
  console.log(`docs/${name}`)
}
