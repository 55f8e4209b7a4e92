import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { startGateway } from '../support/gateway.ts'
import { browser } from '../support/handshakes.ts'
import { RawClient } from '../support/raw.ts'
import { fieldClients } from './field-clients.ts'

/** The expected `Sec-WebSocket-Accept` for the request's key (RFC 6455 §4.2.2). */
const acceptOf = (shake: string): string => {
  const key = /Sec-WebSocket-Key: (\S+)/.exec(shake)![1]
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
}

describe('rule 5: the 101 has exactly Connection: Upgrade, and Name: value in every line', () => {
  it.each(fieldClients)('answers $client', async ({ client, kind, shake }) => {
    await using gateway = await startGateway()
    const handshake = shake({ port: gateway.port, token: await gateway.mint(kind) })
    await using board = await RawClient.open(gateway.port, handshake)
    const { statusLine, lines } = await board.answer()
    expect(statusLine).toBe('HTTP/1.1 101 Switching Protocols')
    expect([...lines].sort()).toEqual(
      [
        'Connection: Upgrade',
        `Sec-WebSocket-Accept: ${acceptOf(handshake)}`,
        'Upgrade: websocket',
        // The 101 names a subprotocol only if the client asked for one.
        ...(client === 'links2004' ? ['Sec-WebSocket-Protocol: arduino'] : []),
      ].sort(),
    )
    const bytes = Buffer.concat(board.segments.map(segment => segment.bytes)).toString('latin1')
    expect(bytes.slice(0, bytes.indexOf('\r\n\r\n'))).toBe([statusLine, ...lines].join('\r\n'))
  })

  it('echoes darvaza.bearer and never the token behind it', async () => {
    await using gateway = await startGateway()
    const token = await gateway.mint('pico')
    const shake = browser({ port: gateway.port, path: '/ws/pico', protocol: `darvaza.bearer, ${token}` })
    await using board = await RawClient.open(gateway.port, shake)
    const { lines } = await board.answer()
    expect(lines).toContain('Sec-WebSocket-Protocol: darvaza.bearer')
    expect(lines.join('\n')).not.toContain(token)
  })

  it('answers a browser that will send its token in the first message the same way', async () => {
    await using gateway = await startGateway()
    await using board = await RawClient.open(gateway.port, browser({ port: gateway.port }))
    const { statusLine, lines } = await board.answer()
    expect(statusLine).toBe('HTTP/1.1 101 Switching Protocols')
    expect(lines).toContain('Connection: Upgrade')
    expect(lines).toHaveLength(3)
  })
})
