import type { DatabaseSync } from 'node:sqlite'
import { passkey } from '@better-auth/passkey'
import { betterAuth } from 'better-auth'
import { genericOAuth, twoFactor } from 'better-auth/plugins'
import type { OidcProvider } from '../../config.ts'
import { passwordLength } from '../../protocol/password.ts'
import { cookiePrefix } from './session-cookie.ts'
import { open } from './tables.ts'

export interface AccountsSettings {
  file: string
  secret: string
  oidc: readonly OidcProvider[]
}

/** Requests carry the client's address, as the gateway knows it, in this header: nobody else's word is believed. */
export const addressHeader = 'x-darvaza-address'

const day = 86_400
/** Open sites at once, in one process: names and addresses by which the gateway is reached. */
const sitesAtMost = 8

/** Better Auth over `people.sqlite`, one instance for each address by which people reach the gateway. */
export class AuthSites implements Disposable {
  readonly #settings: AccountsSettings
  readonly #database: DatabaseSync
  readonly #sites = new Map<string, Auth>()
  readonly #onError: (message: string) => void

  constructor(settings: AccountsSettings, onError: (message: string) => void) {
    this.#settings = settings
    this.#onError = onError
    this.#database = open(settings.file)
  }

  /** `site`: the origin in the browser's address bar. It decides whether cookies are `Secure`, and whose passkeys these are. */
  at(site: string): Auth {
    let auth = this.#sites.get(site)
    this.#sites.delete(site)
    auth ??= makeAuth(this.#settings, this.#database, site, this.#onError)
    this.#sites.set(site, auth)
    if (this.#sites.size > sitesAtMost) this.#sites.delete(this.#sites.keys().next().value!)
    return auth
  }

  /** Hashes and stores a password, in place of the one before. */
  async setPassword(personId: string, password: string): Promise<void> {
    const context = await this.at('http://localhost').$context
    const hash = await context.password.hash(password)
    const credential = await context.internalAdapter.findCredentialAccount(personId)
    if (credential) await context.internalAdapter.updatePassword(personId, hash)
    else
      await context.internalAdapter.createAccount({
        userId: personId,
        accountId: personId,
        providerId: 'credential',
        password: hash,
      })
  }

  [Symbol.dispose](): void {
    this.#database.close()
  }
}

type Auth = ReturnType<typeof makeAuth>

/** What the accounts can do, and how. Also asked by a test whether the tables are as it wants them. */
export function makeAuth(
  { secret, oidc }: AccountsSettings,
  database: DatabaseSync,
  site: string,
  onError: (message: string) => void = () => {},
) {
  return betterAuth({
    appName: 'Darvaza',
    database,
    secret,
    baseURL: site,
    basePath: '/api/auth',
    trustedOrigins: [site],
    // Darvaza's own: by account and by address, before anything expensive is done.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { level: 'error', disableColors: true, log: (_level, message) => onError(message) },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: passwordLength.least,
      maxPasswordLength: passwordLength.most,
    },
    session: { expiresIn: 30 * day, updateAge: day, freshAge: day },
    account: {
      encryptOAuthTokens: true,
      // The address is what ties a provider's account to a person: it counts only when the provider has verified it.
      accountLinking: { enabled: true, trustedProviders: [] },
    },
    advanced: {
      cookiePrefix,
      useSecureCookies: site.startsWith('https://'),
      ipAddress: { ipAddressHeaders: [addressHeader] },
    },
    plugins: [
      twoFactor({ issuer: 'Darvaza', backupCodeOptions: { storeBackupCodes: 'encrypted' }, allowPasswordless: true }),
      passkey({ rpName: 'Darvaza', rpID: new URL(site).hostname, origin: site }),
      ...(oidc.length === 0 ? [] : [genericOAuth({ config: oidc.map(providerConfig) })]),
    ],
  })
}

const providerConfig = ({ id, name, issuer, clientId, clientSecret, trustsEmail }: OidcProvider) => ({
  providerId: id,
  name,
  discoveryUrl: issuer.includes('/.well-known/')
    ? issuer
    : `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
  clientId,
  clientSecret,
  scopes: ['openid', 'email', 'profile'],
  pkce: true,
  // People come in by an owner's invitation only; the provider proves who they are.
  disableSignUp: true,
  // Some say so with a word, and "false" is a word as well.
  mapProfileToUser: (profile: Record<string, unknown>) => ({
    emailVerified: trustsEmail || [true, 'true'].includes(profile.email_verified as boolean | string),
  }),
})
