import { readFile } from 'node:fs/promises'
import { type Command, Option } from 'commander'
import { type Kind, kinds } from '#protocol/kinds.ts'
import { wholeNumber } from '../arguments.ts'
import { check, namesOf } from '../check/check.ts'
import { conclude, printVerdict, StepPrinter } from '../check/report.ts'
import type { Step } from '../check/step.ts'
import { exitCodes, UsageError } from '../failure.ts'
import type { Surroundings } from '../io.ts'
import { secretFrom } from '../secret.ts'
import { examples, standsAlone } from '../verb.ts'

interface Options {
  token?: string
  kind?: Kind
  seconds: number
  fromBoard?: boolean
  ca?: string
}

const about = `test the way from here to a gateway, as a board would go it

Name, connection, TLS, health, tokens, handshake, refusal of strangers, pings, and whether an idle line stays open.
Each step says what is wrong and what to do. It leaves no device behind. Run it where the board is.
With --from-board it dials as each library in the field does, byte for byte, and says which get through.`

export function checkVerb(program: Command, around: Surroundings, end: (code: number) => void): void {
  const verb = program
    .command('check')
    .summary('test the way from here to a gateway, as a board would go it')
    .description(about)
    .helpGroup('Gateway:')
    .argument('<url>', 'of the gateway: http://, https://, ws:// or wss://')
    .option('--token <token>', 'a token to show, or - for standard input (DARVAZA_TOKEN); unless given, one is fetched')
    .addOption(new Option('--kind <kind>', 'which door: pico unless said, and /ws with --token').choices(kinds))
    .option('--seconds <n>', 'how long to keep the line open, 1 to 100', wholeNumber(1, 100), 30)
    .option('--from-board', 'dial as MicroPython, ArduinoWebsockets, links2004, browsers and others do, one by one')
    .option('--ca <file>', 'trust this certificate authority as well, PEM')
  standsAlone<Options>(verb, around, async ({ terminal, options }, url) => {
    const token = await secretFrom('--token', options.token, 'DARVAZA_TOKEN', around)
    if (token !== undefined && !/^[!-~]+$/.test(token)) throw new UsageError('The token holds a space or a line break.')
    const ca = options.ca === undefined ? undefined : await readPem(options.ca)
    const steps: Step[] = []
    const { kind, seconds, fromBoard } = options
    const printer = new StepPrinter(terminal, namesOf(options))
    for await (const step of check({ url, token, kind, seconds, fromBoard, ca, signal: around.signal })) {
      steps.push(step)
      if (!terminal.json) printer.print(step)
    }
    const report = conclude(url, steps)
    if (terminal.json) {
      terminal.printJson(report)
    } else {
      printer.flush()
      printVerdict(terminal, report)
    }
    if (report.verdict === 'failed') end(exitCodes.failed)
  })
  examples(
    verb,
    'npx darvaza check http://192.168.1.5:3000',
    ['npx darvaza check wss://gate.example.org --seconds 90', 'is an idle line cut within 90 s?'],
    ['npx darvaza check wss://gate.example.org --from-board', 'which libraries get through this very proxy?'],
    ['npx darvaza check https://gate.example.org --json | jq .verdict', 'for scripts: ok, warning or failed'],
  )
}

async function readPem(file: string): Promise<string> {
  const pem = await readFile(file, 'utf8').catch(error => {
    throw new UsageError(`--ca ${file}: cannot be read (${error.code}).`)
  })
  if (!pem.includes('-----BEGIN CERTIFICATE-----')) throw new UsageError(`--ca ${file}: holds no PEM certificate.`)
  return pem
}
