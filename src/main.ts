import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

// Halves the time to start: stripped and compiled code is kept between runs, beside the packages it belongs to.
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/compile'))

// Each part is loaded only where needed: a command does not load the gateway, nor the gateway the command line.
const argv = process.argv.slice(2)
if (argv[0] === 'serve') {
  const { serve } = await import('./serve/serve.ts')
  process.exitCode = await serve(argv.slice(1))
  // A resource that does not close by itself, such as a thread, keeps the process no longer than this.
  setTimeout(() => process.exit(), 1_000).unref()
} else {
  const { runCli } = await import('./cli/cli.ts')
  process.exitCode = await runCli(argv, { serve: async args => (await import('./serve/serve.ts')).serve(args) })
}
