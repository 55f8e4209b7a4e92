import { type HealthView, health, healthQuery } from '#protocol/health.ts'
import type { Device } from '../../../core/devices/device.ts'
import { type Health, healthOf } from '../../../core/health/health.ts'
import { languageOf } from '../../../errors/errors.ts'
import { answers, type Mount } from '../mount.ts'

export function mountHealth(mount: Mount): void {
  mount(
    'GET /api/devices/{id}/health',
    {
      tags: ['devices'],
      summary: 'What is wrong with it, in plain words, from the last hours of its black box',
      request: { query: healthQuery },
      responses: { 200: answers(health, 'Verdicts, worst first, and what was looked for.') },
    },
    c => {
      const { device } = c.var
      const { flightRecorders, limits } = c.env.core
      const language = languageOf(c.req.header('accept-language'))
      const found = healthOf(flightRecorders, device, limits, language)
      return c.json(healthView(device, found, c.req.valid('query').trace === 'true'), 200)
    },
  )
}

const iso = (ms: number): string => new Date(ms).toISOString()
const orNull = (value: number): number | null => (Number.isNaN(value) ? null : Math.round(value * 10) / 10)

function healthView(device: Device, found: Health, withTrace: boolean): HealthView {
  const { clock, trace } = found
  return {
    device: device.id,
    state: found.state,
    online: trace.online,
    observedS: Math.round(found.observedMs / 1_000),
    verdicts: found.verdicts.map(({ since, moments, numbers, ...verdict }) => ({
      ...verdict,
      since: iso(since),
      moments: moments.map(iso),
      numbers: Object.fromEntries(Object.entries(numbers).filter(([, value]) => Number.isFinite(value))),
    })),
    checks: found.checks,
    clock: clock
      ? { kind: clock.kind, offsetMs: clock.offsetMs, driftPpm: clock.driftPpm ?? null, readAt: iso(clock.readAt) }
      : null,
    keepAlive: found.keepAlive ?? null,
    ...(withTrace && {
      trace: {
        events: trace.events.map(event => {
          const fields = Object.entries(event).map(([name, value]) => [name, Number.isNaN(value) ? null : value])
          return { ...Object.fromEntries(fields), kind: event.kind, at: iso(event.at) }
        }),
        samples: trace.samples.map(sample => ({
          ...sample,
          from: iso(sample.from),
          to: iso(sample.to),
          memoryLeast: orNull(sample.memoryLeast),
          memoryMost: orNull(sample.memoryMost),
          signalDbm: orNull(sample.signalDbm),
          roundTripMs: orNull(sample.roundTripMs),
          watched: Math.round(sample.watched * 100) / 100,
        })),
      },
    }),
  }
}
