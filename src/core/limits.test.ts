import { describe, expect, it } from 'vitest'
import { defaultLimits } from './limits.ts'

const seconds = 1_000
const minutes = 60 * seconds
const hours = 60 * minutes
const days = 24 * hours
const KiB = 1024
const MiB = 1024 * KiB

describe('the limits', () => {
  // These values are repeated here on purpose: boards, owners and documents rely on them.
  it.each([
    ['claimTtlMs', 24 * hours],
    ['pendingForgottenAfterMs', 7 * days],
    ['pendingPerAddress', 64],
    ['pendingInAll', 1_000],
    ['pendingBytesPerSecond', 1_000_000],
    ['pendingMessagesKept', 100],
    ['previewEveryMs', 5 * seconds],
    ['previewBytes', 128 * KiB],
    ['previewBytesInAll', 16 * MiB],
    ['mintsPerMinute', 60],
    ['mintBurst', 200],
    ['refusalHoldMinMs', 5 * seconds],
    ['refusalHoldMaxMs', 8 * seconds],
    ['refusalsHeldPerAddress', 8],
    ['refusalsHeldInAll', 2_000],
    ['handshakeTimeoutMs', 10 * seconds],
    ['handshakeBytesInAll', 64 * MiB],
    ['authMessageTimeoutMs', 5 * seconds],
    ['authMessageBytes', 4 * KiB],
    ['probeMs', 120 * seconds],
    ['probesPerAddress', 4],
    ['deadAfterMs', 45 * seconds],
    ['ackTimeoutMs', 20 * seconds],
    ['contestedDisplacements', 3],
    ['contestedWithinMs', 10 * minutes],
    ['sharedTwinWaitMs', 20 * seconds],
    ['devicesPerSharedToken', 1_000],
    ['frameBytes', 2 * MiB],
    ['textBytes', 64 * KiB],
    ['closeWaitMs', 5 * seconds],
  ] as const)('say of %s what was promised', (name, value) => {
    expect(defaultLimits[name]).toBe(value)
  })

  it('keep every promise that is a bound', () => {
    expect(defaultLimits.headerBytes).toBeGreaterThanOrEqual(MiB)
    expect(defaultLimits.handshakeStaleMs).toBeLessThanOrEqual(1_000)
    expect(defaultLimits.pingEveryMs).toBeLessThanOrEqual(25_000)
    expect(defaultLimits.commitWithinMs).toBeLessThanOrEqual(50)
  })
})
