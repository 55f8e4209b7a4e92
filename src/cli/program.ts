import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { lookup } from '#protocol/lookup.ts'
import type { Surroundings } from './io.ts'

/** Adds a module's verbs. `conclude` sets the exit code of a verb that completed but found faults, like `check`. */
type AddVerbs = (program: Command, around: Surroundings, conclude: (code: number) => void) => void

/**
 * The verbs by their first word, in the order of the help. Only the verb in use is loaded: that halves the time to
 * start.
 */
const verbs: Record<string, () => Promise<AddVerbs>> = {
  check: async () => (await import('./verbs/check.ts')).checkVerb,
  simulate: async () => (await import('./verbs/simulate.ts')).simulateVerbs,
  device: async () => (await import('./verbs/device.ts')).deviceVerbs,
  servo: async () => (await import('./verbs/steer.ts')).servoVerb,
  action: async () => (await import('./verbs/steer.ts')).actionVerb,
  snapshot: async () => (await import('./verbs/snapshot.ts')).snapshotVerb,
  journal: async () => (await import('./verbs/journal.ts')).journalVerb,
  enrolment: async () => (await import('./verbs/enrolment.ts')).enrolmentVerbs,
  token: async () => (await import('./verbs/token.ts')).tokenVerbs,
  key: async () => (await import('./verbs/key.ts')).keyVerbs,
  owner: async () => (await import('./verbs/owner.ts')).ownerVerbs,
}

const intro = `A gate for small boards on the open internet: see them, steer them, know what happened.

On the gateway's own host no key is needed: the verbs talk to it through its data folder.
From elsewhere give --url and --key, or set DARVAZA_URL and DARVAZA_KEY.`

const firstSteps = `
First steps:
  npm start                                start the gateway
  npx darvaza simulate esp32cam            connect a simulated camera to it
  npx darvaza device list                  see it wait at the gate
  npx darvaza device approve NAME          let it in

npx darvaza VERB --help says more, with examples.
Exit codes: 0 fine, 1 it failed, 2 wrong usage, 130 ended by Ctrl-C.`

/** The program with the verb that `argv` begins with; with all of them when it begins with none. */
export async function buildProgram(
  argv: readonly string[],
  around: Surroundings,
  conclude: (code: number) => void,
): Promise<Command> {
  const program = new Command('npx darvaza')
    .description(intro)
    .version(version(), '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show this')
    .helpCommand('help [verb]', 'show help for a verb')
    .addHelpText('after', firstSteps)
    .exitOverride()
    .configureOutput({
      writeOut: text => around.stdout.write(text),
      writeErr: text => around.stderr.write(text),
      outputError: (text, write) => write(text.replace(/^error: /, 'darvaza: ')),
      getOutHelpWidth: () => helpWidth(around.stdout.columns),
      getErrHelpWidth: () => helpWidth(around.stderr.columns),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .showHelpAfterError('(--help says more)')

  program
    .command('serve')
    .description('run the gateway; its flags: npx darvaza serve --help')
    .helpGroup('Gateway:')
    .helpOption(false)
  const asked = lookup(verbs, argv[0] ?? '')
  for (const load of asked ? [asked] : Object.values(verbs)) (await load())(program, around, conclude)
  return program
}

/** Prose over 100 columns is hard to read; without a terminal, 100 keeps most flags on one line. */
const helpWidth = (columns: number | undefined): number => Math.min(columns ?? 100, 100)

function version(): string {
  const file = new URL('../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
