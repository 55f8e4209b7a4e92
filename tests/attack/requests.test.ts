import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../../src/core/limits.ts'
import { failures } from '../../src/errors/errors.ts'
import { spawnGateway, startGateway } from '../support/gateway.ts'
import { esp32cam, pico } from '../support/handshakes.ts'
import { RawClient } from '../support/raw.ts'
import { bytesOf, loudSecret, packets } from './packets.ts'

/** A request of 1 MB must be answered within this, even on a busy machine; quadratic work once took up to a minute. */
const reactionMs = 3_000
/** The most bytes that one request may add to the log. */
const logBytes = 4 * 1024

describe('one request of a stranger', () => {
  it('is refused for what is wrong with it, and costs nobody else anything', async () => {
    await using gateway = await spawnGateway({ args: ['--log-level', 'debug'] })
    let address = 1
    for (const [what, packet] of Object.entries(packets)) {
      for (const how of ['handshake', 'http'] as const) {
        // Each request comes from a new address, because the first rejection of an address is not delayed.
        await using client = await RawClient.connect(gateway.port, { from: `127.0.1.${++address}` })
        const logged = gateway.output().length
        const started = performance.now()
        void client.write(bytesOf(packet, how))
        const answer = await client.answer()
        const health = await fetch(`${gateway.url}/health`)
        expect(performance.now() - started, `${what}, by ${how}`).toBeLessThan(reactionMs)
        expect(health.status).toBe(200)
        expect([answer.status, answer.json().code], `${what}, by ${how}`).toEqual([
          failures[packet[how]].status,
          packet[how],
        ])
        expect(gateway.output().length - logged, `${what}, by ${how}`).toBeLessThan(logBytes)
      }
    }
    await gateway.stop()
    expect(gateway.output()).not.toContain(loudSecret)
  })

  it('is answered in the language of who sent it', async () => {
    await using gateway = await startGateway()
    for (const how of ['handshake', 'http'] as const) {
      await using client = await RawClient.connect(gateway.port)
      await client.write(
        bytesOf({ ...packets['one token of 1,025']!, path: '/ws' }, how).replace('Host', 'Accept-Language: fa\r\nHost'),
      )
      expect((await client.answer()).json().message).toBe(failures.token_too_long.message.fa)
    }
  })

  it('passes with the longest token, the longest path and as many header names as it may have', async () => {
    await using gateway = await startGateway({ sharedTokens: { esp32cam: ['T'.repeat(1_024)] } })
    const names = Array.from({ length: 180 }, (_, at) => `A${at}: 1`).join('\r\n')
    const shake = esp32cam({ token: 'T'.repeat(1_024), path: `/ws?${'q'.repeat(8_000)}`, reconnects: 100 })
    await using board = await RawClient.connect(gateway.port)
    await board.write(shake.replace('Host:', `${names}\r\nHost:`))
    await board.upgraded()
  })

  it('is refused for its length also where the token comes in the first message', async () => {
    await using gateway = await startGateway()
    await using board = await RawClient.open(gateway.port, pico({ port: gateway.port, path: '/ws?auth=message' }))
    await board.send({ type: 'auth', token: 'A'.repeat(1_025) })
    const close = await board.control('close')
    expect(close.payload.readUInt16BE()).toBe(4001)
    expect(close.payload.subarray(2).toString()).toBe('token_too_long')
    const { entries } = (await gateway.api('GET', '/api/journal?kind=refusal')).body
    expect(entries[0]).toMatchObject({ data: { code: 'token_too_long' } })
  })

  it('is held where it repeats, as any other refusal is', async () => {
    await using gateway = await startGateway({ limits: { refusalHoldMinMs: 60_000, refusalHoldMaxMs: 60_000 } })
    const bytes = bytesOf(packets['one token of 1,025']!, 'handshake')
    await using first = await RawClient.connect(gateway.port)
    await first.write(bytes)
    expect((await first.answer()).status).toBe(431)
    const others = await Promise.all(Array.from({ length: 9 }, () => RawClient.connect(gateway.port)))
    for (const other of others) await other.write(bytes)
    // Eight rejections are delayed; the ninth connection is closed unread.
    await Promise.race(others.map(other => other.ended()))
    expect(others.filter(other => other.over).length).toBe(1)
    for (const other of others) await other[Symbol.asyncDispose]()
  })

  it('reaches the accounts with no more of its headers than a browser has', async () => {
    await using gateway = await startGateway()
    // The first request starts the account service.
    await gateway.api('GET', '/api/auth/get-session')
    for (const header of ['Cookie', 'User-Agent', 'Accept-Language', 'Referer']) {
      await using client = await RawClient.connect(gateway.port)
      const started = performance.now()
      void client.write(
        bytesOf({ path: '/api/auth/get-session', headers: [`${header}: ${'a=b; '.repeat(180_000)}`] }, 'http'),
      )
      expect((await client.answer()).status).toBe(200)
      expect(performance.now() - started).toBeLessThan(reactionMs)
    }
  })

  it('has the documented limits', () => {
    expect(defaultLimits).toMatchObject({ tokenCharacters: 1_024, pathBytes: 8_192, headerNames: 200 })
  })
})
