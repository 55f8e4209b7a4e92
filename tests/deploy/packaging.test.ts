import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'

const shipped = (name: string): string =>
  readFileSync(join(dirname(dirname(import.meta.dirname)), 'deploy', name), 'utf8')

it('the service and the container have a memory limit', () => {
  expect(shipped('darvaza.service')).toMatch(/^MemoryHigh=\d+M\nMemoryMax=\d+G$/m)
  expect(shipped('compose.yaml')).toMatch(/^ {4}mem_limit: \d+g$/m)
})

it('the image is built on one that can be pinned, and has the page or is not built', () => {
  const lines = shipped('Dockerfile').split('\n')
  expect(lines.filter(line => line.startsWith('FROM '))).toEqual([expect.stringMatching(/^FROM \$\{BASE\}$/)])
  expect(lines.find(line => line.startsWith('RUN sh bin/with-node scripts/build-dashboard.ts'))).not.toMatch(/;|\|\|/)
})
