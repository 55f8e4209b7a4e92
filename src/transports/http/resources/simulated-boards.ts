import { simulated } from '#protocol/settings.ts'
import type { SimulatedFleet } from '../../../core/devices/simulated-fleet.ts'
import { answers, type Mount } from '../mount.ts'

const tags = ['house']

/** Simulated boards, for a first look: clearly marked, and removed with one click. */
export function mountSimulated(mount: Mount): void {
  const responses = { 200: answers(simulated, 'Whether they run.') }
  mount('GET /api/simulated', { tags, summary: 'Whether simulated boards run', responses }, c =>
    c.json(view(c.env.core.simulatedFleet), 200),
  )

  mount('POST /api/simulated', { tags, summary: 'Start a few simulated boards', responses }, async c => {
    const { simulatedFleet } = c.env.core
    await simulatedFleet.start(c.var.principal)
    return c.json(view(simulatedFleet), 200)
  })

  mount('DELETE /api/simulated', { tags, summary: 'Remove them and all that is left of them', responses }, async c => {
    const { simulatedFleet } = c.env.core
    await simulatedFleet.remove(c.var.principal)
    return c.json(view(simulatedFleet), 200)
  })
}

const view = ({ running, devices }: SimulatedFleet) => ({ running, devices: devices.length })
