import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { startGateway } from '../support/gateway.ts'

/** Sends a wrong token as the first message; resolves to the close code and how long the answer took, in ms. */
function wrong(wsUrl: string): Promise<{ code: number; ms: number }> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${wsUrl}/ws/pico?auth=message`)
    let sentAt = 0
    socket.once('open', () => {
      sentAt = performance.now()
      socket.send(JSON.stringify({ type: 'auth', token: 'not-a-token-of-this-gateway' }))
    })
    socket.once('close', code => resolve({ code, ms: performance.now() - sentAt }))
    socket.once('error', reject)
  })
}

describe('wrong tokens that come as a message', () => {
  it('are refused at once the first time, and held when they repeat', async () => {
    const limits = { refusalHoldMinMs: 400, refusalHoldMaxMs: 500 }
    await using gateway = await startGateway({ limits })
    expect((await wrong(gateway.wsUrl)).code).toBe(4001)
    const again = await wrong(gateway.wsUrl)
    expect(again.code).toBe(4001)
    expect(again.ms).toBeGreaterThanOrEqual(limits.refusalHoldMinMs - 5)
  })
})
