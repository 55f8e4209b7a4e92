import type { Command } from 'commander'
import type { OwnerLinkView } from '#protocol/people.ts'
import type { Surroundings } from '../io.ts'
import { asksGateway, examples, type VerbContext, verbGroup } from '../verb.ts'

export function ownerVerbs(program: Command, around: Surroundings): void {
  const owner = verbGroup(program, 'owner', 'who owns the house', 'Access:')
  const reset = owner
    .command('reset')
    .description(
      'make a one-time link for a new owner, or for one who lost password or phone; on the gateway’s host only',
    )
  asksGateway(reset, around, resetOwner)
  examples(reset, ['npx darvaza owner reset', 'in a terminal: shows the link, which works once, for an hour'])
}

/** The link is shown on a terminal only: piped output ends in files and logs that others read. */
async function resetOwner({ api, terminal, around }: VerbContext<object>): Promise<void> {
  const answer = await api.json<OwnerLinkView>('POST', '/api/owner/reset', { file: !around.stdout.isTTY })
  if (terminal.json) return terminal.printJson(answer)
  const until = terminal.time(answer.until)
  if (answer.link === null)
    return terminal.print(`The link for a new owner is in ${answer.file}. It works once, until ${until}.`)
  terminal.say(`Open this to become an owner. It works once, until ${until}; any older link is dead:`)
  terminal.print(answer.link)
}
