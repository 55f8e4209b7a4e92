import { type Command, Option } from 'commander'
import type { KeyView } from '#protocol/api.ts'
import { roles } from '#protocol/vocabulary.ts'
import { duration, several } from '../arguments.ts'
import type { Surroundings } from '../io.ts'
import { asksGateway, examples, type VerbContext, verbGroup } from '../verb.ts'

export function keyVerbs(program: Command, around: Surroundings): void {
  const key = verbGroup(program, 'key', 'API keys: who may watch, steer and own', 'Access:')

  const create = key
    .command('create')
    .description('make an API key; the key alone goes to standard output, and is shown only this once')
    .addOption(
      new Option('--role <role>', 'viewer watches, operator also steers and approves, owner may do everything')
        .choices(roles)
        .makeOptionMandatory(),
    )
    .option('--label <text>', 'what the key is for, to recognise it later')
    .option('--expires-in <duration>', 'how long it works, like 12h or 30d; for ever unless said', duration)
    .option(
      '--grant <device|#tag>',
      'reach only this device, or the devices with this tag; may be given several times',
      several(word => word),
    )
    .option(
      '--person <id|email>',
      'whose key it is: it reaches no further than they do, and ends when they are removed',
    )
  asksGateway(create, around, createKey)
  examples(
    create,
    ['npx darvaza key create --role owner', 'on the gateway’s host, the first time'],
    ['KEY=$(npx darvaza key create --role viewer)', 'the secret alone is captured'],
    "npx darvaza key create --role viewer --grant roof-cam --grant '#garden' --expires-in 30d --label Sara",
  )

  const list = key.command('list').description('show the API keys, without their secrets')
  asksGateway(list, around, listKeys)
  examples(list, 'npx darvaza key list', 'npx darvaza key list --json')

  const revoke = key.command('revoke').description('end an API key at once').argument('<id>', 'its id, k_…')
  asksGateway(revoke, around, revokeKey)
  examples(revoke, 'npx darvaza key revoke k_7ynq2cwxkd4m')
}

interface CreateOptions {
  role: string
  label?: string
  expiresIn?: number
  grant?: string[]
  person?: string
}

async function createKey({ api, terminal, options }: VerbContext<CreateOptions>): Promise<void> {
  const made = await api.json<{ key: KeyView; secret: string }>('POST', '/api/keys', {
    role: options.role,
    ...(options.label !== undefined && { label: options.label }),
    ...(options.expiresIn !== undefined && { expiresInS: Math.ceil(options.expiresIn / 1000) }),
    ...(options.grant && { grants: options.grant }),
    ...(options.person !== undefined && { person: options.person }),
  })
  if (terminal.json) return terminal.printJson(made)
  const { key } = made
  const end = key.expiresAt ? `works until ${terminal.time(key.expiresAt)}` : 'works until revoked'
  const until = key.person ? `${end}, or until ${terminal.text(key.person.name)} is removed` : end
  terminal.say(
    `API key ${terminal.text(key.id)}, role ${terminal.text(key.role)}, ${until}. It is shown only this once:`,
  )
  terminal.print(made.secret)
}

async function listKeys({ api, terminal }: VerbContext<object>): Promise<void> {
  const answer = await api.json<{ keys: KeyView[] }>('GET', '/api/keys')
  if (terminal.json) return terminal.printJson(answer)
  if (answer.keys.length === 0) return terminal.say('No API keys yet. Make one: npx darvaza key create --role viewer')
  terminal.printTable(
    [
      { head: 'ID' },
      { head: 'ROLE' },
      { head: 'LABEL' },
      { head: 'CREATED' },
      { head: 'EXPIRES' },
      { head: 'REACHES' },
      { head: 'PERSON' },
    ],
    answer.keys.map(key => [
      key.id,
      key.role,
      key.label ?? '',
      terminal.time(key.createdAt),
      terminal.time(key.expiresAt) || 'never',
      key.grants?.join(' ') || 'everything',
      key.person?.name ?? '',
    ]),
  )
}

async function revokeKey({ api, terminal }: VerbContext<object>, id: string): Promise<void> {
  const answer = await api.json<{ key: KeyView }>('DELETE', `/api/keys/${encodeURIComponent(id)}`)
  if (terminal.json) return terminal.printJson(answer)
  const { label } = answer.key
  terminal.print(`API key ${terminal.text(answer.key.id)}${label && ` (${terminal.text(label)})`} is revoked.`)
}
