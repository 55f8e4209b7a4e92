import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../../src/core/limits.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { esp32cam, pico } from '../support/handshakes.ts'
import { jpeg } from '../support/jpeg.ts'
import { opcodes, RawClient } from '../support/raw.ts'

/** A tenth of the rule’s 10 s and 25 s. */
const pingEveryMs = 1_000
const longestSilenceMs = 2_500

/** The arrival times of the next `count` text messages. Protocol pings do not count. */
async function textTimes(board: RawClient, count: number): Promise<number[]> {
  const times: number[] = []
  while (times.length < count) times.push((await board.next(frame => frame.opcode === opcodes.text)).at)
  return times
}

const longestGap = (times: number[]): number => Math.max(...times.slice(1).map((time, index) => time - times[index]!))

async function board(gateway: TestGateway, kind: 'pico' | 'esp32cam'): Promise<RawClient> {
  const token = await gateway.mint(kind)
  const shake = kind === 'pico' ? pico({ port: gateway.port, token }) : esp32cam({ token })
  return RawClient.open(gateway.port, shake)
}

describe('rule 8: a device gets an application text message at least every 25 s', () => {
  it('aims for 10 s', () => {
    expect(defaultLimits.pingEveryMs).toBe(10_000)
  })

  it.each(['pico', 'esp32cam'] as const)('speaks to a silent %s that waits for approval', async kind => {
    await using gateway = await startGateway({ limits: { pingEveryMs } })
    await using silent = await board(gateway, kind)
    expect(longestGap(await textTimes(silent, 5))).toBeLessThan(longestSilenceMs)
  })

  it('speaks to a camera that never pauses, too', async () => {
    await using gateway = await startGateway({ enrolment: 'open', limits: { pingEveryMs } })
    await using busy = await board(gateway, 'esp32cam')
    const sending = setInterval(() => void busy.sendBinary(jpeg(20_000)), 20)
    expect(longestGap(await textTimes(busy, 5))).toBeLessThan(longestSilenceMs)
    clearInterval(sending)
  })

  it('speaks to a Pico that is deaf because its servo moves', async () => {
    await using gateway = await startGateway({ enrolment: 'open', limits: { pingEveryMs } })
    await using deaf = await board(gateway, 'pico')
    await deaf.message('connection_ack')
    const { devices } = (await gateway.api('GET', '/api/devices')).body
    const order = gateway.api('POST', `/api/devices/${devices[0].id}/servo`, { servo1: 20, servo2: 160 })
    await deaf.message('servo')
    expect(longestGap(await textTimes(deaf, 5))).toBeLessThan(longestSilenceMs)
    await deaf.send({ type: 'ack', command_type: 'servo', status: 'success' })
    expect((await order).status).toBe(200)
  })

  it('speaks to a connection test for as long as it lasts', async () => {
    await using gateway = await startGateway({ limits: { pingEveryMs } })
    const shake = pico({ port: gateway.port, token: await gateway.mint('pico') })
    const probing = shake.replace('\r\n\r\n', '\r\nX-Darvaza-Probe: 1\r\n\r\n')
    await using probe = await RawClient.open(gateway.port, probing)
    expect(longestGap(await textTimes(probe, 5))).toBeLessThan(longestSilenceMs)
  })

  it('sends texts that a Pico can read: JSON with a type it knows', async () => {
    await using gateway = await startGateway({ limits: { pingEveryMs: 100 } })
    await using silent = await board(gateway, 'pico')
    expect(await silent.message('connection_ack')).toEqual({
      type: 'connection_ack',
      status: 'success',
      message: expect.any(String),
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    })
    expect(await silent.message('ping')).toEqual({ type: 'ping', timestamp: expect.any(String) })
  })
})
