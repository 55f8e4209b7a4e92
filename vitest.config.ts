import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Tests that need a process of their own: they measure its heap, or replace a function of a class for a while. */
const alone = [
  'src/adapters/people/password-check.test.ts',
  'src/core/own-copy.test.ts',
  'src/transports/tcp/request-head.test.ts',
  'tests/attack/boundaries.test.ts',
  'tests/trust/limits.test.ts',
]

/** The longest files start first, so that none runs on after all others. CONTRIBUTING.md explains why they are long. */
const longest = [
  'tests/install/bare-system.test.ts',
  'tests/browser/every-page.test.ts',
  'tests/browser/every-dialog.test.ts',
  'tests/browser/journeys.test.ts',
  'tests/people/attacks-sign-in.test.ts',
  'tests/browser/cockpit.test.ts',
  'tests/deploy/shipped.test.ts',
  'tests/firmware/gateway.test.ts',
  'tests/browser/crowd.test.ts',
  'tests/firmware/pico-line.test.ts',
  'tests/cli/gateway.test.ts',
].map(file => join(import.meta.dirname, file))

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const place = longest.indexOf(moduleId)
      return place === -1 ? longest.length : place
    }
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b))
  }
}

export default defineConfig({
  test: {
    // Tests wait about half of the time for a board, a process or a page. Two files per core keep all cores busy.
    maxWorkers: Math.min(2 * availableParallelism(), 8),
    sequence: { sequencer: LongestFirst },
    // These limits are for a busy machine: no test waits on purpose for more than a few seconds.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // On a busy machine results arrive later than usual: this limit only ends a wait for a result that never arrives.
    expect: { poll: { timeout: 10_000 } },
    // Each gateway in a test starts threads, which would compile the same files again without the cache.
    execArgv: ['--require', join(import.meta.dirname, 'tests/support/compile-cache.cjs')],
    projects: [
      { extends: true, test: { name: 'alone', include: alone } },
      {
        extends: true,
        test: {
          name: 'shared',
          include: ['src/**/*.test.ts', 'tests/**/*.test.ts', 'bench/**/*.test.ts'],
          exclude: alone,
          // One process runs many files and loads the gateway once: loading it takes longer than most files run.
          isolate: false,
        },
      },
    ],
  },
})
