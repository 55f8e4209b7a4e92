import {
  newPerson,
  ownerLink,
  ownerReset,
  type PersonView,
  personAnswer,
  personChange,
  personInvited,
  personList,
} from '#protocol/people.ts'
import type { Person } from '../../../core/people/person.ts'
import { siteOf } from '../browser-origin.ts'
import { answers, body, type Mount } from '../mount.ts'
import { resolveGrants } from './grants.ts'

const tags = ['people']

export function mountPeople(mount: Mount): void {
  mount(
    'GET /api/people',
    { tags, summary: 'Who lives in the house', responses: { 200: answers(personList, 'Everybody.') } },
    c => c.json({ people: c.env.core.people.all().map(personView) }, 200),
  )

  mount(
    'POST /api/people',
    {
      tags,
      summary: 'Invite somebody',
      request: body(newPerson),
      responses: { 201: answers(personInvited, 'The person, and the link to give them.') },
    },
    async c => {
      const { core } = c.env
      const { grants, ...wish } = c.req.valid('json')
      const { person, code } = await core.people.invite(c.var.principal, {
        ...wish,
        grants: grants && resolveGrants(grants, core.registry),
      })
      const site = siteOf(c.env)
      return c.json({ person: personView(person), invitation: `${site}/invite#${code}` }, 201)
    },
  )

  mount(
    'PATCH /api/people/{id}',
    {
      tags,
      summary: 'Change what somebody may do; open pages follow within a second',
      request: body(personChange),
      responses: { 200: answers(personAnswer, 'The person as they are now.') },
    },
    async c => {
      const { people, registry } = c.env.core
      const { grants, ...change } = c.req.valid('json')
      const person = await people.edit(c.var.principal, c.req.param('id'), {
        ...change,
        grants: grants && resolveGrants(grants, registry),
      })
      return c.json({ person: personView(person) }, 200)
    },
  )

  mount(
    'DELETE /api/people/{id}',
    { tags, summary: 'Send somebody away, at once', responses: { 200: answers(personAnswer, 'The person that was.') } },
    async c => c.json({ person: personView(await c.env.core.people.remove(c.var.principal, c.req.param('id'))) }, 200),
  )

  mount(
    'POST /api/owner/reset',
    {
      tags,
      summary: 'Make a one-time link for a new owner, on the gateway’s own host only',
      request: body(ownerReset, false),
      responses: { 200: answers(ownerLink, 'The link, or where it was written.') },
    },
    async c => {
      const { core, host } = c.env
      const { code, until } = core.people.issueOwnerLink(c.var.principal)
      const link = `${host.ownUrl()}/setup#${code}`
      const file = c.req.valid('json').file ? await host.keepOwnerLink(link) : null
      return c.json({ link: file === null ? link : null, file, until: new Date(until).toISOString() }, 200)
    },
  )
}

export const personView = (person: Person): PersonView => ({
  id: person.id,
  name: person.name,
  email: person.email,
  role: person.role,
  grants: person.grants ?? null,
  twoFactor: person.twoFactor,
  invited: person.invited,
  createdAt: new Date(person.createdAt).toISOString(),
})
