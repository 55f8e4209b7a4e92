import { setTimeout as sleep } from 'node:timers/promises'
import { type Command, Option } from 'commander'
import type { JournalEntryView, JournalPage } from '#protocol/api.ts'
import { lookup } from '#protocol/lookup.ts'
import { entryKinds } from '#protocol/vocabulary.ts'
import { moment, wholeNumber } from '../arguments.ts'
import { lookAtDevice, withQuery } from '../devices.ts'
import { Failed } from '../failure.ts'
import type { Surroundings } from '../io.ts'
import type { Terminal, TerminalColour } from '../terminal.ts'
import { wrap } from '../text/wrap.ts'
import { asksGateway, examples, type VerbContext } from '../verb.ts'

interface Options {
  follow?: boolean
  device?: string
  kind?: string
  since?: number
  until?: number
  limit: number
  search?: string
}

/** The most entries that one request returns. */
const pageSize = 1000
/** How often new entries are requested while the journal is followed. */
const followEveryMs = 1000

export function journalVerb(program: Command, around: Surroundings): void {
  const kinds = [...new Set(entryKinds.flatMap(kind => [kind.split('.')[0]!, kind]))]
  const journal = program
    .command('journal')
    .description('what happened: connections, refusals, messages, commands, operators’ acts; the newest last')
    .helpGroup('Devices:')
    .option('-f, --follow', 'go on with what happens from now, until Ctrl-C')
    .option('--device <device>', 'only of this device: id or name')
    .addOption(new Option('--kind <kind>', 'only of this kind').choices(kinds))
    .option('--since <time>', 'from here on: an age like 2h, or a time like 2026-11-23T18:42:00Z', moment)
    .option('--until <time>', 'up to here', moment)
    .option('--limit <n>', 'at most this many, the newest ones', wholeNumber(1, 1_000_000), 50)
    .option('--search <text>', 'only those that hold each of these words')
  asksGateway(journal, around, readJournal)
  examples(
    journal,
    'npx darvaza journal --follow',
    ['npx darvaza journal --kind refusal --since 1h', 'who was turned away, and why'],
    ['npx darvaza journal --device roof-cam --json | jq .text', 'with --json each line is one entry'],
  )
}

async function readJournal(pageSession: VerbContext<Options>): Promise<void> {
  const { api, terminal, options } = pageSession
  const filters: Record<string, string | undefined> = {
    device: options.device,
    kind: options.kind,
    since: isoTime(options.since),
    until: isoTime(options.until),
    q: options.search,
  }
  const ask = (more: Record<string, string | undefined>) =>
    api.json<JournalPage>('GET', withQuery('/api/journal', { ...filters, ...more }))
  const first = (device: string | undefined): Promise<JournalPage> => {
    filters.device = device
    return ask({ limit: `${Math.min(options.limit, pageSize)}` })
  }

  let page = options.device ? await lookAtDevice(api, terminal, options.device, first) : await first(undefined)
  const entries = [...page.entries]
  while (entries.length < options.limit && page.nextCursor) {
    page = await ask({ limit: `${Math.min(options.limit - entries.length, pageSize)}`, cursor: page.nextCursor })
    entries.push(...page.entries)
  }
  for (const entry of entries.toReversed()) printEntry(terminal, entry)
  if (options.follow) await follow(pageSession, entries[0]?.id ?? 0, ask)
  else if (entries.length === 0 && !terminal.json) terminal.say('Nothing like that in the journal.')
}

const isoTime = (ms: number | undefined): string | undefined =>
  ms === undefined ? undefined : new Date(ms).toISOString()

async function follow(
  { terminal, around }: VerbContext<Options>,
  lastId: number,
  ask: (more: Record<string, string>) => Promise<JournalPage>,
): Promise<void> {
  let after = lastId
  let away = false
  for (;;) {
    await sleep(followEveryMs, undefined, { signal: around.signal })
    try {
      const { entries } = await ask({ after: `${after}`, limit: `${pageSize}` })
      if (away) terminal.say('The gateway is back.')
      away = false
      for (const entry of entries) printEntry(terminal, entry)
      after = entries.at(-1)?.id ?? after
    } catch (error) {
      if (!mayComeBack(error)) throw error
      if (!away) terminal.say(`${error.message} Waiting for it to come back.`)
      away = true
    }
  }
}

const mayComeBack = (error: unknown): error is Failed =>
  error instanceof Failed &&
  (['gateway_not_running', 'gateway_not_answering', 'gateway_unreachable', 'rate_limited'].includes(error.code) ||
    (error.status ?? 0) >= 500)

const inks: Record<string, TerminalColour> = {
  refusal: 'red',
  'connection.opened': 'green',
  'connection.closed': 'yellow',
  act: 'bold',
}

function printEntry(terminal: Terminal, entry: JournalEntryView): void {
  if (terminal.json) return terminal.printJson(entry, 'line')
  const kind = terminal.text(entry.kind)
  const ink = lookup(inks, kind)
  const who = terminal.text(entry.device ?? entry.deviceId ?? entry.address ?? '')
  const padded = kind.padEnd(17)
  terminal.print(
    [
      terminal.paint('dim', terminal.time(entry.at)),
      ink ? terminal.paint(ink, padded) : padded,
      who.padEnd(16),
      terminal.text(entry.text),
    ].join('  '),
  )
  if (!entry.diagnosis) return
  const { sentence, remedy } = entry.diagnosis
  for (const line of [...lines(terminal, sentence), ...lines(terminal, `→ ${remedy}`)]) terminal.print(line)
}

const indent = ' '.repeat(4)

const lines = (terminal: Terminal, text: string): string[] =>
  wrap(terminal.text(text), terminal.columns - indent.length).map(line => indent + line)
