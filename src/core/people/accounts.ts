import { strength } from '#protocol/password.ts'
import { DarvazaError } from '../../errors/errors.ts'
import type { Passwords, Person, PersonSession } from './person.ts'

/** A browser's request about accounts, as plain values. */
export interface AccountsRequest {
  /** The origin in the browser's address bar. Passkeys belong to it, and it decides whether cookies are `Secure`. */
  site: string
  method: string
  /** Path and query. */
  target: string
  headers: [name: string, value: string][]
  body: string | undefined
}

export interface AccountsAnswer {
  status: number
  headers: [name: string, value: string][]
  body: string
  /** The account to which a provider's sign-in was just linked, or for which the link was refused. */
  link?: ProviderLink
}

export interface ProviderLink {
  personId: string
  /** The provider's id in the configuration. */
  provider: string
  /** Whether the link was refused because the person has another account of the same provider. */
  refused: boolean
}

/** Sign-in, second factors, passkeys and sessions, provided by a well-maintained library. */
export interface Accounts {
  readonly passwords: Passwords
  /** Whether a Cookie header names a session, valid or not. */
  presents(cookies: string | undefined): boolean
  /** The valid session that a Cookie header names, if any. `secure`: the request was encrypted. Costs microseconds. */
  session(cookies: string | undefined, secure: boolean): PersonSession | undefined
  /** The id of the person whose sign-in waits for its second factor, by the Cookie header. */
  awaited(cookies: string | undefined, secure: boolean): string | undefined
  /**
   * The id of this browser as a known device, on which a person has signed in before, by its Cookie header. `whose`:
   * the account, by address or id; any account if absent. The id does not prove who sends the request.
   */
  knownDevice(
    cookies: string | undefined,
    secure: boolean,
    whose?: Partial<Pick<Person, 'email' | 'id'>>,
  ): string | undefined
  /** The `Set-Cookie` line that makes the browser of a session a known device. */
  deviceCookie(session: PersonSession, secure: boolean): string
  /** Providers by which a person can sign in. `since`: epoch ms. */
  linksOf(personId: string): { provider: string; since: number }[]
  /** Ends all known devices of a person. */
  endDevices(personId: string): void
  /** Answers a request to one of the library's own routes. */
  handle(request: AccountsRequest): Promise<AccountsAnswer>
  /** Called when a person is about to sign in: begins to load slow parts. */
  warm(): void
  /** The configured providers for sign-in. */
  readonly providers: readonly { id: string; name: string }[]
}

/** Checks a chosen password; every way to choose one calls this. @throws DarvazaError password_weak */
export function mustBeStrong(password: string): void {
  if (strength(password) === 0) throw new DarvazaError('password_weak')
}
