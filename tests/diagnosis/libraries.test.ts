import { describe, expect, it } from 'vitest'
import { type LibraryId, libraryOf } from '../../src/core/diagnosis/library.ts'
import type { DialectName } from '../../src/simulator/dialects.ts'
import { firstHeaders } from '../../src/transports/tcp/handshake-headers.ts'
import { type Changes, handshake } from './requests.ts'

const headersOf = (name: DialectName, changes?: Changes) =>
  firstHeaders(
    handshake(3000, name, changes)
      .trimEnd()
      .split('\r\n')
      .slice(1)
      .flatMap(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
  )

const all: [DialectName, LibraryId][] = [
  ['micropython', 'micropython'],
  ['uwebsockets', 'uwebsockets'],
  ['aiohttp', 'micropython-aiohttp'],
  ['arduino', 'arduino'],
  ['arduino-40', 'arduino'],
  ['links2004', 'links2004'],
  ['python', 'python-websockets'],
  ['wscat', 'ws'],
  ['go', 'go'],
  ['rust', 'rust'],
  ['browser-protocol', 'browser'],
  ['browser-message', 'browser'],
]

describe('a library is recognised', () => {
  it.each(all)('by what it says of itself: %s', (name, id) => {
    expect(libraryOf(headersOf(name)).id).toBe(id)
  })

  // The Pico's client is based on uwebsockets and differs from it only in its User-Agent.
  const byOrder = all.map(([name, id]) => [name, name === 'micropython' ? 'uwebsockets' : id] as const)

  it.each(byOrder)('by the order of its headers, under a name of the owner’s own: %s', (name, id) => {
    const headers = headersOf(name, { drop: ['user-agent'], add: ['User-Agent: my-greenhouse/1.0', 'X-Room: 4'] })
    expect(libraryOf(headers).id).toBe(id)
  })

  it.each(byOrder)('by the order of its headers, without its token and its name: %s', (name, id) => {
    expect(libraryOf(headersOf(name, { authorization: null, drop: ['user-agent', 'sec-websocket-protocol'] })).id).toBe(
      id,
    )
  })

  it('by the bytes that micropython-lib aiohttp once wrote for its key', () => {
    expect(libraryOf({ 'sec-websocket-key': "b'MDEyMzQ1Njc4OWFiY2RlZg=='" }).id).toBe('micropython-aiohttp')
  })

  it('as nobody where two could have written it', () => {
    const headers = {
      host: 'h',
      upgrade: 'websocket',
      connection: 'Upgrade',
      'sec-websocket-key': 'k',
      'sec-websocket-version': '13',
    }
    expect(libraryOf(headers)).toEqual({ id: 'unknown', name: 'unknown' })
    expect(libraryOf({ ...headers, 'user-agent': 'mine/1' }).name).toBe('unknown (mine/1)')
  })
})
