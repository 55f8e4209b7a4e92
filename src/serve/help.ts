import { configFlags, configSecrets } from '../config.ts'

/** The text that `serve --help` prints. */
export function serveHelp(): string {
  const rows = Object.entries(configFlags).map(
    ([name, flag]) => [`--${name}${flag.value ? ` ${flag.value}` : ''}`, flag] as const,
  )
  const width = Math.max(...rows.map(([left]) => left.length))
  const lines = rows.map(
    ([left, flag]) =>
      `  ${left.padEnd(width)}  ${flag.help}${flag.fallback && flag.value ? ` (${flag.fallback})` : ''}\n  ${' '.repeat(width)}  or ${flag.env}`,
  )
  const secrets = Object.entries(configSecrets).map(([name, help]) => `  ${name.padEnd(width)}  ${help}`)
  return `Usage: npx darvaza serve [flags]      or: npm start -- [flags]\n\nRuns the gateway until Ctrl-C.\n\nFlags, each also an environment variable; the flag wins:\n${lines.join('\n')}\n\nEnvironment only, as they are secrets:\n${secrets.join('\n')}\n`
}
