import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { firstProgram, folder, Program, python } from './programs.ts'
import { scripted } from './scripted.ts'

const run = fileURLToPath(new URL('../../firmware/pico/host/run.py', import.meta.url))
const openssl = firstProgram(['openssl'], ['version'])

/** A self-signed certificate for 127.0.0.1, as PEM for the gateway and as DER for the board. */
function certificate(place: string, name: string) {
  const file = (ending: string) => join(place, `${name}.${ending}`)
  const make = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1']
  execFileSync('openssl', [...make, ...subject, '-keyout', file('key'), '-out', file('pem')], { stdio: 'ignore' })
  execFileSync('openssl', ['x509', '-in', file('pem'), '-outform', 'der', '-out', file('der')], { stdio: 'ignore' })
  return { key: readFileSync(file('key')), cert: readFileSync(file('pem')), der: file('der') }
}

if (!python || !openssl) {
  it.skip('the Pico’s firmware over TLS: not tested, because python3 or openssl is not installed')
} else {
  const command = python
  const start = (port: number, ...settings: string[]) => {
    const set = settings.flatMap(setting => ['--set', setting])
    return new Program(command, ['-u', run, '--url', `wss://127.0.0.1:${port}`, '--token', 'dz-secret', ...set])
  }

  describe('the Pico’s firmware over TLS', () => {
    it('talks to a gateway whose certificate it was given', async () => {
      using place = folder()
      const own = certificate(place.path, 'own')
      await using gateway = await scripted({ tls: own })
      await using board = start(gateway.port, `TLS_CA_FILE=${own.der}`)
      const line = await gateway.line()
      expect(await line.hears('connect')).toMatchObject({ device: 'pico' })
      await board.logged('connected to https://127.0.0.1')
    })

    it('tells a stranger’s certificate nothing', async () => {
      using place = folder()
      const [own, strange] = [certificate(place.path, 'own'), certificate(place.path, 'strange')]
      await using gateway = await scripted({ tls: strange })
      await using board = start(gateway.port, `TLS_CA_FILE=${own.der}`)
      await board.logged('CERTIFICATE_VERIFY_FAILED')
      await board.logged('next attempt in')
      expect(gateway.lines.all).toHaveLength(0)
    })

    it('says loudly that it cannot tell who the gateway is when it was given no certificate', async () => {
      using place = folder()
      await using gateway = await scripted({ tls: certificate(place.path, 'own') })
      await using board = start(gateway.port)
      await board.logged('the gateway is not verified')
      await gateway.line()
    })

    it('names the remedy when a TLS handshake would not fit into its memory', async () => {
      await using board = start(9, 'TLS_MEMORY_BYTES=100000000')
      await board.logged('wss:// needs about 100000000 bytes of free memory')
    })
  })
}
