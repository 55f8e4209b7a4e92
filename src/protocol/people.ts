import { z } from 'zod'
import { invitationDays } from './durations.ts'
import { passwordLength } from './password.ts'
import { roles } from './vocabulary.ts'

/* The schemas of people, as the API accepts and returns them. */

const time = z.iso.datetime()
const line = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .regex(/^\P{Cc}*$/u, 'one line, without control characters')
const name = line(80)
const email = z.email().max(254)
const code = z.string().min(1).max(256).describe('From the one-time link, behind its #.')
const password = z
  .string()
  .min(passwordLength.least, 'at least 12 characters')
  .max(passwordLength.most)
  .describe('12 to 128 characters, not too much the same. Length first.')
const grants = z
  .array(z.string().min(1).max(65))
  .min(1)
  .max(1_000)
  .describe('Devices by id or name, and tags as "#tag".')

export const person = z
  .object({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    role: z.enum(roles),
    grants: z.array(z.string()).nullable().describe('Devices and tags this person reaches; null: all.'),
    twoFactor: z.boolean(),
    invited: z.boolean().describe('Has never come in yet.'),
    createdAt: time,
  })
  .meta({ id: 'Person' })
export type PersonView = z.infer<typeof person>

const features = z.object({
  passkeys: z.boolean().describe('Browsers allow them over TLS and on localhost only.'),
  oidc: z.array(z.object({ id: z.string(), name: z.string() })),
})

const providerLink = z.object({
  provider: z.string().describe('Its id in the configuration.'),
  name: z.string(),
  since: time,
})
export type ProviderLinkView = z.infer<typeof providerLink>

export const me = z.object({
  person: person.nullable(),
  links: z.array(providerLink).describe('Providers by which this person can sign in, since they first did.'),
  needsOwner: z.boolean().describe('No owner has come in yet: the one-time link makes one.'),
  features,
})
export type MeView = z.infer<typeof me>

export const setup = z.strictObject({ code, name, email, password })
export const invitationAnswer = z.strictObject({ code, name, password })
export const entered = z.object({ person })

export const personList = z.object({ people: z.array(person) })
export const personAnswer = z.object({ person })
export const newPerson = z.strictObject({ name, email, role: z.enum(roles), grants: grants.optional() })
export const personInvited = z.object({
  person,
  invitation: z.string().describe(`A link, valid for ${invitationDays} days. Shown only this once.`),
})
export const personChange = z.strictObject({
  name: name.optional(),
  role: z.enum(roles).optional(),
  grants: grants.nullable().optional().describe('Null: everything.'),
})

export const ownerReset = z.strictObject({
  file: z.boolean().optional().describe('Write the link to owner-link in the data folder instead of answering it.'),
})
export const ownerLink = z.object({
  link: z.string().nullable(),
  file: z.string().nullable().describe('Where the link is, if it was written to a file.'),
  until: time,
})
export type OwnerLinkView = z.infer<typeof ownerLink>
