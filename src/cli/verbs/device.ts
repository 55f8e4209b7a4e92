import { type Command, Option } from 'commander'
import type { DeviceView } from '#protocol/api.ts'
import type { HealthView } from '#protocol/health.ts'
import { kinds } from '#protocol/kinds.ts'
import { deviceStates } from '#protocol/vocabulary.ts'
import { several, tag } from '../arguments.ts'
import { devicePath, listDevices, lookAtDevice, onDevice } from '../devices.ts'
import { UsageError } from '../failure.ts'
import type { Surroundings } from '../io.ts'
import { asksGateway, examples, type VerbContext, verbGroup } from '../verb.ts'
import { printHealth } from './device-health.ts'
import { printDevice, printDevices } from './device-view.ts'

interface Answer {
  device: DeviceView
}

/** An action on one device, and the sentence that reports it. */
interface Deed {
  does: string
  method: string
  rest: string
  body?: Record<string, unknown>
  report: (name: string) => string
}

export function deviceVerbs(program: Command, around: Surroundings): void {
  const device = verbGroup(program, 'device', 'boards: look at them, let them in, keep them out', 'Devices:')

  const list = device
    .command('list')
    .description('show all devices you can reach')
    .addOption(new Option('--state <state>', 'only these').choices(deviceStates))
    .addOption(new Option('--kind <kind>', 'only these').choices(kinds))
    .option('--tag <tag>', 'only those with this tag', tag)
  asksGateway(list, around, async ({ api, terminal, options }: VerbContext<Record<string, string>>) => {
    const { state, kind, tag } = options
    const devices = await listDevices(api, { state, kind, tag })
    if (terminal.json) terminal.printJson({ devices })
    else printDevices(terminal, devices, { filtered: !!(state || kind || tag) })
  })
  examples(list, 'npx darvaza device list', ['npx darvaza device list --state pending', 'who waits at the gate'])

  const show = device.command('show').description('all that is known about one device').argument('<device>', named)
  asksGateway(show, around, async ({ api, terminal }: VerbContext<object>, typed) => {
    const answer = await lookAtDevice(api, terminal, typed, id => api.json<Answer>('GET', devicePath(id)))
    if (terminal.json) terminal.printJson(answer)
    else printDevice(terminal, answer.device)
  })
  examples(show, 'npx darvaza device show roof-cam')

  const health = device
    .command('health')
    .description('what is wrong with a board, and why: reboots, leaks, stalls, cuts, a weak signal and more')
    .argument('<device>', named)
  asksGateway(health, around, async ({ api, terminal }: VerbContext<object>, typed) => {
    const answer = await lookAtDevice(api, terminal, typed, id =>
      api.json<HealthView>('GET', devicePath(id, '/health')),
    )
    if (terminal.json) terminal.printJson(answer)
    else printHealth(terminal, answer)
  })
  examples(health, 'npx darvaza device health roof-cam', [
    'npx darvaza device health roof-cam --json',
    'with the numbers behind each sentence',
  ])

  const approve = device
    .command('approve')
    .description('let a waiting board in; it goes live at once, without a reconnect')
    .argument('<device>', named)
    .option('--name <name>', 'the name it gets; unless given, the one it says it has')
    .option('--seen <connection>', 'refuse when another connection (c_…) than this uses its token by now')
  asksGateway(approve, around, approveDevice)
  examples(
    approve,
    'npx darvaza device approve d_7ynq2cwxkd4m',
    'npx darvaza device approve pico-ab12 --name greenhouse',
  )

  const block = device
    .command('block')
    .description('keep a board out: its connection is closed at once and its token opens nothing')
    .argument('<device>', named)
    .option('--reason <text>', 'why, for the journal')
  asksGateway(block, around, async ({ api, terminal, options }: VerbContext<{ reason?: string }>, typed) => {
    const body = options.reason === undefined ? {} : { reason: options.reason }
    const answer = await onDevice(api, typed, id => api.json<Answer>('POST', devicePath(id, '/block'), body))
    if (terminal.json) return terminal.printJson(answer)
    terminal.print(
      `${terminal.text(answer.device.name)} is blocked. To undo it: npx darvaza device restore ${answer.device.id}`,
    )
  })
  examples(block, "npx darvaza device block pico-ab12 --reason 'not one of ours'")

  const deeds: Record<string, Deed> = {
    remove: {
      does: 'forget a device; for a while it can be restored',
      method: 'DELETE',
      rest: '',
      report: name => `${name} is removed.`,
    },
    restore: {
      does: 'undo a block, a removal or a revoked token: the same token works again',
      method: 'POST',
      rest: '/restore',
      body: {},
      report: name => `${name} is back.`,
    },
    confirm: {
      does: 'say that all is well with a device whose token two boards seemed to use: steering works again',
      method: 'POST',
      rest: '/confirm',
      body: {},
      report: name => `${name} is confirmed.`,
    },
  }
  for (const [verb, deed] of Object.entries(deeds)) {
    const command = device.command(verb).description(deed.does).argument('<device>', named)
    asksGateway(command, around, (pageSession: VerbContext<object>, typed) => doDeed(pageSession, typed, deed))
    examples(command, `npx darvaza device ${verb} greenhouse`)
  }

  const rename = device
    .command('rename')
    .description('give a device another name: 1 to 64 of A-Z a-z 0-9 : . _ -, unique')
    .argument('<device>', named)
    .argument('<name>', 'its new name')
  asksGateway(rename, around, async (pageSession: VerbContext<object>, typed, name) => {
    const report = (now: string) => `${pageSession.terminal.text(typed)} is now called ${now}.`
    await doDeed(pageSession, typed, { does: '', method: 'PATCH', rest: '', body: { name }, report })
  })
  examples(rename, 'npx darvaza device rename pico-ab12 greenhouse')

  const tagVerb = device
    .command('tag')
    .description('give a device tags, or take them away; grants and filters use them')
    .argument('<device>', named)
    .argument('[tags...]', 'tags to add')
    .option('--remove <tag>', 'a tag to take away; may be given several times', several(tag))
  asksGateway(tagVerb, around, tagDevice)
  examples(
    tagVerb,
    'npx darvaza device tag roof-cam garden outside',
    'npx darvaza device tag roof-cam --remove outside',
  )
}

const named = 'id or name'

async function approveDevice(pageSession: VerbContext<{ name?: string; seen?: string }>, typed: string): Promise<void> {
  const { api, terminal, options } = pageSession
  const answer = await onDevice(api, typed, async id => {
    // The approval is for the connection that is shown below, not for another one that has replaced it meanwhile.
    const { device } = await api.json<Answer>('GET', devicePath(id))
    const seen = options.seen ?? device.connectionId
    return await api.json<Answer>('POST', devicePath(id, '/approve'), {
      ...(options.name !== undefined && { name: options.name }),
      ...(seen && { seenConnectionId: seen }),
    })
  })
  if (terminal.json) return terminal.printJson(answer)
  const { name, kind, address, firmware } = answer.device
  const about = [kind, address, firmware && `firmware ${firmware}`].filter(Boolean).map(part => terminal.text(part))
  terminal.print(`${terminal.text(name)} (${about.join(', ')}) is approved.`)
}

async function doDeed({ api, terminal }: VerbContext<object>, typed: string, deed: Deed): Promise<void> {
  const answer = await onDevice(api, typed, id => api.json<Answer>(deed.method, devicePath(id, deed.rest), deed.body))
  if (terminal.json) return terminal.printJson(answer)
  terminal.print(deed.report(terminal.text(answer.device.name)))
}

async function tagDevice(
  pageSession: VerbContext<{ remove?: string[] }>,
  typed: string,
  added: string[],
): Promise<void> {
  const { api, terminal, options } = pageSession
  const removed = options.remove ?? []
  if (added.length === 0 && removed.length === 0) throw new UsageError('Name a tag to add, or --remove one.')
  const answer = await onDevice(api, typed, async id => {
    const { device } = await api.json<Answer>('GET', devicePath(id))
    const kept = new Set([...device.tags, ...added.map(tag)])
    for (const gone of removed) kept.delete(gone)
    return await api.json<Answer>('PATCH', devicePath(id), { tags: [...kept] })
  })
  if (terminal.json) return terminal.printJson(answer)
  const tags = answer.device.tags.map(name => `#${name}`).join(' ') || 'no tags'
  terminal.print(`${terminal.text(answer.device.name)}: ${terminal.text(tags)}`)
}
