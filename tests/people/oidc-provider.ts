import { generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export interface Provider {
  issuer: string
  email: string
  /** The `sub` claim: the provider's id for the account. Default: one for each e-mail address. */
  subject: string | undefined
  /** The `email_verified` claim. undefined omits it. */
  verified: unknown
}

/** An OpenID Connect provider with one account at a time: every sign-in succeeds as `email`. */
export async function startProvider(email: string): Promise<Provider & AsyncDisposable> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const codes = new Map<string, { nonce: string | null; client: string }>()
  const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const state: Provider = { issuer: '', email, subject: undefined, verified: true }
  const idToken = (client: string, nonce: string | null): string => {
    const now = Math.floor(Date.now() / 1000)
    const claims = {
      iss: state.issuer,
      sub: state.subject ?? `sub of ${state.email}`,
      aud: client,
      iat: now,
      exp: now + 60,
      email: state.email,
      email_verified: state.verified,
      name: 'At the provider',
      ...(nonce && { nonce }),
    }
    const signed = `${base64({ alg: 'RS256', kid: 'one', typ: 'JWT' })}.${base64(claims)}`
    return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`
  }
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', state.issuer)
    const json = (value: object) => response.setHeader('content-type', 'application/json').end(JSON.stringify(value))
    if (url.pathname === '/.well-known/openid-configuration')
      return json({
        issuer: state.issuer,
        authorization_endpoint: `${state.issuer}/authorize`,
        token_endpoint: `${state.issuer}/token`,
        userinfo_endpoint: `${state.issuer}/userinfo`,
        jwks_uri: `${state.issuer}/jwks`,
      })
    if (url.pathname === '/jwks')
      return json({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }] })
    if (url.pathname === '/authorize') {
      const code = randomUUID()
      codes.set(code, { nonce: url.searchParams.get('nonce'), client: url.searchParams.get('client_id') ?? '' })
      const back = new URL(url.searchParams.get('redirect_uri') ?? '')
      back.searchParams.set('code', code)
      back.searchParams.set('state', url.searchParams.get('state') ?? '')
      return response.writeHead(302, { location: back.href }).end()
    }
    if (url.pathname === '/token') {
      const asked = codes.get(new URLSearchParams(await text(request)).get('code') ?? '')
      if (!asked) return response.writeHead(400).end()
      return json({
        access_token: 'access',
        token_type: 'Bearer',
        expires_in: 60,
        id_token: idToken(asked.client, asked.nonce),
      })
    }
    if (url.pathname === '/userinfo')
      return json({
        sub: state.subject ?? `sub of ${state.email}`,
        email: state.email,
        email_verified: state.verified,
        name: 'At the provider',
      })
    response.writeHead(404).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  state.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return Object.assign(state, {
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  })
}
