import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { libraryOf } from './library.ts'

describe('the library of a client', () => {
  it.each([
    [
      { 'user-agent': 'TinyWebsockets Client', origin: 'https://github.com/gilmaimon/TinyWebsockets' },
      'ArduinoWebsockets',
    ],
    [{ origin: 'https://github.com/gilmaimon/TinyWebsockets' }, 'ArduinoWebsockets'],
    [{ 'sec-websocket-protocol': 'arduino', origin: 'file://' }, 'links2004 arduinoWebSockets'],
    [{ 'user-agent': 'arduino-WebSocket-Client' }, 'links2004 arduinoWebSockets'],
    [{ 'user-agent': 'MicroPython', origin: 'http://h:3000' }, 'MicroPython'],
    [{ 'user-agent': 'Python/3.11 websockets/10.4' }, 'Python websockets 10.4'],
    [{ 'user-agent': 'Python/3.12 aiohttp/3.9.1' }, 'aiohttp'],
    [{ 'user-agent': 'Go-http-client/1.1' }, 'Go'],
    [{ 'user-agent': 'tungstenite' }, 'Rust tungstenite'],
    [{ 'user-agent': 'curl/8.5.0' }, 'curl'],
    [{ 'user-agent': 'Mozilla/5.0 (X11; Linux x64) Chrome/156.0.0.0' }, 'browser'],
    [{ 'user-agent': 'darvaza-simulator/0.1.0' }, 'Darvaza'],
    [{ 'sec-websocket-extensions': 'permessage-deflate; client_max_window_bits' }, 'ws or wscat'],
    [{}, 'unknown'],
    [{ 'user-agent': 'my own thing/1.0' }, 'unknown (my own thing/1.0)'],
  ])('of %j is %s', (headers, library) => {
    expect(libraryOf(headers as Record<string, string>).name).toBe(library)
  })

  it('is recognised by the order of its headers, whichever client came before', () => {
    const order = (names: string) => Object.fromEntries(names.split(' ').map(name => [name, 'x']))
    const go = order('host connection sec-websocket-key sec-websocket-version upgrade')
    const rust = order('host connection upgrade sec-websocket-version sec-websocket-key')
    const strange = order('upgrade host')
    const names = [go, rust, strange, rust, rust, strange, go].map(headers => libraryOf(headers).id)
    expect(names).toEqual(['go', 'rust', 'unknown', 'rust', 'rust', 'unknown', 'go'])
  })

  it('is a short text, whatever a client says', () => {
    const header = fc.string({ maxLength: 3_000 })
    fc.assert(
      fc.property(header, header, header, (agent, origin, protocol) => {
        const library = libraryOf({ 'user-agent': agent, origin, 'sec-websocket-protocol': protocol }).name
        expect(library.length).toBeLessThanOrEqual(60)
      }),
    )
  })

  it('is short also when a version is long', () => {
    expect(libraryOf({ 'user-agent': `Python/3.11 websockets/${'1'.repeat(5_000)}` }).name.length).toBeLessThanOrEqual(
      60,
    )
  })
})
