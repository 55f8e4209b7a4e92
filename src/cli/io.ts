import type { Readable, Writable } from 'node:stream'

/** The command line's surroundings. Everything but `serve` has the process's own as default. */
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

/** The same, complete. `signal` aborts on Ctrl-C as well. */
export type Surroundings = Required<Io>
