import type { DatabaseSync } from 'node:sqlite'
import { passkey } from '@better-auth/passkey'
import { betterAuth } from 'better-auth'
import { genericOAuth, twoFactor } from 'better-auth/plugins'
import { z } from 'zod'
import { sessionDays, sessionProlongedEveryDays } from '#protocol/durations.ts'
import { accountAddressHeader } from '#protocol/headers.ts'
import { passwordLength } from '#protocol/password.ts'
import type { OidcProvider } from '../../config.ts'
import type { AccountsAnswer, AccountsRequest } from '../../core/people/accounts.ts'
import { AccountLinks } from './account-links.ts'
import { openPeopleFile } from './open-people-file.ts'
import { PasswordCheck } from './password-check.ts'
import { cookiePrefix } from './session-cookie.ts'

export interface AccountsSettings {
  file: string
  secret: string
  oidc: readonly OidcProvider[]
}

const day = 86_400
/** The most sites open at once in one process: names and addresses by which the gateway is reached. */
const sitesAtMost = 8

/** Better Auth over `people.sqlite`, one instance for each address by which people reach the gateway. */
export class AuthSites implements Disposable {
  readonly #settings: AccountsSettings
  readonly #database: DatabaseSync
  readonly #checks: AccountChecks
  readonly #sites = new Map<string, Auth>()
  readonly #onError: (message: string) => void

  constructor(settings: AccountsSettings, onError: (message: string) => void) {
    this.#settings = settings
    this.#onError = onError
    this.#database = openPeopleFile(settings.file)
    this.#checks = { passwords: new PasswordCheck(this.#database), links: new AccountLinks(this.#database) }
  }

  get passwords(): PasswordCheck {
    return this.#checks.passwords
  }

  /** Answers one request of a browser. */
  async handle(request: AccountsRequest): Promise<AccountsAnswer> {
    const { passwords, links } = this.#checks
    const { answer, link } = await links.during(async () => {
      const typed = typedPassword(request)
      const ask = () => this.#ask(request)
      return typed ? ((await passwords.signIn(typed.email, typed.password, ask)) ?? wrongPassword) : ask()
    })
    return link ? { ...answer, link } : answer
  }

  async #ask({ site, method, target, headers, body }: AccountsRequest): Promise<AccountsAnswer> {
    const request = new Request(new URL(target, site), { method, headers, ...(body !== undefined && { body }) })
    const response = await this.at(site).handler(request)
    return { status: response.status, headers: [...response.headers], body: await response.text() }
  }

  /** `site`: the origin in the browser's address bar. It decides the cookies' `Secure` and the passkeys' site. */
  at(site: string): Auth {
    let auth = this.#sites.get(site)
    this.#sites.delete(site)
    auth ??= makeAuth(this.#settings, this.#database, site, this.#checks, this.#onError)
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

/** Darvaza's own checks beside the library, the same for all sites. */
export interface AccountChecks {
  passwords: PasswordCheck
  links: AccountLinks
}

const typedSchema = z.object({ email: z.email(), password: z.string().max(passwordLength.most) })

/**
 * The address and password that were typed to sign in. Undefined for other routes, and for a request that the library
 * refuses without hashing.
 */
function typedPassword({ method, target, body }: AccountsRequest): z.infer<typeof typedSchema> | undefined {
  if (method !== 'POST' || target.split('?')[0] !== '/api/auth/sign-in/email') return undefined
  try {
    return typedSchema.safeParse(JSON.parse(body ?? '')).data
  } catch {
    return undefined
  }
}

/** The same answer as the library's own to a wrong password. */
const wrongPassword: AccountsAnswer = {
  status: 401,
  headers: [['content-type', 'application/json']],
  body: '{"message":"Invalid email or password","code":"INVALID_EMAIL_OR_PASSWORD"}',
}

/** The options of the accounts library. A test also compares Darvaza's tables with what they need. */
export function makeAuth(
  { secret, oidc }: AccountsSettings,
  database: DatabaseSync,
  site: string,
  { passwords, links }: AccountChecks,
  onError: (message: string) => void = () => {},
) {
  return betterAuth({
    appName: 'Darvaza',
    database,
    secret,
    baseURL: site,
    basePath: '/api/auth',
    trustedOrigins: [site],
    // Darvaza has limits of its own, by account and by address, before anything expensive is done.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { level: 'error', disableColors: true, log: (_level, message) => onError(message) },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: passwordLength.least,
      maxPasswordLength: passwordLength.most,
      password: { hash: word => passwords.hash(word), verify: stored => passwords.verify(stored) },
    },
    databaseHooks: {
      account: {
        create: { before: async account => (links.mayLink(account) ? undefined : false) },
      },
    },
    session: { expiresIn: sessionDays * day, updateAge: sessionProlongedEveryDays * day, freshAge: day },
    account: {
      encryptOAuthTokens: true,
      // A provider's account is tied to a person by its address, which counts only when the provider has verified it.
      accountLinking: { enabled: true, trustedProviders: [] },
    },
    advanced: {
      cookiePrefix,
      useSecureCookies: site.startsWith('https://'),
      ipAddress: { ipAddressHeaders: [accountAddressHeader] },
    },
    plugins: [
      twoFactor({
        issuer: 'Darvaza',
        backupCodeOptions: { storeBackupCodes: 'encrypted' },
        allowPasswordless: true,
        // Darvaza's own limits count second factors by account too, and do not lock known devices out: with a lock,
        // anyone who has the password could keep the owner from signing in.
        accountLockout: { enabled: false },
      }),
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
  // People get an account by an owner's invitation only; the provider proves who they are.
  disableSignUp: true,
  // Some providers send a word instead of a boolean, and the word "false" would count as true.
  mapProfileToUser: (profile: Record<string, unknown>) => ({
    emailVerified: trustsEmail || [true, 'true'].includes(profile.email_verified as boolean | string),
  }),
})
