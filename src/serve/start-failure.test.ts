import { describe, expect, it } from 'vitest'
import { startFailure } from './start-failure.ts'

const config = { port: 80, tls: { port: 443, certFile: 'c', keyFile: 'k' }, dataDir: '/srv/house/data' }
const typed = (name: string) => `--${name} as typed`

function said(error: object, message = 'what the system says'): string {
  return startFailure(Object.assign(new Error(message), error), config, typed)
}

describe('why a start failed', () => {
  it('names the port that may not be used, of the two', () => {
    const listen = { syscall: 'listen', code: 'EACCES' }
    expect(said({ ...listen, port: 80 })).toMatch(/^--port as typed: is not allowed/)
    expect(said({ ...listen, port: 443 })).toMatch(/^--tls-port as typed: is not allowed/)
    expect(said({ syscall: 'listen', code: 'EADDRINUSE', port: 443 })).toMatch(/^--tls-port as typed: another program/)
  })

  it('names the data folder, and what in it or above it is in the way', () => {
    const make = { syscall: 'mkdir', code: 'EACCES' }
    expect(said({ ...make, path: '/srv/house/data' })).toMatch(/^--data as typed: is not allowed/)
    expect(said({ ...make, path: '/srv' })).toMatch(/^--data as typed: \/srv is not allowed/)
    expect(said({ syscall: 'open', code: 'ENOSPC', path: '/srv/house/data/gateway.key' })).toBe(
      '--data as typed: /srv/house/data/gateway.key cannot be written: its disk is full. Free some space.',
    )
  })

  it('leaves what it knows nothing better about to whoever said it', () => {
    expect(said({})).toBe('what the system says')
    expect(said({ syscall: 'open', code: 'EACCES', path: '/etc/elsewhere' })).toBe('what the system says')
    expect(said({ syscall: 'listen', code: 'EODD', port: 80 })).toBe('what the system says')
  })
})
