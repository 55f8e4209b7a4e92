import { describe, expect, it } from 'vitest'
import { GatewayClock } from '../../dashboard/src/live/gateway-clock.ts'
import { snippetFor } from '../../dashboard/src/pages/overview/snippets.ts'

describe('the gateway’s clock, as a page knows it', () => {
  it('believes the fastest round trip', () => {
    const clock = new GatewayClock()
    const here = Date.now()
    clock.addSample(here + 60_000, here - 3_000, here)
    clock.addSample(here + 50_010, here - 20, here)
    clock.addSample(here + 99_000, here - 5_000, here)
    expect(clock.now() - Date.now()).toBeGreaterThan(50_010)
    expect(clock.now() - Date.now()).toBeLessThan(50_030)
  })
})

describe('the programs a newcomer copies', () => {
  it.each(['micropython', 'arduino', 'python'] as const)('%s carries the address and the token', language => {
    const program = snippetFor(language, 'https://gate.example:8443', 'dv_secret')
    expect(program).toContain('wss://gate.example:8443')
    expect(program).toContain('dv_secret')
  })
})
