import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { onlyIf } from '../tests/support/only-if.ts'
import { controlSocketPath } from './control-socket.ts'

const root = mkdtempSync(join(tmpdir(), 'darvaza-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

test('a short data folder holds its socket under its own name', () => {
  using socket = controlSocketPath('/var/lib/darvaza')
  expect(socket.path).toBe('/var/lib/darvaza/control.sock')
})

test('a data folder too deep for a socket address still carries a conversation', async () => {
  const deep = join(root, 'a'.repeat(90), 'b'.repeat(90))
  mkdirSync(deep, { recursive: true })
  using serverSide = controlSocketPath(deep)
  using clientSide = controlSocketPath(deep)
  expect(Buffer.byteLength(serverSide.path)).toBeLessThan(108)
  const server = createServer((_, response) => response.end('the gate is here'))
  await new Promise<void>(resolve => server.listen(serverSide.path, resolve))
  const body = await new Promise<string>((resolve, reject) => {
    request({ socketPath: clientSide.path, path: '/' }, async response => {
      let text = ''
      for await (const chunk of response) text += chunk
      resolve(text)
    })
      .on('error', reject)
      .end()
  })
  expect(body).toBe('the gate is here')
  await new Promise(resolve => server.close(resolve))
})

test('a deep data folder that is missing says so', onlyIf(process.platform === 'linux', 'this is not Linux'), () => {
  expect(() => controlSocketPath(join(root, 'x'.repeat(120)))).toThrow(expect.objectContaining({ code: 'ENOENT' }))
})
