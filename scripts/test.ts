/*
 * npm test: installs packages that the tests need, checks types and style, runs all tests, and lists slow and skipped
 * ones. The last line is `N passed, N failed`. Arguments are passed on to the test runner: npm test -- tests/rules, or
 * npm test -- --changed for the test files that import anything that differs from the last commit.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { buildDashboard } from './build-dashboard.ts'
import { checkTypesAndStyle, tool } from './check.ts'
import { installTestPackages } from './packages.ts'

const say = (line: string): void => console.log(line)

interface Report {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
  testResults: {
    name: string
    status: string
    startTime: number
    endTime: number
    message: string
    assertionResults: { fullName: string; status: string; meta?: { skippedBecause?: string } }[]
  }[]
}

installTestPackages(say)

const root = dirname(import.meta.dirname)
const filters = process.argv.slice(2)
let passed = 0
let failed = 0
const count = (name: string, fine: boolean): void => {
  say(`${fine ? 'ok' : 'FAILED'}: ${name}`)
  if (fine) passed++
  else failed++
}

if (filters.length === 0) {
  checkTypesAndStyle(count)
  // Several test files need the page. They start at the same moment, and each would build it.
  const built = buildDashboard(say).then(
    () => true,
    error => void console.error(error),
  )
  count('dashboard (vite)', (await built) === true)
}

const folder = mkdtempSync(join(tmpdir(), 'darvaza-report-'))
const file = join(folder, 'report.json')
const allRan = tool(
  'vitest/vitest.mjs',
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile=${file}`,
  ...filters,
)
let skipped = 0
let slowest: [seconds: number, file: string][] = []
const skippedBecause = new Map<string, number>()
try {
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report
  passed += report.numPassedTests
  failed += report.numFailedTests
  skipped = report.numPendingTests + report.numTodoTests
  if (filters.length === 0)
    slowest = report.testResults
      .map(({ name, startTime, endTime }): [number, string] => [(endTime - startTime) / 1_000, relative(root, name)])
      .sort(([one], [other]) => other - one)
      .slice(0, 10)
  for (const suite of report.testResults) {
    for (const test of suite.assertionResults) {
      if (!['skipped', 'pending', 'todo'].includes(test.status)) continue
      const reason =
        test.meta?.skippedBecause ??
        /not tested, because (.+)$/.exec(test.fullName)?.[1] ??
        `not said why: ${test.fullName}`
      skippedBecause.set(reason, (skippedBecause.get(reason) ?? 0) + 1)
    }
    // A file that could not be loaded counts as one failure, although none of its tests ran.
    if (suite.status === 'failed' && suite.assertionResults.every(test => test.status !== 'failed')) {
      say(`FAILED: ${suite.name}: ${suite.message.split('\n')[0]}`)
      failed++
    }
  }
} catch {
  say('FAILED: the test runner left no report')
  failed++
} finally {
  rmSync(folder, { recursive: true, force: true })
}
if (!allRan && failed === 0) failed++

for (const [seconds, name] of slowest) say(`SLOW: ${seconds.toFixed(0)} s: ${name}`)
for (const [reason, count] of skippedBecause) say(`SKIPPED: ${count} ${count === 1 ? 'test' : 'tests'}: ${reason}`)
say(skipped > 0 ? `${passed} passed, ${failed} failed, ${skipped} skipped` : `${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0
