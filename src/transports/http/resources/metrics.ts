import type { Mount } from '../mount.ts'

export function mountMetrics(mount: Mount): void {
  mount(
    'GET /metrics',
    {
      summary: 'Numbers for Prometheus',
      responses: { 200: { description: 'Text.', content: { 'text/plain': { schema: { type: 'string' as const } } } } },
    },
    async c => {
      const { text, contentType } = await c.env.http.metrics.read()
      return c.body(text, 200, { 'Content-Type': contentType })
    },
  )
}
