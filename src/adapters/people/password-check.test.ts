import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it, vi } from 'vitest'
import { FakeClock } from '../../../tests/support/fake-clock.ts'
import { AuthSites } from './better-auth.ts'
import { SqlitePeople } from './people-store.ts'

const password = 'correct horse battery staple'

it('does the same for a wrong password of a known, an invited and a provider’s person as for nobody', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'darvaza-test-'))
  const file = join(folder, 'people.sqlite')
  using people = new SqlitePeople(file, new FakeClock(), () => {})
  for (const name of ['known', 'invited', 'provider'])
    people.add({ id: `p_${name}`, name, email: `${name}@example.org`, role: 'viewer', createdAt: 0 })
  using sites = new AuthSites({ file, secret: 'x'.repeat(43), oidc: [] }, () => {})
  await sites.setPassword('p_known', password)
  const { internalAdapter } = await sites.at('http://localhost').$context
  await internalAdapter.createAccount({ userId: 'p_provider', accountId: 'subject', providerId: 'oidc' })

  const prepare = vi.spyOn(DatabaseSync.prototype, 'prepare')
  const signIn = async (email: string, word: string) => {
    prepare.mockClear()
    const before = sites.passwords.hashes
    const { status, body } = await sites.handle({
      site: 'http://localhost',
      method: 'POST',
      target: '/api/auth/sign-in/email',
      headers: [
        ['content-type', 'application/json'],
        ['origin', 'http://localhost'],
      ],
      body: JSON.stringify({ email, password: word }),
    })
    const hashes = sites.passwords.hashes - before
    return { status, code: JSON.parse(body).code, hashes, statements: prepare.mock.calls.length }
  }
  // Each refused sign-in costs one hash of the same parameters, prepares no statement, and gets the same answer.
  const refused = { status: 401, code: 'INVALID_EMAIL_OR_PASSWORD', hashes: 1, statements: 0 }
  for (const name of ['known', 'invited', 'provider', 'nobody'])
    expect([name, await signIn(`${name}@example.org`, 'a wrong password')]).toEqual([name, refused])
  expect(await signIn('Known@Example.org', password)).toMatchObject({ status: 200, hashes: 1 })
  // Requests that the library refuses by their shape are not hashed.
  expect(await signIn('no address', password)).toMatchObject({ status: 400, hashes: 0 })
  expect(await signIn('known@example.org', 'x'.repeat(129))).toMatchObject({ status: 400, hashes: 0 })
  prepare.mockRestore()
  await rm(folder, { recursive: true })
})
