import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Context } from 'hono'
import { lookup } from '#protocol/lookup.ts'
import { DarvazaError, errorBody, languageOf } from '../../../errors/errors.ts'
import { type AccessRow, routeNames, routes } from '../../access-table.ts'
import { siteOf } from '../browser-origin.ts'
import type { Mount } from '../mount.ts'
import type { HttpEnv } from '../request-context.ts'

/** The placeholder that the build leaves in index.html for the nonce of each answer. */
const noncePlace = '__CSP_NONCE__'

/**
 * Scripts and styles are the gateway's or carry this answer's nonce; no other origin is loaded, none may frame the
 * page.
 */
const policy = (nonce: string): string =>
  [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' blob: data:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')

const types: Record<string, string> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json; charset=utf-8',
  png: 'image/png',
  svg: 'image/svg+xml',
  woff2: 'font/woff2',
}

/** The built dashboard: one page for all its addresses, and its files. */
export function mountPage(mount: Mount): void {
  for (const name of routeNames.filter(route => (routes[route] as AccessRow).page && route !== 'GET /')) {
    mount(name as 'GET /gate', { summary: 'The dashboard', tags: ['dashboard'], responses: html }, page)
  }
  mount('GET /assets/{file}', { summary: 'A file of the dashboard', tags: ['dashboard'], responses: bytes }, c =>
    file(c, join('assets', c.req.param('file')), true),
  )
  mount('GET /gate.svg', { summary: 'The dashboard’s icon', tags: ['dashboard'], responses: bytes }, c =>
    file(c, 'gate.svg', false),
  )
}

const html = { 200: { description: 'HTML.', content: { 'text/html': { schema: { type: 'string' as const } } } } }
const bytes = { 200: { description: 'Its bytes, compressed when they were built.' } }

/** Serves index.html with a new nonce, or on the plain port redirects to the encrypted one, if there is one. */
export async function page(c: Context<HttpEnv>): Promise<Response> {
  const encrypted = encryptedUrl(c)
  if (encrypted) return c.redirect(encrypted, 302)
  const index = await readOrNothing(join(c.env.host.dashboardDir, 'index.html'))
  if (!index) return notBuilt(c)
  c.env.accounts.warm()
  const nonce = randomBytes(18).toString('base64url')
  return c.body(index.toString().replaceAll(noncePlace, nonce), 200, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': policy(nonce),
    'Referrer-Policy': 'same-origin',
    // Over plain http browsers ignore this header, and log a warning.
    ...(isEncrypted(c) && { 'Cross-Origin-Opener-Policy': 'same-origin' }),
  })
}

const isEncrypted = ({ env }: Context<HttpEnv>): boolean => siteOf(env).startsWith('https:')

/** Serves a file. `hashed`: its name changes with its content, so that browsers may keep it for ever. */
async function file(c: Context<HttpEnv>, name: string, hashed: boolean): Promise<Response> {
  const ending = /^(?:assets\/)?[\w.-]+\.(\w+)$/.exec(name)?.[1] ?? ''
  const type = lookup(types, ending)
  if (!type || name.includes('..')) throw new DarvazaError('not_found')
  const path = join(c.env.host.dashboardDir, name)
  const accepted = c.req.header('accept-encoding') ?? ''
  const headers = {
    'Content-Type': type,
    'Cache-Control': hashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    Vary: 'Accept-Encoding',
    // The policy of a worker comes with the worker's own file.
    'Content-Security-Policy': "default-src 'none'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'",
  }
  for (const [coding, suffix, asked] of [
    ['br', '.br', /\bbr\b/],
    ['gzip', '.gz', /\bgzip\b/],
  ] as const) {
    if (!asked.test(accepted)) continue
    const packed = await readOrNothing(path + suffix)
    if (packed) return c.body(packed as Buffer<ArrayBuffer>, 200, { ...headers, 'Content-Encoding': coding })
  }
  const plain = await readOrNothing(path)
  if (!plain) throw new DarvazaError('not_found')
  return c.body(plain as Buffer<ArrayBuffer>, 200, headers)
}

function notBuilt(c: Context<HttpEnv>): Response {
  const { message, hint } = errorBody('dashboard_not_built', languageOf(c.req.header('accept-language')))
  return c.text(`Darvaza\n\n${message}\n${hint}\n`, 503)
}

async function readOrNothing(path: string): Promise<Buffer | undefined> {
  while (reading >= filesAtOnce) await new Promise<void>(resolve => waiting.push(resolve))
  reading++
  try {
    return await readFile(path)
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  } finally {
    reading--
    waiting.shift()?.()
  }
}

/**
 * The most files read at once: each open file takes a file descriptor, and strangers may send as many requests as they
 * have connections.
 */
const filesAtOnce = 16
let reading = 0
/** File reads that wait for their turn, oldest first. */
const waiting: (() => void)[] = []

/** The encrypted address of this page, when it was requested in plain although there is an encrypted listener. */
function encryptedUrl(c: Context<HttpEnv>): string | undefined {
  const { host } = c.env
  const port = host.tlsPort()
  if (c.env.listenerKind !== 'plain' || port === undefined) return undefined
  const path = c.req.path
  if (host.publicUrl?.startsWith('https:')) return `${host.publicUrl}${path}`
  const named = c.req.header('host')
  if (!named || !URL.canParse(`http://${named}`)) return undefined
  const url = new URL(`http://${named}`)
  return `https://${url.hostname}${port === 443 ? '' : `:${port}`}${path}`
}
