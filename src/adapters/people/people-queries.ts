import { sql } from 'kysely'
import type { Person } from '../../core/people/person.ts'
import { type From, prepare } from '../store/prepared-query.ts'
import { sqliteQueries } from '../store/sqlite/sqlite-queries.ts'
import type { PeopleTables } from './tables.ts'

const queries = sqliteQueries<PeopleTables>()

const people = () =>
  queries
    .selectFrom('user as u')
    .innerJoin('person as p', 'p.id', 'u.id')
    .select(({ not, or, exists, selectFrom }) => [
      'u.id',
      'u.name',
      'u.email',
      'u.createdAt as created_at',
      'u.twoFactorEnabled as two_factor',
      'p.role',
      'p.grants',
      // A person who has no way to sign in yet has not accepted the invitation.
      not(
        or([
          exists(selectFrom('account as a').select(sql.lit(1).as('one')).whereRef('a.userId', '=', 'u.id')),
          exists(selectFrom('passkey as k').select(sql.lit(1).as('one')).whereRef('k.userId', '=', 'u.id')),
        ]),
      ).as('invited'),
    ])

/** A person as the queries below select them. */
export type PersonRow = Awaited<ReturnType<ReturnType<typeof people>['execute']>>[number]

export const everybody = prepare(() => people().orderBy('u.createdAt').orderBy('u.id'))

export const personById = prepare((from: From<string>) => people().where('u.id', '=', from()))

export const personByEmail = prepare((from: From<string>) => people().where('u.email', '=', from()))

export const personByInvitation = prepare((from: From<{ hash: string; now: number }>) =>
  people()
    .innerJoin('invitation as i', 'i.person_id', 'u.id')
    .where('i.hash', '=', from('hash'))
    .where('i.until', '>', from('now')),
)

export const sessionByToken = prepare((from: From<string>) =>
  people()
    .innerJoin('session as s', 's.userId', 'u.id')
    .select(['s.id as session_id', 's.expiresAt as expires_at'])
    .where('s.token', '=', from()),
)

export const insertUser = prepare((from: From<Pick<Person, 'id' | 'name' | 'email'> & { at: string }>) =>
  queries.insertInto('user').values({
    id: from('id'),
    name: from('name'),
    email: from('email'),
    // The address counts as verified: an owner invited the person by this address, and an OIDC provider has to name the
    // same one.
    emailVerified: 1,
    createdAt: from('at'),
    updatedAt: from('at'),
  }),
)

export const insertPerson = prepare((from: From<Pick<Person, 'id' | 'role' | 'grants'>>) =>
  queries.insertInto('person').values({
    id: from('id'),
    role: from('role'),
    grants: from(person => grantsText(person.grants)),
  }),
)

export const insertInvitation = prepare((from: From<PeopleTables['invitation']>) =>
  queries.insertInto('invitation').values({
    hash: from('hash'),
    person_id: from('person_id'),
    until: from('until'),
  }),
)

export const removeInvitation = prepare((from: From<string>) =>
  queries.deleteFrom('invitation').where('hash', '=', from()),
)

export const setName = prepare((from: From<{ id: string; name: string }>) =>
  queries
    .updateTable('user')
    .set({ name: from('name') })
    .where('id', '=', from('id')),
)

export const setRole = prepare((from: From<Pick<Person, 'id' | 'role'>>) =>
  queries
    .updateTable('person')
    .set({ role: from('role') })
    .where('id', '=', from('id')),
)

export const setGrants = prepare((from: From<{ id: string; grants: string[] | undefined }>) =>
  queries
    .updateTable('person')
    .set({ grants: from(change => grantsText(change.grants)) })
    .where('id', '=', from('id')),
)

export const removeUser = prepare((from: From<string>) => queries.deleteFrom('user').where('id', '=', from()))

export const endSessionsOf = prepare((from: From<string>) => queries.deleteFrom('session').where('userId', '=', from()))

/** Sign-ins that wait for a second factor keep the person's id as their value. */
export const endVerificationsOf = prepare((from: From<string>) =>
  queries.deleteFrom('verification').where('value', '=', from()),
)

export const endDevicesOf = prepare((from: From<string>) =>
  queries
    .updateTable('person')
    .set(({ eb }) => ({ device_epoch: eb('device_epoch', '+', 1) }))
    .where('id', '=', from()),
)

export const deviceOwner = prepare((from: From<string>) =>
  queries
    .selectFrom('person as p')
    .innerJoin('user as u', 'u.id', 'p.id')
    .select(['u.email', 'p.device_epoch as epoch'])
    .where('p.id', '=', from()),
)

export const providersOf = prepare((from: From<string>) =>
  queries
    .selectFrom('account')
    .select(['providerId as provider', 'createdAt as since'])
    .where('userId', '=', from())
    .where('providerId', '<>', 'credential')
    .orderBy('createdAt'),
)

export const removeTwoFactorOf = prepare((from: From<string>) =>
  queries.deleteFrom('twoFactor').where('userId', '=', from()),
)

export const removePasskeysOf = prepare((from: From<string>) =>
  queries.deleteFrom('passkey').where('userId', '=', from()),
)

export const switchTwoFactorOff = prepare((from: From<string>) =>
  queries.updateTable('user').set({ twoFactorEnabled: 0 }).where('id', '=', from()),
)

export const verificationByToken = prepare((from: From<string>) =>
  queries.selectFrom('verification').select(['value', 'expiresAt']).where('identifier', '=', from()),
)

/** `hash`: that of the password; null where the person of this address has none. */
export const passwordByEmail = prepare((from: From<string>) =>
  queries
    .selectFrom('user as u')
    .leftJoin('account as a', join =>
      join.onRef('a.userId', '=', 'u.id').onRef('a.accountId', '=', 'u.id').on('a.providerId', '=', 'credential'),
    )
    .select('a.password as hash')
    .where('u.email', '=', from()),
)

export const accountOf = prepare((from: From<{ userId: string; providerId: string }>) =>
  queries
    .selectFrom('account')
    .select('id')
    .where('userId', '=', from('userId'))
    .where('providerId', '=', from('providerId')),
)

const grantsText = (grants: string[] | undefined): string | null => (grants ? JSON.stringify(grants) : null)
