import { expect, it } from 'vitest'
import { startGateway } from '../support/gateway.ts'
import { startProvider } from './oidc-provider.ts'
import { firstOwner, PersonClient } from './person-client.ts'

/** Follows the redirects of a sign-in as a browser does: to the provider and back with a code. */
async function throughProvider(client: PersonClient) {
  const wish = { provider: 'oidc', callbackURL: '/', errorCallbackURL: '/sign-in', disableRedirect: true }
  const begun = await client.ask('POST', '/api/auth/sign-in/social', wish)
  expect(begun.status).toBe(200)
  const away = await fetch(begun.body.url, { redirect: 'manual' })
  const back = new URL(away.headers.get('location')!)
  const response = await fetch(back, { redirect: 'manual', headers: { cookie: client.cookie } })
  for (const line of response.headers.getSetCookie()) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    if (value) client.cookies.set(name, value)
  }
  return { status: response.status, location: response.headers.get('location') }
}

it('lets in whom the provider proves to be somebody of the house, invited or not yet come, and nobody else', async () => {
  await using provider = await startProvider('omid@example.org')
  const { issuer } = provider
  const oidc = [{ id: 'oidc', name: 'The firm', issuer, clientId: 'darvaza', clientSecret: 'known-to-both' }]
  await using gateway = await startGateway({ oidc })
  const owner = await firstOwner(gateway)

  const stranger = new PersonClient(gateway)
  expect((await stranger.ask('GET', '/api/me')).body.features.oidc).toEqual([{ id: 'oidc', name: 'The firm' }])
  const refused = await throughProvider(stranger)
  expect(refused).toMatchObject({ status: 302, location: expect.stringContaining('/sign-in?error=') })
  expect((await stranger.ask('GET', '/api/me')).body.person).toBeNull()

  await owner.ask('POST', '/api/people', { name: 'Omid', email: 'omid@example.org', role: 'viewer' })
  const omid = new PersonClient(gateway)
  expect((await throughProvider(omid)).location).toBe('/')
  expect((await omid.ask('GET', '/api/me')).body.person).toMatchObject({ name: 'Omid', role: 'viewer', invited: false })

  provider.email = owner.email
  const again = new PersonClient(gateway)
  await throughProvider(again)
  expect((await again.ask('GET', '/api/me')).body.person).toMatchObject({ id: owner.id, role: 'owner' })
})

it('believes an address only when the provider says that it checked it, or the owner says that it need not', async () => {
  await using provider = await startProvider('mina@example.org')
  const { issuer } = provider
  const known = { id: 'oidc', name: 'The firm', issuer, clientId: 'darvaza', clientSecret: 'known-to-both' }
  await using gateway = await startGateway({ oidc: [known] })
  await firstOwner(gateway)
  for (const verified of [false, 'false', undefined, 0, 'no']) {
    provider.verified = verified
    const eve = new PersonClient(gateway)
    expect(await throughProvider(eve)).toMatchObject({ location: expect.stringContaining('/sign-in?error=') })
    expect([verified, (await eve.ask('GET', '/api/devices')).status]).toEqual([verified, 401])
  }
  provider.verified = 'true'
  const mina = new PersonClient(gateway)
  expect((await throughProvider(mina)).location).toBe('/')

  provider.verified = undefined
  await using trusting = await startGateway({ oidc: [{ ...known, trustsEmail: true }] })
  await firstOwner(trusting)
  const same = new PersonClient(trusting)
  await throughProvider(same)
  expect((await same.ask('GET', '/api/me')).body.person.role).toBe('owner')
})

it('tells the person and the owners of a first sign-in by a provider, and lets no second account there take it over', async () => {
  await using provider = await startProvider('mina@example.org')
  const { issuer } = provider
  const oidc = [{ id: 'oidc', name: 'The firm', issuer, clientId: 'darvaza', clientSecret: 'known-to-both' }]
  await using gateway = await startGateway({ oidc })
  const owner = await firstOwner(gateway)
  expect((await owner.ask('GET', '/api/me')).body.links).toEqual([])
  const rows = async () => {
    const { body } = await gateway.api('GET', '/api/journal?limit=1000')
    return body.entries.filter(({ data }: { data: { provider?: string } }) => data?.provider === 'oidc')
  }
  const seen = []
  for (const subject of ['first', 'first', 'second']) {
    provider.subject = subject
    seen.push((await throughProvider(new PersonClient(gateway))).location)
  }
  expect(seen).toEqual(['/', '/', expect.stringContaining('/sign-in?error=')])
  expect((await owner.ask('GET', '/api/me')).body.links).toEqual([
    { provider: 'oidc', name: 'The firm', since: expect.any(String) },
  ])
  const told = (await rows()).reverse()
  expect(told).toMatchObject([
    {
      kind: 'act',
      address: '127.0.0.1',
      text: 'Mina can sign in by The firm from now on: an account there has the same address',
      data: { act: 'person.link', person: owner.id, providerName: 'The firm' },
    },
    { kind: 'gateway', address: '127.0.0.1', data: { event: 'provider_changed', person: owner.id } },
  ])
})

it('takes no answer of the provider that this browser did not ask for', async () => {
  await using provider = await startProvider('mina@example.org')
  const { issuer } = provider
  const oidc = [{ id: 'oidc', name: 'The firm', issuer, clientId: 'darvaza', clientSecret: 'known-to-both' }]
  await using gateway = await startGateway({ oidc })
  await firstOwner(gateway)
  const attacker = new PersonClient(gateway)
  const wish = { provider: 'oidc', callbackURL: '/', errorCallbackURL: '/sign-in', disableRedirect: true }
  const { body } = await attacker.ask('POST', '/api/auth/sign-in/social', wish)
  const away = await fetch(body.url, { redirect: 'manual' })
  const back = new URL(away.headers.get('location')!)
  const victim = new PersonClient(gateway)
  for (const search of [back.search, '?code=x&state=x', '?error=x&state=x', '?code=x', '']) {
    const answer = await fetch(`${gateway.url}/api/auth/callback/oidc${search}`, { redirect: 'manual' })
    const to = answer.headers.get('location') ?? '/'
    expect([search, new URL(to, gateway.url).origin]).toEqual([search, gateway.url])
    expect(answer.headers.getSetCookie().join()).not.toMatch(/session_token=[^;]/)
  }
  expect((await victim.ask('GET', '/api/devices')).status).toBe(401)
})
