import { type Command, Option } from 'commander'
import { Api } from './api.ts'
import { type ConnectionOptions, findGateway } from './connection.ts'
import type { Surroundings } from './io.ts'
import { Terminal } from './terminal.ts'

interface OutputOptions {
  json?: boolean
  utc?: boolean
}

export interface VerbContext<Options> {
  api: Api
  terminal: Terminal
  options: Options
  around: Surroundings
}

/** Makes `command` a verb that calls a gateway: adds the connection and output flags, and the action `run`. */
export function asksGateway<Options, Arguments extends unknown[] = string[]>(
  command: Command,
  around: Surroundings,
  run: (pageSession: VerbContext<Options>, ...args: Arguments) => Promise<void>,
): Command {
  const where = (flags: string, help: string) => new Option(flags, help).helpGroup('Where the gateway is:')
  return outputFlags(command)
    .addOption(outputFlag('--utc', 'show times in UTC instead of your own time zone'))
    .addOption(where('--data <folder>', 'on its own host: its data folder, no key needed (DARVAZA_DATA, else ./data)'))
    .addOption(where('--url <url>', 'elsewhere: its address (DARVAZA_URL)'))
    .addOption(where('--key <key>', 'with --url: an API key, or - to read it from standard input (DARVAZA_KEY)'))
    .action(async (...given: unknown[]) => {
      const options = given.at(-2) as Options & ConnectionOptions & OutputOptions
      const api = new Api(await findGateway(options, around), around.env, around.signal)
      const pageSession = { api, terminal: new Terminal(around, options), options, around }
      await run(pageSession, ...(given.slice(0, -2) as Arguments))
    })
}

/** Makes `command` a verb that needs no API of a gateway: adds the output flags, and the action `run`. */
export function standsAlone<Options, Arguments extends unknown[] = string[]>(
  command: Command,
  around: Surroundings,
  run: (pageSession: Omit<VerbContext<Options>, 'api'>, ...args: Arguments) => Promise<void>,
): Command {
  return outputFlags(command).action(async (...given: unknown[]) => {
    const options = given.at(-2) as Options & OutputOptions
    await run({ terminal: new Terminal(around, options), options, around }, ...(given.slice(0, -2) as Arguments))
  })
}

const outputFlag = (flags: string, help: string) => new Option(flags, help).helpGroup('Output:')
const outputFlags = (command: Command) =>
  command.addOption(outputFlag('--json', 'print JSON, and nothing else, to standard output'))

/** A verb that only groups other verbs, as `key` groups `create`. */
export function verbGroup(program: Command, name: string, about: string, heading: string): Command {
  const group = program.command(name).description(about).helpGroup(heading).helpCommand(false)
  return group.addHelpText('after', `\nnpx darvaza ${name} VERB --help says more, with examples.`)
}

/** Shown at the end of `--help`. Each line is a command after `npx darvaza`, with an optional comment. */
export function examples(command: Command, ...lines: (string | [line: string, comment: string])[]): Command {
  const width = Math.max(...lines.map(line => (typeof line === 'string' ? 0 : line[0].length)))
  const shown = lines.map(line => (typeof line === 'string' ? `  ${line}` : `  ${line[0].padEnd(width)}  # ${line[1]}`))
  return command.addHelpText('after', `\nExamples:\n${shown.join('\n')}`)
}
