import { networkInterfaces } from 'node:os'
import { shellWord } from '#protocol/shell-word.ts'
import { openLog } from '../adapters/log/log.ts'
import { endAtUnknownFault } from '../adapters/unknown-fault.ts'
import { asTyped, type Config, ConfigError, parseConfig } from '../config.ts'
import { type Gateway, startGateway, version } from '../gateway/gateway.ts'
import { serveHelp } from './help.ts'
import { startFailure } from './start-failure.ts'

/**
 * Runs the gateway until SIGTERM or Ctrl-C; a second signal ends it at once. Resolves to the exit code: 0 after a
 * clean stop, 1 when it could not start, 2 for a wrong flag or value.
 */
export async function serve(argv: readonly string[]): Promise<number> {
  if (argv.includes('--help') || argv.includes('-h')) {
    process.stdout.write(serveHelp())
    return 0
  }
  let config: Config
  try {
    config = parseConfig(argv, process.env)
  } catch (error) {
    return complain((error as Error).message, 2)
  }
  endAtUnknownFault()
  // If a stream's pipe is closed or its disk is full, the text is lost, but the gateway does not end.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  const { log, flush } = await openLog(config.logLevel)
  // After a signal during the start, the gateway finishes starting and then stops, so that nothing is left half open.
  const asked = stopSignal()
  try {
    await using gateway = await startGateway(config, log)
    if (asked.came) return 0
    process.stdout.write(welcome(config, gateway, await gateway.offerOwnerLink(process.stdout.isTTY)))
    if (gateway.enrolment.setting.mode === 'open') log.warn('enrolment is open: every new board is let in at once')
    if (config.trustLoopback) log.warn('boards of this very machine need no token: --trust-loopback is on')
    await asked.signal
    log.info('stopping: saying goodbye to every board')
    await gateway.stop()
    return 0
  } catch (error) {
    const sentence = startFailure(error as Error, config, name => asTyped(name, argv, process.env))
    return complain(sentence, error instanceof ConfigError ? 2 : 1)
  } finally {
    flush()
  }
}

/** `came`: whether a first signal was received. A second one ends the process at once. */
function stopSignal(): { signal: Promise<void>; readonly came: boolean } {
  let signals = 0
  const signal = new Promise<void>(resolve => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) {
      process.on(name, () => {
        if (++signals > 1) process.exit(name === 'SIGINT' ? 130 : 143)
        resolve()
      })
    }
  })
  return {
    signal,
    get came() {
      return signals > 0
    },
  }
}

function complain(sentence: string, code: number): number {
  process.stderr.write(`darvaza: ${sentence}\n`)
  return code
}

/** Prints the first lines: the gateway's addresses, who may connect, and the next command to type. */
function welcome(config: Config, gateway: Gateway, owner: Awaited<ReturnType<Gateway['offerOwnerLink']>>): string {
  const { mode } = gateway.enrolment.setting
  const urls = config.publicUrl
    ? [config.publicUrl]
    : addresses(config.host).map(address => `http://${address}:${gateway.port}`)
  const secure =
    gateway.tlsPort === undefined
      ? []
      : addresses(config.host).map(address => `https://${address}:${gateway.tlsPort}  (operators)`)
  const lines = [
    `Darvaza ${version} is open`,
    ...[...urls, ...secure].map(url => `  ${url}`),
    `New boards: ${meaning[mode]}`,
    ...(mode === 'open' ? ['  WARNING: enrolment is open. Anybody who reaches this address can add a board.'] : []),
    ...(config.trustLoopback
      ? [
          '  WARNING: --trust-loopback is on. Never put a proxy on this host in front of it: every visitor would be local.',
        ]
      : []),
    ...(owner
      ? [`Make the first owner, within an hour: ${'link' in owner ? owner.link : `the link is in ${owner.file}`}`]
      : []),
    `Next: npx darvaza key create --role owner${config.dataDir === './data' ? '' : ` --data ${shellWord(config.dataDir)}`}`,
    '',
  ]
  return `${lines.join('\n')}\n`
}

const meaning = {
  approve: 'approve (each waits for one click, or: npx darvaza device approve ID)',
  pairing: 'pairing (the first ones in the window get in at once)',
  open: 'open (everybody gets in at once)',
  closed: 'closed (only boards with a token of yours)',
} as const

/** The URLs of this host, by the address it listens on. */
function addresses(host: string): string[] {
  if (host !== '0.0.0.0' && host !== '::') return [host.includes(':') ? `[${host}]` : host]
  const outside = Object.values(networkInterfaces())
    .flat()
    .flatMap(entry => (entry && !entry.internal && entry.family === 'IPv4' ? entry.address : []))
  return ['127.0.0.1', ...outside]
}
