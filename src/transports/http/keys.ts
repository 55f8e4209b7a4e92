import type { ApiKey } from '../../core/access/keys.ts'
import { DarvazaError } from '../../errors.ts'
import { type KeyView, keyAnswer, keyList, keyWithSecret, newKey } from '../../protocol/api.ts'
import { isoOrNull } from './device-view.ts'
import { resolveGrants } from './grants.ts'
import { answers, body, type Mount } from './mount.ts'

const tags = ['keys']

export function mountKeys(mount: Mount): void {
  mount(
    'GET /api/keys',
    { tags, summary: 'API keys, without their secrets', responses: { 200: answers(keyList, 'All of them.') } },
    c => c.json({ keys: c.env.house.keys.all().map(keyView) }, 200),
  )

  mount(
    'POST /api/keys',
    {
      tags,
      summary: 'Make an API key',
      request: body(newKey),
      responses: { 201: answers(keyWithSecret, 'The key, and its secret.') },
    },
    async c => {
      const { keys, registry } = c.env.house
      const { grants, ...wish } = c.req.valid('json')
      const { key, secret } = await keys.create(c.var.principal, {
        ...wish,
        grants: grants && resolveGrants(grants, registry),
      })
      return c.json({ key: keyView(key), secret }, 201)
    },
  )

  mount(
    'DELETE /api/keys/{id}',
    { tags, summary: 'End an API key at once', responses: { 200: answers(keyAnswer, 'The key that was.') } },
    async c => {
      const key = await c.env.house.keys.revoke(c.var.principal, c.req.param('id'))
      if (!key) throw new DarvazaError('not_found')
      return c.json({ key: keyView(key) }, 200)
    },
  )
}

const keyView = (key: ApiKey): KeyView => ({
  id: key.id,
  role: key.role,
  label: key.label,
  grants: key.grants ?? null,
  createdAt: new Date(key.createdAt).toISOString(),
  expiresAt: isoOrNull(key.expiresAt),
})
