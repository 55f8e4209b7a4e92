import { withoutTrailingSlashes } from '#protocol/paths.ts'
import { UsageError } from './failure.ts'
import type { Surroundings } from './io.ts'
import { secretFrom } from './secret.ts'

/** The options that say where the gateway is. */
export interface ConnectionOptions {
  data?: string
  url?: string
  key?: string
}

/** `host`: through the Unix socket in the data folder, without a key. `remote`: over the network, with one. */
export type Connection = { via: 'host'; dataDir: string } | { via: 'remote'; url: URL; key: string | undefined }

/**
 * Finds the gateway: a flag wins over the environment, and an address over a folder. The key comes from `--key`,
 * `--key -` (stdin, so that no secret shows in the process list) or DARVAZA_KEY.
 * @throws UsageError for options that contradict each other.
 */
export async function findGateway(
  options: ConnectionOptions,
  around: Pick<Surroundings, 'env' | 'stdin'>,
): Promise<Connection> {
  const { env } = around
  if (options.url && options.data) throw new UsageError('Use --url or --data, not both: one says where, the other too.')
  const url = options.url ?? (options.data ? undefined : env.DARVAZA_URL || undefined)
  if (!url) {
    if (options.key) throw new UsageError('--key needs --url: on the gateway’s own host no key is needed.')
    return { via: 'host', dataDir: options.data ?? (env.DARVAZA_DATA || './data') }
  }
  const key = await secretFrom('--key', options.key, 'DARVAZA_KEY', around)
  return { via: 'remote', url: gatewayUrl(url), key }
}

/**
 * The address of a gateway as people write it: http(s), ws(s) or no scheme, perhaps with the path of a board endpoint.
 * The result is http or https, without a slash at the end of its path.
 * @throws UsageError for anything else.
 */
export function gatewayUrl(typed: string): URL {
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(typed) ? typed : `http://${typed}`
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url?.hostname || !/^(https?|wss?):$/.test(url.protocol))
    throw new UsageError(
      `${typed}: this is no address. Write it like http://192.168.1.5:3000 or https://gate.example.org.`,
    )
  if (url.username || url.password) throw new UsageError('The address holds a name or a password: use --key instead.')
  const http = new URL(url.href.replace(/^ws/i, 'http'))
  http.pathname = withoutTrailingSlashes(http.pathname).replace(/\/ws(\/(pico|esp32cam))?$/, '')
  http.search = ''
  http.hash = ''
  return http
}

/** Appends `path` to the path of `url`, which is not empty if a site serves the gateway in a subfolder. */
export const under = (url: URL, path: string): string => url.pathname.replace(/\/$/, '') + path
