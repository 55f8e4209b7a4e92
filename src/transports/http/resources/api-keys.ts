import { type KeyView, keyAnswer, keyList, keyWithSecret, newKey } from '#protocol/api.ts'
import { isoOrNull } from '../../../core/iso-time.ts'
import type { ApiKey } from '../../../core/people/api-key.ts'
import type { People } from '../../../core/people/people.ts'
import { DarvazaError } from '../../../errors/errors.ts'
import { answers, body, type Mount } from '../mount.ts'
import { resolveGrants } from './grants.ts'

const tags = ['keys']

export function mountApiKeys(mount: Mount): void {
  mount(
    'GET /api/keys',
    { tags, summary: 'API keys, without their secrets', responses: { 200: answers(keyList, 'All of them.') } },
    c => c.json({ keys: c.env.core.keys.all().map(key => keyView(key, c.env.core.people)) }, 200),
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
      const { keys, registry, people } = c.env.core
      const { grants, person, ...wish } = c.req.valid('json')
      const whose = person === undefined ? undefined : people.find(person)
      if (person !== undefined && !whose) throw new DarvazaError('person_not_found')
      const { key, secret } = await keys.create(c.var.principal, {
        ...wish,
        grants: grants && resolveGrants(grants, registry),
        personId: whose?.id,
      })
      return c.json({ key: keyView(key, people), secret }, 201)
    },
  )

  mount(
    'DELETE /api/keys/{id}',
    { tags, summary: 'End an API key at once', responses: { 200: answers(keyAnswer, 'The key that was.') } },
    async c => {
      const key = await c.env.core.keys.revoke(c.var.principal, c.req.param('id'))
      if (!key) throw new DarvazaError('not_found')
      return c.json({ key: keyView(key, c.env.core.people) }, 200)
    },
  )
}

const keyView = (key: ApiKey, people: Pick<People, 'find'>): KeyView => ({
  id: key.id,
  role: key.role,
  label: key.label,
  grants: key.grants ?? null,
  createdAt: new Date(key.createdAt).toISOString(),
  expiresAt: isoOrNull(key.expiresAt),
  // A person who was removed a moment ago has no name any more.
  person: key.personId === undefined ? null : { id: key.personId, name: people.find(key.personId)?.name ?? '' },
})
