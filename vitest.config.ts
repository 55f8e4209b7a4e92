import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** These measure the heap of their process, or replace a function of a class for a while: each has a process of its own. */
const alone = [
  'src/adapters/people/password-check.test.ts',
  'src/core/own-copy.test.ts',
  'src/transports/tcp/request-head.test.ts',
  'tests/attack/boundaries.test.ts',
  'tests/trust/limits.test.ts',
]

/** The longest files begin first, so that none of them runs on when all others have ended. CONTRIBUTING.md says why they are long. */
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
    // Half of the time a test waits: for a board, a process, a page. Two files for each core keep all cores busy.
    maxWorkers: Math.min(2 * availableParallelism(), 8),
    sequence: { sequencer: LongestFirst },
    // For a machine that is busy with other things: no test waits on purpose for more than a few seconds.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What should come soon comes later on a busy machine: this ends only what never comes.
    expect: { poll: { timeout: 10_000 } },
    // Each gateway of a test starts threads, which would compile the same files again.
    execArgv: ['--require', join(import.meta.dirname, 'tests/support/compile-cache.cjs')],
    projects: [
      { extends: true, test: { name: 'alone', include: alone } },
      {
        extends: true,
        test: {
          name: 'shared',
          include: ['src/**/*.test.ts', 'tests/**/*.test.ts', 'bench/**/*.test.ts'],
          exclude: alone,
          // A process takes one file after the other and loads the gateway once: that costs more than most files need.
          isolate: false,
        },
      },
    ],
  },
})
