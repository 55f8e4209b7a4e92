import type { Context } from 'hono'
import { DarvazaError } from '../../errors.ts'
import { about, health, ready } from '../../protocol/api.ts'
import { answers, type Mount } from './mount.ts'
import type { HttpEnv } from './visit.ts'

/** What this is, and whether it is well. */
export function mountAbout(mount: Mount): void {
  mount('GET /', { summary: 'What this is', responses: { 200: answers(about, 'A gateway.') } }, c => {
    const encrypted = encryptedUrl(c as Context<HttpEnv>)
    if (encrypted && c.req.header('accept')?.includes('text/html')) return c.redirect(encrypted, 302) as never
    return c.json(
      {
        name: 'Darvaza' as const,
        version: c.env.house.version,
        tokens: '/public/tokens',
        boards: ['/ws/pico', '/ws/esp32cam', '/ws'],
        api: '/api/openapi.json',
        guide: 'README.md and docs/ of the program; on its host: npx darvaza --help',
      },
      200,
    )
  })

  mount('GET /health', { summary: 'Whether it runs', responses: { 200: answers(health, 'It runs.') } }, c => {
    const { clock, startedTicks, version } = c.env.house
    return c.json({ status: 'ok' as const, version, uptimeS: Math.floor((clock.ticks() - startedTicks) / 1000) }, 200)
  })

  mount('GET /ready', { summary: 'Whether it takes work', responses: { 200: answers(ready, 'It does.') } }, c => {
    if (!c.env.house.ready()) throw new DarvazaError('shutting_down')
    return c.json({ status: 'ready' as const }, 200)
  })
}

/** Where operators' pages are, when this request came in plain although there is an encrypted listener. */
function encryptedUrl(c: Context<HttpEnv>): string | undefined {
  const { config, tlsPort } = c.env.house
  const port = tlsPort()
  if (c.env.entrance !== 'plain' || port === undefined) return undefined
  if (config.publicUrl?.startsWith('https:')) return `${config.publicUrl}/`
  const host = c.req.header('host')
  if (!host || !URL.canParse(`http://${host}`)) return undefined
  const url = new URL(`http://${host}`)
  return `https://${url.hostname}${port === 443 ? '' : `:${port}`}/`
}
