import { runCli } from './cli/index.ts'
import { serve } from './serve.ts'

process.exitCode = await runCli(process.argv.slice(2), { serve: argv => serve(argv) })
