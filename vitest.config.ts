import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts', 'bench/**/*.test.ts'],
    // Real gateways, sockets and clients: two files at once keep two cores busy without starving a deadline.
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 20_000,
    // What should come soon comes later on a busy machine: this ends only what never comes.
    expect: { poll: { timeout: 10_000 } },
  },
})
