import { describe, expect, it } from 'vitest'
import { spawnGateway } from '../support/gateway.ts'
import { pico } from '../support/handshakes.ts'
import { RawClient } from '../support/raw.ts'
import { until } from '../support/until.ts'

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to find
const unsafe = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/
const forged = '\n{"level":50,"msg":"forged"}\r\n\u001b[2J\u009b1A\u202e'

describe('the log of the running gateway', () => {
  it('is not written by boards: what they say stays within its line, short, and moves no cursor', async () => {
    await using gateway = await spawnGateway({ args: ['--log-level', 'debug', '--enrolment', 'open'] })
    await using board = await RawClient.open(
      gateway.port,
      pico({ port: gateway.port, token: await gateway.mint('pico') }).replace(
        'User-Agent: MicroPython',
        `User-Agent: ${'\u009b1A'.repeat(1_000)}`,
      ),
    )
    await board.message('connection_ack')
    const before = gateway.output().length
    for (const message of [forged, `${forged}${'x'.repeat(60_000)}`])
      await board.send({ type: 'log', level: forged, message, device: forged })
    await board.send({ type: forged.repeat(100) })
    await board.saidMeanwhile()
    await until(
      'three messages in the log',
      () => gateway.output().slice(before).split('"kind":"message"').length === 4,
    )
    const lines = gateway
      .output()
      .split('\n')
      .filter(line => line.startsWith('{'))
    for (const line of lines) {
      expect(() => JSON.parse(line)).not.toThrow()
      expect(Buffer.byteLength(line)).toBeLessThan(4 * 1024)
      expect(line).not.toMatch(unsafe)
      expect(JSON.parse(line).msg).not.toBe('forged')
    }
  })
})
