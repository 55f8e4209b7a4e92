import { about, health, ready } from '#protocol/api.ts'
import { DarvazaError } from '../../../errors/errors.ts'
import { answers, type Mount } from '../mount.ts'
import { page } from './page.ts'

/** The program, its version and its health. At `/`, browsers get the dashboard and programs get JSON. */
export function mountAbout(mount: Mount): void {
  mount('GET /', { summary: 'What this is', responses: { 200: answers(about, 'A gateway.') } }, c => {
    if (c.req.header('accept')?.includes('text/html')) return page(c)
    c.header('Vary', 'Accept')
    return c.json(
      {
        name: 'Darvaza' as const,
        version: c.env.host.version,
        tokens: '/public/tokens',
        boards: ['/ws/pico', '/ws/esp32cam', '/ws'],
        api: '/api/openapi.json',
        guide: 'README.md and docs/ of the program; on its host: npx darvaza --help',
        ...(c.env.listenerKind === 'host' && { boardsAt: c.env.host.boardsAt() }),
      },
      200,
    )
  })

  mount('GET /health', { summary: 'Whether it runs', responses: { 200: answers(health, 'It runs.') } }, c => {
    const { core, host, http } = c.env
    const uptimeS = Math.floor((core.clock.ticks() - http.startedTicks) / 1000)
    return c.json({ status: 'ok' as const, version: host.version, uptimeS }, 200)
  })

  mount('GET /ready', { summary: 'Whether it takes work', responses: { 200: answers(ready, 'It does.') } }, c => {
    if (!c.env.host.ready()) throw new DarvazaError('shutting_down')
    const { away } = c.env.core.health
    return away.length > 0
      ? c.json({ status: 'degraded' as const, away: [...away] }, 200)
      : c.json({ status: 'ready' as const }, 200)
  })
}
