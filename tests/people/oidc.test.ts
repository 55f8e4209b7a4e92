import { expect, it } from 'vitest'
import { startGateway } from '../support/gateway.ts'
import { startProvider } from './oidc-provider.ts'
import { firstOwner, Visitor } from './visitor.ts'

/** Follows the redirects of a sign-in, as a browser does: to the provider, and back with a code. */
async function throughProvider(visitor: Visitor) {
  const wish = { provider: 'oidc', callbackURL: '/', errorCallbackURL: '/sign-in', disableRedirect: true }
  const begun = await visitor.ask('POST', '/api/auth/sign-in/social', wish)
  expect(begun.status).toBe(200)
  const away = await fetch(begun.body.url, { redirect: 'manual' })
  const back = new URL(away.headers.get('location')!)
  const response = await fetch(back, { redirect: 'manual', headers: { cookie: visitor.cookie } })
  for (const line of response.headers.getSetCookie()) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    if (value) visitor.cookies.set(name, value)
  }
  return { status: response.status, location: response.headers.get('location') }
}

it('lets in whom the provider proves to be somebody of the house, invited or not yet come, and nobody else', async () => {
  await using provider = await startProvider('omid@example.org')
  const { issuer } = provider
  const oidc = [{ id: 'oidc', name: 'The firm', issuer, clientId: 'darvaza', clientSecret: 'known-to-both' }]
  await using gateway = await startGateway({ oidc })
  const owner = await firstOwner(gateway)

  const stranger = new Visitor(gateway)
  expect((await stranger.ask('GET', '/api/me')).body.features.oidc).toEqual([{ id: 'oidc', name: 'The firm' }])
  const refused = await throughProvider(stranger)
  expect(refused).toMatchObject({ status: 302, location: expect.stringContaining('/sign-in?error=') })
  expect((await stranger.ask('GET', '/api/me')).body.person).toBeNull()

  await owner.ask('POST', '/api/people', { name: 'Omid', email: 'omid@example.org', role: 'viewer' })
  const omid = new Visitor(gateway)
  expect((await throughProvider(omid)).location).toBe('/')
  expect((await omid.ask('GET', '/api/me')).body.person).toMatchObject({ name: 'Omid', role: 'viewer', invited: false })

  provider.email = owner.email
  const again = new Visitor(gateway)
  await throughProvider(again)
  expect((await again.ask('GET', '/api/me')).body.person).toMatchObject({ id: owner.id, role: 'owner' })
})
