import { telemetry, telemetryQuery } from '#protocol/settings.ts'
import { answers, type Mount } from '../mount.ts'

export function mountTelemetry(mount: Mount): void {
  mount(
    'GET /api/devices/{id}/telemetry',
    {
      tags: ['devices'],
      summary: 'How it was over time, in at most 300 points a series',
      request: { query: telemetryQuery },
      responses: { 200: answers(telemetry, 'Its series.') },
    },
    async c => c.json(await c.env.core.telemetry.query(c.var.device.id, c.req.valid('query').range), 200),
  )
}
