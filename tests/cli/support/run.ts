import { PassThrough, Readable } from 'node:stream'
import { runCli } from '../../../src/cli/cli.ts'

export interface Run {
  code: number
  stdout: string
  stderr: string
}

export interface RunOptions {
  env?: Record<string, string>
  stdin?: string
  signal?: AbortSignal
  /** Called with all of stdout so far, each time more is written. */
  onStdout?: (soFar: string) => void
}

/** Runs a command line in this process as `npx darvaza …` does, with an environment of its own. */
export async function darvaza(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  let [said, told] = [Buffer.alloc(0), '']
  stdout.on('data', (chunk: Buffer) => {
    said = Buffer.concat([said, chunk])
    options.onStdout?.(said.toString())
  })
  stderr.on('data', (chunk: Buffer) => {
    told += chunk.toString()
  })
  const code = await runCli(args, {
    serve: async () => 99,
    stdin: Readable.from(options.stdin === undefined ? [] : [options.stdin]),
    stdout,
    stderr,
    env: options.env ?? {},
    ...(options.signal && { signal: options.signal }),
  })
  return { code, stdout: said.toString(), stderr: told }
}
