import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts', 'bench/**/*.test.ts'],
    // Real gateways, sockets and clients: two files at once keep two cores busy without starving a deadline.
    maxWorkers: 2,
    // For a machine that is busy with other things: no test waits on purpose for more than a few seconds.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What should come soon comes later on a busy machine: this ends only what never comes.
    expect: { poll: { timeout: 10_000 } },
  },
})
