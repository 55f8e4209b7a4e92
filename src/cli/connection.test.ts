import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { findGateway, gatewayUrl, under } from './connection.ts'

const around = (env: Record<string, string> = {}, stdin = '') => ({ env, stdin: Readable.from([stdin]) })

test('without a word the gateway is the one of ./data on this host', async () => {
  expect(await findGateway({}, around())).toEqual({ via: 'host', dataDir: './data' })
})

test('the environment names the folder, and a flag wins over it', async () => {
  const env = { DARVAZA_DATA: '/srv/gate' }
  expect(await findGateway({}, around(env))).toEqual({ via: 'host', dataDir: '/srv/gate' })
  expect(await findGateway({ data: '/tmp/gate' }, around(env))).toEqual({ via: 'host', dataDir: '/tmp/gate' })
})

test('an address in the environment wins over a folder there, and gives way to a folder as a flag', async () => {
  const env = { DARVAZA_URL: 'https://gate.example.org', DARVAZA_KEY: ' dvz_k_1\n', DARVAZA_DATA: '/srv/gate' }
  expect(await findGateway({}, around(env))).toMatchObject({ via: 'remote', key: 'dvz_k_1' })
  expect(await findGateway({ data: '/tmp/gate' }, around(env))).toEqual({ via: 'host', dataDir: '/tmp/gate' })
})

test('--key - reads the key from standard input', async () => {
  const found = await findGateway({ url: 'http://gate:3000', key: '-' }, around({}, 'dvz_k_piped\n'))
  expect(found).toMatchObject({ via: 'remote', key: 'dvz_k_piped' })
})

test.each([
  [{ url: 'http://gate', data: './data' }, 'not both'],
  [{ key: 'dvz_k_1' }, '--key needs --url'],
  [{ url: 'http://gate', key: '-' }, 'which was empty'],
  [{ url: 'ftp://gate' }, 'this is no address'],
  [{ url: 'http://me:secret@gate' }, 'holds a name or a password'],
])('%j makes no sense', async (options, why) => {
  await expect(findGateway(options, around())).rejects.toThrow(why)
})

test.each([
  ['http://10.0.0.5:3000/', 'http://10.0.0.5:3000/'],
  ['10.0.0.5:3000', 'http://10.0.0.5:3000/'],
  ['gate.example.org', 'http://gate.example.org/'],
  ['ws://gate:3000/ws/pico', 'http://gate:3000/'],
  ['wss://gate.example.org/boards/ws', 'https://gate.example.org/boards'],
  ['https://[::1]:8443/x/?a=1#b', 'https://[::1]:8443/x'],
])('%s is understood', (typed, url) => {
  expect(gatewayUrl(typed).href).toBe(url)
})

test('a gateway in a folder of a site keeps that folder in its paths', () => {
  expect(under(new URL('https://site/gate'), '/api/devices')).toBe('/gate/api/devices')
  expect(under(new URL('https://site/'), '/health')).toBe('/health')
})
