import type { Readable, Writable } from 'node:stream'

/** The streams, environment and signal of a command line. All but `serve` default to those of the process. */
export interface Io {
  /** Runs the gateway with the raw arguments after `serve`; resolves to the exit code. */
  serve(args: string[]): Promise<number>
  stdin?: Readable
  stdout?: Writable & { isTTY?: boolean; columns?: number }
  stderr?: Writable & { isTTY?: boolean; columns?: number }
  env?: Readonly<Record<string, string | undefined>>
  /** Ends a verb that runs until it is stopped, as Ctrl-C does. */
  signal?: AbortSignal
}

/** `Io` with all defaults filled in. `signal` aborts on Ctrl-C as well. */
export type Surroundings = Required<Io>
