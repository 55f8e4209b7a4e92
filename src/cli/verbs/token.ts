import { type Command, Option } from 'commander'
import type { DeviceView } from '#protocol/api.ts'
import { kinds } from '#protocol/kinds.ts'
import { duration, several, tag } from '../arguments.ts'
import { devicePath, onDevice } from '../devices.ts'
import type { Surroundings } from '../io.ts'
import type { Terminal } from '../terminal.ts'
import { asksGateway, examples, type VerbContext, verbGroup } from '../verb.ts'

export function tokenVerbs(program: Command, around: Surroundings): void {
  const token = verbGroup(program, 'token', 'tokens: what opens the door for one board', 'Access:')

  const create = token
    .command('create')
    .description('make a device by hand; its token alone goes to standard output, and is shown only this once')
    .addOption(new Option('--kind <kind>', 'what the board is').choices(kinds).makeOptionMandatory())
    .option('--name <name>', 'its name; one is made up unless given')
    .option('--tag <tag>', 'a tag; may be given several times', several(tag))
  asksGateway(create, around, createToken)
  examples(create, 'npx darvaza token create --kind pico --name greenhouse', [
    'TOKEN=$(npx darvaza token create --kind esp32cam)',
    'the token alone is captured',
  ])

  const rotate = token
    .command('rotate')
    .description('give a device a new token; the old one works until the new one is first used')
    .argument('<device>', 'id or name')
    .option('--old-valid-for <duration>', 'end the old token after this long at the latest, like 24h', duration)
  asksGateway(rotate, around, rotateToken)
  examples(rotate, 'npx darvaza token rotate greenhouse', 'npx darvaza token rotate greenhouse --old-valid-for 7d')

  const revoke = token
    .command('revoke')
    .description('end the token of a device: its connection is closed at once')
    .argument('<device>', 'id or name')
    .option('--old', 'only the one from before a rotation')
  asksGateway(revoke, around, revokeToken)
  examples(revoke, 'npx darvaza token revoke greenhouse', [
    'npx darvaza device restore greenhouse',
    'undoes it: the same token works again',
  ])
}

interface Made {
  device: DeviceView
  token: string
}

async function createToken({ api, terminal, options }: VerbContext<{ kind: string; name?: string; tag?: string[] }>) {
  const { kind, name, tag: tags } = options
  const made = await api.json<Made>('POST', '/api/devices', { kind, ...(name && { name }), ...(tags && { tags }) })
  showOnce(terminal, made, 'Token')
}

async function rotateToken(
  { api, terminal, options }: VerbContext<{ oldValidFor?: number }>,
  typed: string,
): Promise<void> {
  const body = options.oldValidFor === undefined ? {} : { oldValidForS: Math.ceil(options.oldValidFor / 1000) }
  const made = await onDevice(api, typed, device => api.json<Made>('POST', devicePath(device, '/token/rotate'), body))
  showOnce(terminal, made, 'New token')
}

function showOnce(terminal: Terminal, made: Made, what: string): void {
  if (terminal.json) return terminal.printJson(made)
  const { name, id, kind } = made.device
  terminal.say(
    `${what} of ${terminal.text(name)} (${terminal.text(id)}, ${terminal.text(kind)}). It is shown only this once:`,
  )
  terminal.print(made.token)
}

async function revokeToken({ api, terminal, options }: VerbContext<{ old?: boolean }>, typed: string): Promise<void> {
  const which = options.old ? 'old' : 'all'
  const answer = await onDevice(api, typed, device =>
    api.json<{ device: DeviceView }>('POST', devicePath(device, '/token/revoke'), { which }),
  )
  if (terminal.json) return terminal.printJson(answer)
  const name = terminal.text(answer.device.name)
  if (options.old) return terminal.print(`The old token of ${name} is revoked; the new one works.`)
  terminal.print(`The token of ${name} is revoked. To undo it: npx darvaza device restore ${name}`)
}
