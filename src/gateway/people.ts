import { OwnerLinkFile } from '../adapters/data-folder/owner-link.ts'
import type { Log } from '../adapters/log/log.ts'
import { openPeople } from '../adapters/people/open-people.ts'
import type { Config } from '../config.ts'
import type { Clock } from '../core/clock.ts'
import type { Accounts } from '../core/people/accounts.ts'
import type { People } from '../core/people/people.ts'
import type { PeopleStore } from '../core/people/person.ts'

/** People with an account, their sign-in, and the file with the link that creates the first owner. */
export interface GatewayPeople extends AsyncDisposable {
  store: PeopleStore
  accounts: Accounts
  /** Writes a link into a file that only the gateway's user reads. Resolves to its name. */
  keepOwnerLink(link: string): Promise<string>
  /** Removes the file after its link was used. */
  onOwnerLinkUsed(): void
}

export async function openGatewayPeople(
  { file, gatewayKey, clock, log }: { file: string; gatewayKey: Buffer; clock: Clock; log: Log },
  { dataDir, oidc }: Pick<Config, 'dataDir' | 'oidc'>,
): Promise<GatewayPeople> {
  const linkFile = new OwnerLinkFile(dataDir)
  // Removes a file left by an earlier process: an owner link is valid only in the process that issued it.
  await linkFile.remove()
  const { store, accounts, ...opened } = openPeople({ file, gatewayKey, oidc }, clock, problem =>
    log.error(`accounts: ${problem}`),
  )
  return {
    store,
    accounts,
    keepOwnerLink: link => linkFile.write(link),
    onOwnerLinkUsed: () => void linkFile.remove().catch(error => log.warn({ err: error }, 'owner-link stays behind')),
    async [Symbol.asyncDispose]() {
      await linkFile.remove().catch(() => {})
      await opened[Symbol.asyncDispose]()
    },
  }
}

/**
 * While the gateway has no owner, issues the link that creates one. `shown`: a person reads the terminal. If not, the
 * link is written to a file, and only the file's name is shown.
 */
export async function offerOwnerLink(
  people: People,
  keepOwnerLink: GatewayPeople['keepOwnerLink'],
  { url, shown }: { url: string; shown: boolean },
): Promise<{ link: string } | { file: string } | undefined> {
  if (!people.needsOwner()) return undefined
  const link = `${url}/setup#${people.issueOwnerLink().code}`
  return shown ? { link } : { file: await keepOwnerLink(link) }
}
