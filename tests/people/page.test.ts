import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask } from '../http/ask.ts'
import { startGateway, type TestGateway, temporaryFolder } from '../support/gateway.ts'

const script = 'console.log("here")'
let gateway: TestGateway
beforeAll(async () => {
  const dashboardDir = await temporaryFolder()
  await mkdir(join(dashboardDir, 'assets'))
  await writeFile(
    join(dashboardDir, 'index.html'),
    '<script nonce="__CSP_NONCE__"></script><style nonce="__CSP_NONCE__"></style>',
  )
  await writeFile(join(dashboardDir, 'assets/main-1a2b3c.js'), script)
  await writeFile(join(dashboardDir, 'assets/main-1a2b3c.js.br'), brotliCompressSync(script))
  await writeFile(join(dashboardDir, 'assets/main-1a2b3c.js.gz'), gzipSync(script))
  await writeFile(join(dashboardDir, 'secret.txt'), 'nobody asks for this')
  gateway = await startGateway({ dashboardDir })
})
afterAll(() => gateway[Symbol.asyncDispose]())

const page = (path: string, headers: Record<string, string> = { accept: 'text/html' }) =>
  ask(gateway, 'GET', path, { headers })

describe('the page', () => {
  it.each(['/', '/gate', '/devices/d_1', '/journal', '/settings', '/settings/people', '/sign-in', '/setup', '/invite'])(
    'is at %s, for nobody to keep',
    async path => {
      const { status, headers, bytes } = await page(path)
      expect([status, headers['content-type'], headers['cache-control']]).toEqual([
        200,
        'text/html; charset=utf-8',
        'no-store',
      ])
      expect(bytes.toString()).toContain('<script nonce=')
    },
  )

  it('carries a nonce of its own in each answer, and lets nothing else run', async () => {
    const nonces = new Set<string>()
    for (let count = 0; count < 3; count++) {
      const { headers, bytes } = await page('/')
      const policy = String(headers['content-security-policy'])
      const nonce = /script-src 'self' 'nonce-([\w-]{24})'/.exec(policy)![1]!
      expect(bytes.toString()).toBe(`<script nonce="${nonce}"></script><style nonce="${nonce}"></style>`)
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).not.toMatch(/unsafe|\*|https?:/)
      nonces.add(nonce)
    }
    expect(nonces.size).toBe(3)
  })

  it('is not what a program gets that asks for JSON at the root', async () => {
    const { json } = await page('/', { accept: '*/*' })
    expect(json.name).toBe('Darvaza')
  })

  it('says plainly when it is not built, and what to run', async () => {
    await using bare = await startGateway({ dashboardDir: '/nowhere' })
    const { status, bytes } = await ask(bare, 'GET', '/gate', { headers: { accept: 'text/html' } })
    expect(status).toBe(503)
    expect(bytes.toString()).toContain('sh bin/with-node scripts/build-dashboard.ts')
  })
})

describe('a file of the page', () => {
  it('is kept for ever, and sent as it was packed at the build', async () => {
    for (const [accepts, coding] of [
      ['gzip, deflate, br', 'br'],
      ['gzip', 'gzip'],
      ['identity', undefined],
    ] as const) {
      const { headers, bytes } = await page('/assets/main-1a2b3c.js', { 'accept-encoding': accepts })
      expect([headers['content-encoding'], headers['cache-control'], headers.vary]).toEqual([
        coding,
        'public, max-age=31536000, immutable',
        'Accept-Encoding',
      ])
      const packed = { br: brotliCompressSync(script), gzip: gzipSync(script) }
      expect(bytes.equals(coding ? packed[coding] : Buffer.from(script))).toBe(true)
    }
  })

  it.each([
    '/assets/none.js',
    '/assets/..%2fsecret.txt',
    '/assets/%2e%2e%2findex.html',
    '/assets/main-1a2b3c.js.br',
    '/secret.txt',
    '/assets/',
    '/assets/..%5csecret.txt',
  ])('is not found at %s', async path => {
    expect((await page(path)).status).toBe(404)
  })
})
