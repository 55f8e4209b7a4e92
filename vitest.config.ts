import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

/** These measure the heap of their process, or replace a function of a class for a while: each has a process of its own. */
const alone = [
  'src/adapters/people/password-check.test.ts',
  'src/core/own-copy.test.ts',
  'src/transports/request-head.test.ts',
  'tests/attack/boundaries.test.ts',
  'tests/trust/limits.test.ts',
]

export default defineConfig({
  test: {
    // Real gateways, sockets and clients: two files at once keep two cores busy without starving a deadline.
    maxWorkers: 2,
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
