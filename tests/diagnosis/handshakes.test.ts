import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rowOf } from '../../src/core/diagnosis/knowledge/knowledge.ts'
import { libraryNamed } from '../../src/core/diagnosis/library.ts'
import { symptoms } from '../../src/core/diagnosis/symptoms.ts'
import { type FailureCode, failures } from '../../src/errors/errors.ts'
import { Board } from '../support/board.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { RawClient } from '../support/raw.ts'
import { until } from '../support/until.ts'
import { type Hand, handshakeCases } from './handshakes.ts'

let gateway: TestGateway
let hand: Hand
beforeAll(async () => {
  gateway = await startGateway()
  const board = async (deed: 'token/revoke' | 'block' | 'remove') => {
    await using newcomer = await Board.connect(gateway)
    await newcomer.next('connection_ack')
    const id = await newcomer.id()
    const answer =
      deed === 'remove'
        ? await gateway.api('DELETE', `/api/devices/${id}`)
        : await gateway.api('POST', `/api/devices/${id}/${deed}`, {})
    expect(answer.status).toBeLessThan(300)
    return newcomer.token!
  }
  hand = {
    port: gateway.port,
    pico: await gateway.mint('pico'),
    cam: await gateway.mint('esp32cam'),
    revoked: await board('token/revoke'),
    blocked: await board('block'),
    removed: await board('remove'),
    apiKey: gateway.ownerKey,
  }
})
afterAll(() => gateway[Symbol.asyncDispose]())

/** The rejections that the owner reads about an address. */
const refusalsOf = async (from: string, language = 'en') => {
  const { body } = await gateway.api('GET', '/api/refusals?limit=1000', undefined, {
    headers: { 'accept-language': language },
  })
  return body.refusals.filter((refusal: { address: string }) => refusal.address === from)
}

describe('a refusal is recognised by its bytes', () => {
  it.each(handshakeCases.map((one, index) => ({ ...one, from: `127.0.90.${index + 1}` })))(
    '$symptom, $row ($library)',
    async ({ symptom, row, library, send, tells, from }) => {
      await using client = await RawClient.connect(gateway.port, { from })
      await client.write(send(hand))
      const answer = await client.answer()
      const { code } = symptoms[symptom] as { code: FailureCode }
      expect(answer.status, answer.body).toBe(failures[code].status)

      const [refusal, ...others] = await until('the refusal', async () => {
        const found = await refusalsOf(from)
        return found.length > 0 ? found : undefined
      })
      expect(others).toEqual([])
      expect(refusal).toMatchObject({ diagnosis: symptom, library, code, address: from, count: 1 })
      expect(rowOf(symptom, libraryNamed(library))).toMatchObject({ symptom, library: row })
      // The board receives the same one-line remedy as its owner reads.
      expect(answer.json()).toEqual({
        status: 'error',
        code,
        message: expect.any(String),
        hint: refusal.remedy,
      })
      expect(answer.json().hint).not.toContain('\n')
      expect(`${refusal.remedy} \n${refusal.snippet}`).toContain(tells.replaceAll('PORT', `${gateway.port}`))
      const [persian] = await refusalsOf(from, 'fa')
      expect(persian.sentence).toMatch(/[\u0600-\u06ff]/)
      expect(persian.remedy).toMatch(/[\u0600-\u06ff]/)
      expect(persian.snippet).toBe(refusal.snippet)
    },
  )

  it('never by writing a secret down', async () => {
    const { body } = await gateway.api('GET', '/api/journal?limit=1000')
    const written = JSON.stringify(body) + JSON.stringify(await gateway.api('GET', '/api/refusals?limit=1000'))
    for (const secret of Object.values(hand).filter(value => typeof value === 'string'))
      expect(written.includes(secret.slice(0, 40)), secret).toBe(false)
    expect(written).not.toContain('of-another-house')
    expect(written).not.toContain('YWxpY2U6c2VjcmV0')
  })
})
