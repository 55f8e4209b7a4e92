import type { OidcProvider } from '../../config.ts'
import type { Clock } from '../../core/clock.ts'
import type { Accounts } from '../../core/people/accounts.ts'
import type { PeopleStore } from '../../core/people/person.ts'
import { AccountsThread } from './accounts-thread.ts'
import { deviceCookie, deviceSecret, knownDevices } from './device-cookie.ts'
import { SqlitePeople } from './people-store.ts'
import { accountsSecret, hasSessionCookie, secondFactorToken, sessionToken } from './session-cookie.ts'

/**
 * Opens `people.sqlite`, which holds the people and the means by which they sign in. Better Auth itself is loaded at
 * the first sign-in; it is not needed before, nor for finding the person of a cookie.
 */
export function openPeople(
  { file, gatewayKey, oidc }: { file: string; gatewayKey: Buffer; oidc: readonly OidcProvider[] },
  clock: Clock,
  onProblem: (problem: string) => void,
): { store: PeopleStore; accounts: Accounts } & AsyncDisposable {
  const secret = accountsSecret(gatewayKey)
  const devices = deviceSecret(gatewayKey)
  const store = new SqlitePeople(file, clock, onProblem)
  const thread = new AccountsThread({ file, secret, oidc }, onProblem)
  const accounts: Accounts = {
    passwords: thread,
    providers: oidc.map(({ id, name }) => ({ id, name })),
    presents: hasSessionCookie,
    session(cookies, secure) {
      const token = sessionToken(cookies, secret, secure)
      return token === undefined ? undefined : store.session(token, clock.now())
    },
    awaited(cookies, secure) {
      const token = secondFactorToken(cookies, secret, secure)
      return token === undefined ? undefined : store.awaited(token, clock.now())
    },
    knownDevice(cookies, secure, whose = {}) {
      for (const { personId, deviceId, epoch } of knownDevices(cookies, devices, clock.now(), secure)) {
        if (whose.id !== undefined && whose.id !== personId) continue
        const owner = store.deviceOwner(personId)
        if (owner?.epoch === epoch && (whose.email === undefined || whose.email === owner.email)) return deviceId
      }
      return undefined
    },
    deviceCookie({ id: deviceId, person: { id: personId } }, secure) {
      const epoch = store.deviceOwner(personId)?.epoch ?? 0
      return deviceCookie({ personId, deviceId, epoch }, devices, clock.now(), secure)
    },
    linksOf: personId => store.linksOf(personId),
    endDevices: personId => store.endDevices(personId),
    handle: request => thread.handle(request),
    warm: () => thread.warm(),
  }
  return {
    store,
    accounts,
    async [Symbol.asyncDispose]() {
      await thread[Symbol.asyncDispose]()
      store[Symbol.dispose]()
    },
  }
}
