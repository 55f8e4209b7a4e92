import { program } from './build.ts'
import { median, spread } from './measure.ts'
import { type Figures, load, onAnyCore } from './process.ts'
import type { Kind, Server } from './servers.ts'

export interface Bench {
  rounds: number
  /** Short runs to try out the bench itself. Their figures mean little and are not written to the table. */
  quick: boolean
  /** Whether the peers (other software for the same work) are measured too. */
  peers: boolean
  soakMinutes: number
  /** Writes a line of progress to stderr. */
  say(text: string): void
}

/** One claim of the performance table. It only measures; the table judges whether a figure is good enough. */
export interface Claim {
  name: string
  about: string
  run(bench: Bench): Promise<Row[]>
}

/** One line of the table. */
export interface Row {
  work: string
  server: string
  /** The raw measurement, with its unit. */
  measured: string
  /** The number that is compared with floor, goal and the committed table. Absent for the reference server. */
  figure?: number
  unit?: string
  better?: 'higher' | 'lower'
  floor?: number
  goal?: number
  /** The lowest and the highest figure of all rounds. */
  spread?: [number, number]
  note?: string
}

/**
 * Runs `work` on each kind of server in turn, round after round, on a fresh process each time, so that a machine that
 * slows down slows all servers alike. A server that fails is left out from then on, which is reported once.
 */
export async function interleave<S extends Server, T>(
  bench: Bench,
  title: string,
  kinds: readonly Kind<S>[],
  work: (server: S, kind: string) => Promise<T>,
): Promise<Map<string, T[]>> {
  const runs = new Map<string, T[]>(kinds.map(kind => [kind.name, []]))
  for (let round = 1; round <= bench.rounds; round++) {
    for (const kind of kinds) {
      const done = runs.get(kind.name)
      if (!done) continue
      bench.say(`${title}: ${kind.name}, round ${round} of ${bench.rounds}`)
      try {
        await using server = await kind.start()
        done.push(await work(server, kind.name))
      } catch (error) {
        bench.say(`${title}: ${kind.name} is left out: ${reason(error)}`)
        runs.delete(kind.name)
      }
    }
  }
  return runs
}

export interface PerCpu {
  work: string
  /** The unit in plural: 'frames', 'pings'. */
  unit: string
  /** Computes the units of work per CPU-second of the server from the figures of one run. */
  of(figures: Figures): number
  floor?: number
  goal?: number
  note?(figures: Figures[]): string
}

/** Rows that show work per CPU-second as a ratio to the ceiling server in the same rounds. */
export function ratioRows(runs: ReadonlyMap<string, Figures[]>, claim: PerCpu): Row[] {
  const limits = runs.get('ceiling')?.map(claim.of)
  return [...runs].map(([server, figures]) => {
    const values = figures.map(claim.of)
    const row: Row = { work: claim.work, server, measured: `${round(median(values))} ${claim.unit} per CPU-s` }
    if (claim.note) row.note = claim.note(figures)
    if (server === 'ceiling' || !limits) return row
    const goals = server === 'darvaza' ? targets(claim) : {}
    const ratios = values.map((value, i) => value / limits[i]!)
    return {
      ...row,
      figure: median(values) / median(limits),
      unit: '× ceiling',
      better: 'higher',
      spread: spread(ratios),
      ...goals,
    }
  })
}

/** A row for a number that is better when lower. */
export function lowRow(
  row: Pick<Row, 'work' | 'server' | 'floor' | 'goal' | 'note'> & { values: number[]; unit: string; measured?: string },
): Row {
  const { values, ...rest } = row
  const figure = median(values)
  return {
    ...rest,
    measured: row.measured ?? '',
    figure,
    better: 'lower',
    spread: spread(values),
  }
}

const targets = ({ floor, goal }: PerCpu) => ({ ...(floor && { floor }), ...(goal && { goal }) })

export const wsload = (server: Server, mode: 'fanout' | 'ping' | 'hold', ...flags: (string | number)[]) => {
  const endpointFlags = mode === 'fanout' ? server.watch : server.boards
  return load([
    ...(server.anyCore ? onAnyCore : []),
    program('wsload'),
    mode,
    '-q',
    '-p',
    `${server.port}`,
    '-P',
    `${server.pid}`,
    ...endpointFlags,
    ...flags.map(String),
  ])
}

/**
 * Runs cameras and viewers. A viewer's path contains the name of its camera, which the server only knows after the
 * camera's first connection. So each camera connects once beforehand, for one frame.
 */
export async function fanout(server: Server, cameras: number, viewers: number, ...flags: (string | number)[]) {
  await wsload(server, 'fanout', '-c', cameras, '-v', 0, '-r', 1, '-t', 0.1, '-u', 0)
  return wsload(server, 'fanout', '-c', cameras, '-v', viewers, ...flags)
}

/** The first eight lines of an error message. */
export const reason = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n').slice(0, 8).join('\n  ')

/** Rounds to three significant digits; from 1,000 on to a whole number with grouped thousands. */
export const round = (value: number): string =>
  value >= 1_000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)))
