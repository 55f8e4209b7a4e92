import { describe, expect, it } from 'vitest'
import { startGateway } from '../support/gateway.ts'
import { esp32cam } from '../support/handshakes.ts'
import { RawClient } from '../support/raw.ts'

/** A camera’s handshake request with header lines added before or after its own. */
const withLines = (shake: string, lines: string[], where: 'before' | 'after') => {
  const [request, ...rest] = shake.trimEnd().split('\r\n')
  return `${[request, ...(where === 'before' ? [...lines, ...rest] : [...rest, ...lines])].join('\r\n')}\r\n\r\n`
}

describe('rule 3: a repeated header counts once, with its first value', () => {
  it('takes the first Authorization and no later one', async () => {
    await using gateway = await startGateway()
    const good = esp32cam({ token: await gateway.mint('esp32cam') })
    await using in1 = await RawClient.open(gateway.port, withLines(good, ['Authorization: Bearer wrong'], 'after'))
    await in1.message('connection_ack')
    await using out = await RawClient.connect(gateway.port)
    await out.write(withLines(good, ['Authorization: Bearer wrong'], 'before'))
    expect((await out.answer()).json()).toMatchObject({ status: 'error', code: 'token_unknown' })
  })

  it('takes the first X-Device-ID and no later one', async () => {
    await using gateway = await startGateway({ enrolment: 'open' })
    const shake = esp32cam({ token: await gateway.mint('esp32cam'), deviceId: 'the-first', reconnects: 3 })
    await using board = await RawClient.open(gateway.port, withLines(shake, ['X-Device-ID: the-last'], 'after'))
    await board.message('connection_ack')
    expect((await gateway.api('GET', '/api/devices')).body.devices).toMatchObject([{ name: 'the-first' }])
  })

  it.each(['A0:B1:C2:D3:E4:F5, A0:B1:C2:D3:E4:F5, A0:B1:C2:D3:E4:F5', 'A0:B1:C2:D3:E4:F5,A0:B1:C2:D3:E4:F5'])(
    'reads %s, as a proxy on the way joins them, as one X-Device-ID',
    async deviceId => {
      await using gateway = await startGateway({ enrolment: 'open' })
      await using board = await RawClient.open(
        gateway.port,
        esp32cam({ token: await gateway.mint('esp32cam'), deviceId }),
      )
      await board.message('connection_ack')
      expect((await gateway.api('GET', '/api/devices')).body.devices).toMatchObject([{ name: 'A0:B1:C2:D3:E4:F5' }])
    },
  )

  it('gives a shared token’s board the same identity whether its headers came once or a thousand times', async () => {
    await using gateway = await startGateway({ sharedTokens: { esp32cam: ['fleet-secret-0123456789'] } })
    const shake = { token: 'fleet-secret-0123456789', deviceId: 'cam-7' }
    await using first = await RawClient.open(gateway.port, esp32cam(shake))
    await first.message('connection_ack')
    await using again = await RawClient.open(gateway.port, esp32cam({ ...shake, reconnects: 1_000 }))
    await again.message('connection_ack')
    expect((await gateway.api('GET', '/api/devices')).body.devices).toMatchObject([{ name: 'cam-7', state: 'active' }])
  })
})
