import {
  approval,
  blocking,
  deviceAnswer,
  deviceChange,
  deviceFilter,
  devicePage,
  deviceWithToken,
  newDevice,
  revocation,
  rotation,
} from '#protocol/api.ts'
import { authorize, reaches } from '../../../core/access/access.ts'
import { deviceView } from '../../../core/dashboard/device-view.ts'
import type { Device } from '../../../core/devices/device.ts'
import { DarvazaError } from '../../../errors/errors.ts'
import { readCursor, writeCursor } from '../cursor.ts'
import { answers, body, type Mount } from '../mount.ts'

const tags = ['devices']
const theDevice = { 200: answers(deviceAnswer, 'The device as it is now.') }

export function mountDevices(mount: Mount): void {
  mount(
    'GET /api/devices',
    {
      tags,
      summary: 'Devices you can reach, oldest first',
      request: { query: deviceFilter },
      responses: { 200: answers(devicePage, 'A page of them.') },
    },
    c => {
      const { core } = c.env
      const { state, kind, tag, limit, cursor } = c.req.valid('query')
      const [createdAt, id] = cursor === undefined ? ([-1, ''] as const) : readCursor(cursor, 'number', 'string')
      const found: Device[] = []
      for (const device of core.registry.all()) {
        if (state ? device.state !== state : device.state === 'removed') continue
        if ((kind && device.kind !== kind) || (tag && !device.tags.includes(tag))) continue
        if (byAge(device, { createdAt, id }) > 0 && reaches(c.var.principal, device)) found.push(device)
      }
      const page = found.sort(byAge).slice(0, limit)
      const last = found.length > limit ? page.at(-1) : undefined
      return c.json(
        {
          devices: page.map(device => deviceView(core, device)),
          nextCursor: last ? writeCursor(last.createdAt, last.id) : null,
        },
        200,
      )
    },
  )

  mount(
    'POST /api/devices',
    {
      tags,
      summary: 'Make a device by hand',
      request: body(newDevice),
      responses: { 201: answers(deviceWithToken, 'The device, and its token.') },
    },
    async c => {
      const { device, token } = await c.env.core.deviceAdmin.create(c.var.principal, c.req.valid('json'))
      c.header('Location', `/api/devices/${device.id}`)
      return c.json({ device: deviceView(c.env.core, device), token }, 201)
    },
  )

  mount('GET /api/devices/{id}', { tags, summary: 'One device', responses: theDevice }, c =>
    c.json({ device: deviceView(c.env.core, c.var.device) }, 200),
  )

  mount(
    'PATCH /api/devices/{id}',
    { tags, summary: 'Change its name or tags', request: body(deviceChange), responses: theDevice },
    async c => {
      const { principal, device } = c.var
      await c.env.core.deviceAdmin.edit(principal, device, c.req.valid('json'))
      return c.json({ device: deviceView(c.env.core, device) }, 200)
    },
  )

  mount('DELETE /api/devices/{id}', { tags, summary: 'Remove it; can be undone', responses: theDevice }, async c => {
    await c.env.core.deviceAdmin.remove(c.var.principal, c.var.device)
    return c.json({ device: deviceView(c.env.core, c.var.device) }, 200)
  })

  mount(
    'POST /api/devices/{id}/approve',
    { tags, summary: 'Let a pending board in', request: body(approval, false), responses: theDevice },
    async c => {
      const { principal, device } = c.var
      const wish = c.req.valid('json')
      // The name needs `device.edit`: refusing a taken name would disclose a device that the caller has no access to.
      if (wish.name !== undefined && !authorize(principal, 'device.edit', device)) throw new DarvazaError('forbidden')
      await c.env.core.deviceAdmin.approve(principal, device, wish)
      return c.json({ device: deviceView(c.env.core, c.var.device) }, 200)
    },
  )

  mount(
    'POST /api/devices/{id}/block',
    { tags, summary: 'Shut it out; can be undone', request: body(blocking, false), responses: theDevice },
    async c => {
      await c.env.core.deviceAdmin.block(c.var.principal, c.var.device, c.req.valid('json'))
      return c.json({ device: deviceView(c.env.core, c.var.device) }, 200)
    },
  )

  mount(
    'POST /api/devices/{id}/restore',
    { tags, summary: 'Undo a block, a removal or a revocation', responses: theDevice },
    async c => {
      await c.env.core.deviceAdmin.restore(c.var.principal, c.var.device)
      return c.json({ device: deviceView(c.env.core, c.var.device) }, 200)
    },
  )

  mount(
    'POST /api/devices/{id}/confirm',
    { tags, summary: 'Say that a contested device is all right', responses: theDevice },
    async c => {
      await c.env.core.deviceAdmin.confirm(c.var.principal, c.var.device)
      return c.json({ device: deviceView(c.env.core, c.var.device) }, 200)
    },
  )

  mount(
    'POST /api/devices/{id}/token/rotate',
    {
      tags,
      summary: 'Give it a new token; the old one works until the new one is used',
      request: body(rotation, false),
      responses: { 200: answers(deviceWithToken, 'The device, and its new token.') },
    },
    async c => {
      const { device, token } = await c.env.core.deviceAdmin.rotate(c.var.principal, c.var.device, c.req.valid('json'))
      return c.json({ device: deviceView(c.env.core, device), token }, 200)
    },
  )

  mount(
    'POST /api/devices/{id}/token/revoke',
    { tags, summary: 'End its token; can be undone', request: body(revocation, false), responses: theDevice },
    async c => {
      await c.env.core.deviceAdmin.revoke(c.var.principal, c.var.device, c.req.valid('json').which)
      return c.json({ device: deviceView(c.env.core, c.var.device) }, 200)
    },
  )
}

/** Sorts by age: renaming, connecting and disconnecting do not move a device, so that no page of results misses one. */
const byAge = (one: Pick<Device, 'createdAt' | 'id'>, other: Pick<Device, 'createdAt' | 'id'>): number =>
  one.createdAt - other.createdAt || (one.id < other.id ? -1 : one.id > other.id ? 1 : 0)
