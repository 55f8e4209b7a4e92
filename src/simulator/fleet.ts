import { setTimeout as sleep } from 'node:timers/promises'
import type { Simulation } from './board.ts'
import { Esp32CamFirmware, type Esp32CamOptions, type Esp32CamStats } from './esp32cam-board.ts'
import type { BoardEvent, BoardStats } from './events.ts'
import { PicoFirmware, type PicoOptions, type PicoStats } from './pico-board.ts'
import { Scenes } from './picture/scenes.ts'
import { startBoard } from './start.ts'
import { type BoardKind, parseTarget } from './target.ts'
import { type TokenSource, tokenPool } from './tokens.ts'

/** Options that all boards of a fleet share. */
type Shared<Options> = Omit<Options, 'url' | 'name' | 'deviceId' | 'onEvent' | 'signal' | 'token'>

export interface FleetOptions {
  /** http(s)://host:port or ws(s)://host:port of the gateway. */
  readonly url: string
  /** Number of each kind. Default 0. */
  readonly picos?: number
  readonly cameras?: number
  /** The first board starts at once, the last after so long, the others evenly between. Default 5,000 ms. */
  readonly spreadMs?: number
  /**
   * Shared secrets by kind, for gateways with `PICO_AUTH_TOKENS`: each board then sends an `X-Device-ID` of its own.
   * By default each board gets a token of its own from `GET /public/tokens`, which mints 60 a minute, 200 at once.
   */
  readonly tokens?: Partial<Readonly<Record<BoardKind, string>>>
  /** Boards are called `<prefix>-pico-1`, `<prefix>-cam-1` and so on. Default `sim`. */
  readonly namePrefix?: string
  readonly pico?: Shared<PicoOptions>
  readonly camera?: Shared<Esp32CamOptions>
  readonly onEvent?: (event: BoardEvent) => void
  readonly signal?: AbortSignal
}

/** Sums over all boards since the fleet was made. `bytesOut` is payload; `fps` is of the last second. */
const summed = [
  'connects',
  'refusals',
  'unreachable',
  'reboots',
  'commands',
  'messagesIn',
  'messagesOut',
  'bytesOut',
  'framesSent',
  'framesSkipped',
  'fps',
  'readingsSent',
  'readingsAcknowledged',
] as const
type Sums = Readonly<Record<(typeof summed)[number], number>>

export interface FleetStats extends Sums {
  /** Boards started so far. */
  readonly boards: number
  /** Boards with a connection that the gateway has acknowledged. */
  readonly online: number
}

export interface FleetSimulation extends Simulation<FleetStats> {
  /** Each board on its own, in the order of their start. */
  boards(): readonly (PicoStats | Esp32CamStats)[]
}

/**
 * Runs many virtual boards in one process. Cameras of one size share a scene, so each adds little more than its bytes:
 * 10 cameras with VGA at 10 frames a second and 50 Picos took 11% of a core of a 2-core virtual machine.
 */
export function simulateFleet(options: FleetOptions): FleetSimulation {
  parseTarget(options.url)
  const boards: Simulation<PicoStats | Esp32CamStats>[] = []
  const power = new AbortController()
  const off = () => power.abort()
  options.signal?.addEventListener('abort', off)
  if (options.signal?.aborted) off()
  const done = muster(options, boards, power.signal).finally(() => options.signal?.removeEventListener('abort', off))
  const stop = () => {
    off()
    return done
  }
  const each = () => boards.map(board => board.stats())
  return { done, stop, stats: () => total(each()), boards: each, [Symbol.asyncDispose]: stop }
}

async function muster(
  options: FleetOptions,
  boards: Simulation<PicoStats | Esp32CamStats>[],
  signal: AbortSignal,
): Promise<void> {
  const starts = [...starters(options)]
  const startedMs = performance.now()
  for (const [i, start] of starts.entries()) {
    const dueMs = ((options.spreadMs ?? 5000) * i) / Math.max(1, starts.length - 1)
    const earlyMs = dueMs - (performance.now() - startedMs)
    if (earlyMs > 1) await sleep(earlyMs, undefined, { signal }).catch(() => {})
    if (signal.aborted) break
    boards.push(start())
  }
  if (!signal.aborted) await new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }))
  await Promise.all(boards.map(board => board.stop()))
}

/** Mixes the cameras evenly with the Picos, so that boards of both kinds start all along. */
function* starters(options: FleetOptions): Generator<() => Simulation<PicoStats | Esp32CamStats>> {
  const { picos = 0, cameras = 0, namePrefix = 'sim', tokens = {}, url, onEvent } = options
  const scenes = new Scenes(1000 / (options.camera?.fps ?? 10))
  const minted = tokenPool(url)
  const token: TokenSource = async (kind, signal) => tokens[kind] ?? minted(kind, signal)
  const common = { url, token, ...(onEvent ? { onEvent } : {}) }
  const total = picos + cameras
  for (let i = 0, pico = 0, camera = 0; i < total; i++) {
    if (camera * total < i * cameras || pico === picos) {
      const name = `${namePrefix}-cam-${++camera}`
      const own: Esp32CamOptions = { ...options.camera, ...common, name }
      yield () => startBoard(own, hardware => new Esp32CamFirmware(own, hardware, scenes))
    } else {
      const name = `${namePrefix}-pico-${++pico}`
      const own: PicoOptions = { ...options.pico, ...common, name, ...(tokens.pico ? { deviceId: name } : {}) }
      yield () => startBoard(own, hardware => new PicoFirmware(own, hardware))
    }
  }
}

function total(boards: readonly (BoardStats & Partial<Sums>)[]): FleetStats {
  const sums = summed.map(key => [key, boards.reduce((sum, board) => sum + (board[key] ?? 0), 0)])
  const online = boards.filter(board => board.state === 'online').length
  return { boards: boards.length, online, ...(Object.fromEntries(sums) as Sums) }
}
