import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import type { Surroundings } from './io.ts'
import { checkVerb } from './verbs/check.ts'
import { deviceVerbs } from './verbs/device.ts'
import { enrolmentVerbs } from './verbs/enrolment.ts'
import { journalVerb } from './verbs/journal.ts'
import { keyVerbs } from './verbs/key.ts'
import { simulateVerbs } from './verbs/simulate.ts'
import { snapshotVerb } from './verbs/snapshot.ts'
import { steerVerbs } from './verbs/steer.ts'
import { tokenVerbs } from './verbs/token.ts'

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

/** All verbs. `conclude` takes the exit code of a verb that ends well but has bad news, as `check` does. */
export function buildProgram(around: Surroundings, conclude: (code: number) => void): Command {
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
    .allowUnknownOption()
    .helpOption(false)
  checkVerb(program, around, conclude)
  simulateVerbs(program, around)
  deviceVerbs(program, around)
  steerVerbs(program, around)
  snapshotVerb(program, around)
  journalVerb(program, around)
  enrolmentVerbs(program, around)
  tokenVerbs(program, around)
  keyVerbs(program, around)
  return program
}

/** Prose over 100 columns is hard to read; without a terminal, 100 keeps most flags on one line. */
const helpWidth = (columns: number | undefined): number => Math.min(columns ?? 100, 100)

function version(): string {
  const file = new URL('../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
