import { strength } from '#protocol/password.ts'
import { DarvazaError } from '../../errors/errors.ts'
import type { Passwords, Person, PersonSession } from './person.ts'

/** A browser's request about accounts, as plain values. */
export interface AccountsRequest {
  /** The origin in the browser's address bar: decides whether cookies are `Secure`, and whose passkeys these are. */
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
  /** The account to which a provider's sign-in was linked just now, or to which the link was refused. */
  link?: ProviderLink
}

export interface ProviderLink {
  personId: string
  /** Its id in the configuration. */
  provider: string
  /** The person has another account of the same provider. */
  refused: boolean
}

/** Sign-in, second factors, passkeys and sessions, as a well-kept library does them. */
export interface Accounts {
  readonly passwords: Passwords
  /** Whether a Cookie header names a session at all, good or not. */
  presents(cookies: string | undefined): boolean
  /** The person whose valid session a Cookie header holds, if any. `secure`: came encrypted. Costs microseconds. */
  session(cookies: string | undefined, secure: boolean): PersonSession | undefined
  /** Id of the person whose sign-in waits for its second factor, by the Cookie header. */
  awaited(cookies: string | undefined, secure: boolean): string | undefined
  /**
   * Id of this browser as a known device of the account, by its Cookie header: a person signed in to it there before.
   * `whose`: by address or id; nothing: of any account. It does not prove who sends the request.
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
  /** Answers one of the library's own routes. */
  handle(request: AccountsRequest): Promise<AccountsAnswer>
  /** A person is about to sign in: slow parts may begin to load. */
  warm(): void
  /** Providers to sign in with, by configuration. */
  readonly providers: readonly { id: string; name: string }[]
}

/** The same for all ways in which a password is chosen. @throws DarvazaError password_weak */
export function mustBeStrong(password: string): void {
  if (strength(password) === 0) throw new DarvazaError('password_weak')
}
