import { OwnerLinkFile } from '../adapters/data-folder/owner-link.ts'
import type { Log } from '../adapters/log/log.ts'
import { openPeople } from '../adapters/people/open-people.ts'
import type { Config } from '../config.ts'
import type { Clock } from '../core/clock.ts'
import type { Journal } from '../core/journal/journal.ts'
import type { Accounts } from '../core/people/accounts.ts'
import { People } from '../core/people/people.ts'

/** The people of the house: who they are, how they prove it, and how the first owner comes in. */
export interface GatewayPeople extends AsyncDisposable {
  people: People
  accounts: Accounts
  keepOwnerLink(link: string): Promise<string>
  /**
   * While nobody owns the house: the link that makes an owner. `shown`: somebody sits at the terminal; else it is
   * written to a file only the gateway's user reads, and only its name is told.
   */
  offerOwnerLink(url: string, shown: boolean): Promise<{ link: string } | { file: string } | undefined>
}

export async function openGatewayPeople(
  parts: { file: string; gatewayKey: Buffer; clock: Clock; journal: Journal; log: Log },
  { dataDir, oidc }: Pick<Config, 'dataDir' | 'oidc'>,
): Promise<GatewayPeople> {
  const { file, gatewayKey, clock, journal, log } = parts
  const linkFile = new OwnerLinkFile(dataDir)
  // A link of the process before opens nothing any more.
  await linkFile.remove()
  const opened = openPeople({ file, gatewayKey, oidc }, clock, problem => log.error(`accounts: ${problem}`))
  const { accounts, store } = opened
  const people = new People({ store, passwords: accounts.passwords, clock, journal })
  people.onOwnerLinkUsed = () =>
    void linkFile.remove().catch(error => log.warn({ err: error }, 'owner-link stays behind'))
  return {
    people,
    accounts,
    keepOwnerLink: link => linkFile.write(link),
    async offerOwnerLink(url, shown) {
      if (!people.needsOwner()) return undefined
      const link = `${url}/setup#${people.issueOwnerLink().code}`
      return shown ? { link } : { file: await linkFile.write(link) }
    },
    async [Symbol.asyncDispose]() {
      await linkFile.remove().catch(() => {})
      await opened[Symbol.asyncDispose]()
    },
  }
}
