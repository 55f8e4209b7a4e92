import { simulated } from '#protocol/settings.ts'
import type { Principal } from '../../../core/access/access.ts'
import type { Device } from '../../../core/devices/device.ts'
import { DarvazaError } from '../../../errors/errors.ts'
import { answers, type Mount } from '../mount.ts'
import type { HttpServices } from '../request-context.ts'

const tags = ['house']
const tag = 'simulated'

/** What a newcomer sees: two cameras to look through, two boards to steer. */
const fleet = [
  { kind: 'esp32cam', name: 'simulated-cam-1' },
  { kind: 'esp32cam', name: 'simulated-cam-2' },
  { kind: 'pico', name: 'simulated-pico-1' },
  { kind: 'pico', name: 'simulated-pico-2' },
] as const

/** Simulated boards, for a first look: clearly marked, and gone with one click. */
export function mountSimulated(mount: Mount): void {
  const responses = { 200: answers(simulated, 'Whether they run.') }
  mount('GET /api/simulated', { tags, summary: 'Whether simulated boards run', responses }, c =>
    c.json(view(c.env.services), 200),
  )

  mount('POST /api/simulated', { tags, summary: 'Start a few simulated boards', responses }, async c => {
    await start(c.env.services, c.var.principal)
    return c.json(view(c.env.services), 200)
  })

  mount('DELETE /api/simulated', { tags, summary: 'Remove them and all that is left of them', responses }, async c => {
    await remove(c.env.services, c.var.principal)
    return c.json(view(c.env.services), 200)
  })
}

/** Made by hand and tagged: somebody's own board with such a tag came by a claim, and is not ours to remove. */
const ours = ({ registry }: HttpServices): Device[] =>
  [...registry.all()].filter(device => device.source === 'owner' && device.simulated === true)

const view = (services: HttpServices) => ({ running: services.simulation.running, devices: ours(services).length })

async function start(services: HttpServices, by: Principal): Promise<void> {
  if (services.simulation.running) return
  await remove(services, by)
  const boards = []
  for (const { kind, name } of fleet) {
    const wish = { kind, name: services.registry.nameTaken(name) ? undefined : name, tags: [tag] }
    const { device, token } = await services.deviceAdmin.create(by, wish)
    services.registry.change(device, { simulated: true })
    boards.push({ kind, name: device.name, token })
  }
  await services.registry.committed()
  try {
    await services.simulation.start(boards)
  } catch (error) {
    services.faults.caught('request', error)
    await remove(services, by)
    throw new DarvazaError('simulation_failed')
  }
}

/** For good: nobody wants to restore these, and their tokens must never open anything again. */
async function remove(services: HttpServices, by: Principal): Promise<void> {
  await services.simulation.stop()
  const devices = ours(services)
  for (const device of devices) if (device.state !== 'removed') await services.deviceAdmin.remove(by, device)
  if (devices.length > 0) await services.registry.forget(devices, true)
}
