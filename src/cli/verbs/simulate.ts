import { type Command, Option } from 'commander'
import type { About } from '#protocol/api.ts'
import { shellWord } from '#protocol/shell-word.ts'
import { type FaultKind, faultKinds } from '../../simulator/faults.ts'
import { resolutions } from '../../simulator/resolutions.ts'
import type { BoardEvent, Simulation } from '../../simulator/simulator.ts'
import { Api } from '../api.ts'
import { decimal, wholeNumber } from '../arguments.ts'
import { findGateway } from '../connection.ts'
import { Failed, UsageError } from '../failure.ts'
import type { Surroundings } from '../io.ts'
import { secretFrom } from '../secret.ts'
import { examples, standsAlone, type VerbContext, verbGroup } from '../verb.ts'
import { boardLine, Narrator } from './simulate-view.ts'

interface BoardFlags {
  url?: string
  data?: string
  seconds?: number
  fault?: FaultKind
}

interface SingleFlags extends BoardFlags {
  token?: string
  deviceId?: string
}

interface CameraFlags {
  fps?: number
  size?: string
  quality?: number
}

interface FleetFlags extends BoardFlags, CameraFlags {
  pico: number
  esp32cam: number
  spread: number
}

export function simulateVerbs(program: Command, around: Surroundings): void {
  const simulate = verbGroup(
    program,
    'simulate',
    'virtual boards with the quirks of real ones: for a first look, for tests and for load',
    'Gateway:',
  )

  const pico = singleFlags(simulate.command('pico').description('a Pico W with two servos and a thermometer'))
  standsAlone<SingleFlags>(pico, around, async pageSession => {
    const { deviceId } = pageSession.options
    const board = { ...(await common(pageSession)), ...(deviceId !== undefined && { name: deviceId, deviceId }) }
    const { simulatePico } = await simulator()
    await run(pageSession, board.url, onEvent => simulatePico({ ...board, onEvent }))
  })
  examples(pico, 'npx darvaza simulate pico --device-id greenhouse', [
    'npx darvaza simulate pico --url wss://gate.example.org --fault flap',
    'comes, goes, and comes again',
  ])

  const camera = cameraFlags(
    singleFlags(simulate.command('esp32cam').description('an ESP32-CAM before a moving test picture')),
  )
  standsAlone<SingleFlags & CameraFlags>(camera, around, async pageSession => {
    const { deviceId, fps, size, quality } = pageSession.options
    const board = { ...(await common(pageSession)), ...defined({ name: deviceId, fps, resolution: size, quality }) }
    const { simulateEsp32Cam } = await simulator()
    await run(pageSession, board.url, onEvent => simulateEsp32Cam({ ...board, onEvent }))
  })
  examples(
    camera,
    'npx darvaza simulate esp32cam',
    'npx darvaza simulate esp32cam --device-id roof-cam --fps 15 --size SVGA --quality 60',
  )

  const count = wholeNumber(0, 10_000)
  const fleet = cameraFlags(boardFlags(simulate.command('fleet').description('many boards at once, for load')))
    .option('--pico <n>', 'how many Picos', count, 0)
    .option('--esp32cam <n>', 'how many cameras', count, 0)
    .option('--spread <seconds>', 'start them evenly over this long', decimal(0, 3_600), 5)
  standsAlone<FleetFlags>(fleet, around, async pageSession => {
    const { pico: picos, esp32cam: cameras, spread, fault, fps, size, quality } = pageSession.options
    if (picos + cameras === 0) throw new UsageError('A fleet of none: give --pico N, --esp32cam N or both.')
    const shared = defined({ fault })
    const options = {
      url: await urlOf(pageSession),
      picos,
      cameras,
      spreadMs: spread * 1000,
      pico: shared,
      camera: { ...shared, ...defined({ fps, resolution: size, quality }) },
    }
    const { simulateFleet } = await simulator()
    await run(pageSession, options.url, onEvent => simulateFleet({ ...options, onEvent }), { crowd: true })
  })
  examples(fleet, 'npx darvaza simulate fleet --pico 50 --esp32cam 10', [
    'npx darvaza simulate fleet --pico 1000 --spread 60 --seconds 600 --json',
    'a line of JSON every 5 s',
  ])
}

/** The simulator's pictures take long to load, so it is imported only when it runs. */
const simulator = () => import('../../simulator/simulator.ts')

/** The gateway's address where none is given. */
const usualUrl = 'http://127.0.0.1:3000'

const boardFlags = (command: Command): Command =>
  command
    .option('--url <url>', 'the gateway (DARVAZA_URL); unless given, the one on this host')
    .option('--data <folder>', 'on this host: its data folder (DARVAZA_DATA, else ./data)')
    .option('--seconds <n>', 'stop after this long; unless given, at Ctrl-C', decimal(0.1, 31_536_000))
    .addOption(new Option('--fault <fault>', 'a way to go wrong').choices(faultKinds))

const singleFlags = (command: Command): Command =>
  boardFlags(command)
    .option('--token <token>', 'its secret, or - for standard input (DARVAZA_TOKEN); unless given, one is fetched')
    .option('--device-id <id>', 'what it says it is called')

const cameraFlags = (command: Command): Command =>
  command
    .option('--fps <n>', 'pictures a second, 0.1 to 30', decimal(0.1, 30))
    .option('--size <size>', `${Object.keys(resolutions).join(', ')}, or like 640x480`)
    .option('--quality <n>', 'of the JPEG, 1 to 100', wholeNumber(1, 100))

type Alone<Options> = Omit<VerbContext<Options>, 'api'>

/** The address the boards connect to: the given one, else the one that this host's gateway reports, on any port. */
async function urlOf({ options, around }: Alone<BoardFlags>): Promise<string> {
  const connection = await findGateway(options, around)
  if (connection.via === 'remote') return options.url ?? around.env.DARVAZA_URL!
  try {
    const { boardsAt } = await new Api(connection, around.env, around.signal).json<About>('GET', '/')
    return boardsAt ?? usualUrl
  } catch (error) {
    if (options.data !== undefined || around.signal.aborted) throw error
    return usualUrl
  }
}

async function common(pageSession: Alone<SingleFlags>) {
  const token = await secretFrom('--token', pageSession.options.token, 'DARVAZA_TOKEN', pageSession.around)
  return { url: await urlOf(pageSession), ...defined({ token, fault: pageSession.options.fault }) }
}

/** Runs boards until the time is up or Ctrl-C, and prints their events. */
async function run<Stats extends object>(
  { terminal, options, around }: Alone<BoardFlags>,
  url: string,
  start: (onEvent: (event: BoardEvent) => void) => Simulation<Stats>,
  { crowd = false } = {},
): Promise<void> {
  const narrator = new Narrator(terminal, { crowd })
  let simulation: Simulation<Stats>
  try {
    simulation = start(event => narrator.print(event))
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message)
    throw error
  }
  const report = setInterval(() => narrator.sumUp(simulation.stats()), 5_000)
  const { signal } = around
  await new Promise<void>(resolve => {
    const timer = options.seconds === undefined ? undefined : setTimeout(resolve, options.seconds * 1000)
    signal.addEventListener('abort', () => resolve(), { once: true })
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
    if (signal.aborted) resolve()
  })
  clearInterval(report)
  await simulation.stop()
  narrator.sumUp(simulation.stats(), { final: true })
  if (!narrator.gotIn && !signal.aborted) {
    const last = narrator.lastTrouble
    throw new Failed(
      last ? `No board got in. The last word was: ${boardLine(last, terminal)}` : 'No board got in in time.',
      {
        code: 'never_connected',
        hint:
          last?.kind === 'refused' && last.hint
            ? terminal.text(last.hint)
            : `Find out why: npx darvaza check ${shellWord(url)}`,
      },
    )
  }
}

/** The options that were given: a simulator accepts no undefined values. */
const defined = <T extends Record<string, unknown>>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
