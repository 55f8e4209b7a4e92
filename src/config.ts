import { isIP } from 'node:net'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { lookup } from '#protocol/lookup.ts'
import { type EnrolmentMode, enrolmentModes } from '#protocol/vocabulary.ts'
import { defaultLimits, type Limits } from './core/limits.ts'
import { isZone } from './core/sessions/time-zones.ts'

export interface Config {
  host: string
  /** 0 lets the system choose a port. */
  port: number
  dataDir: string
  /** Sets the mode of an empty data folder only; undefined when the operator did not set it. */
  enrolment: EnrolmentMode | undefined
  trustLoopback: boolean
  trustedProxies: string[]
  publicUrl: string | undefined
  tls: { port: number; certFile: string; keyFile: string } | undefined
  logLevel: LogLevel
  /** An IANA zone, in which boards that request the time receive it. */
  timeZone: string
  sharedTokens: { pico: string[]; esp32cam: string[] }
  /** The providers that people may sign in with. */
  oidc: OidcProvider[]
  /** The folder of the built dashboard. */
  dashboardDir: string
  limits: Limits
}

export interface OidcProvider {
  id: string
  /** The label of the provider's button. */
  name: string
  /** The provider's issuer, or the address of its discovery document. */
  issuer: string
  clientId: string
  clientSecret: string
  /** The provider issues an address only to its owner, although it does not state so with each sign-in. */
  trustsEmail?: boolean
}

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

/** A wrong value, named as the operator typed it. */
export class ConfigError extends Error {}

type Environment = Readonly<Record<string, string | undefined>>

interface Flag {
  env: string
  fallback: string
  /** How the value is written in the help. */
  value: string
  help: string
}

/** Every flag of `serve`, each also an environment variable. The flag wins. docs/config.md is made from this. */
export const configFlags = {
  host: { env: 'HOST', fallback: '0.0.0.0', value: 'ADDRESS', help: 'address to listen on' },
  port: {
    env: 'PORT',
    fallback: '3000',
    value: 'PORT',
    help: 'port for boards, and for everything while TLS is off; 0 lets the system choose',
  },
  data: { env: 'DARVAZA_DATA', fallback: './data', value: 'FOLDER', help: 'folder of all data; made if missing' },
  enrolment: {
    env: 'DARVAZA_ENROLMENT',
    fallback: 'approve',
    value: 'MODE',
    help: `how new boards get in: ${enrolmentModes.join(', ')}; only for an empty data folder`,
  },
  'trust-loopback': {
    env: 'DARVAZA_TRUST_LOOPBACK',
    fallback: 'false',
    value: '',
    help: 'let boards of this very machine in without a token',
  },
  'trusted-proxies': {
    env: 'DARVAZA_TRUSTED_PROXIES',
    fallback: '',
    value: 'LIST',
    help: 'addresses or CIDR ranges of your proxies, comma-separated: only their X-Forwarded-For is believed',
  },
  'public-url': {
    env: 'DARVAZA_PUBLIC_URL',
    fallback: '',
    value: 'URL',
    help: 'how the world reaches this gateway, for links and snippets',
  },
  'tls-port': {
    env: 'DARVAZA_TLS_PORT',
    fallback: '',
    value: 'PORT',
    help: 'a second, encrypted listener; operators then use only this one',
  },
  'tls-cert': {
    env: 'DARVAZA_TLS_CERT',
    fallback: '',
    value: 'FILE',
    help: 'certificate chain, PEM; reloaded when the file changes',
  },
  'tls-key': {
    env: 'DARVAZA_TLS_KEY',
    fallback: '',
    value: 'FILE',
    help: 'private key, PEM; reloaded when the file changes',
  },
  'log-level': { env: 'DARVAZA_LOG_LEVEL', fallback: 'info', value: 'LEVEL', help: logLevels.join(', ') },
  'time-zone': {
    env: 'DARVAZA_TIME_ZONE',
    fallback: '',
    value: 'ZONE',
    help: 'zone of the time that boards ask for, such as Asia/Tehran; unless given, the system’s',
  },
  'journal-max-age': {
    env: 'DARVAZA_JOURNAL_MAX_AGE',
    fallback: '30',
    value: 'DAYS',
    help: 'journal entries older than this many days are removed',
  },
  'journal-max-size': {
    env: 'DARVAZA_JOURNAL_MAX_SIZE',
    fallback: '512',
    value: 'MB',
    help: 'the oldest journal entries beyond this many megabytes are removed',
  },
  'max-frame': {
    env: 'DARVAZA_MAX_FRAME',
    fallback: '2048',
    value: 'KIB',
    help: 'largest picture a camera may send, at least 256',
  },
  limits: {
    env: 'DARVAZA_LIMITS',
    fallback: '',
    value: 'LIST',
    help: 'other numbers than those built in, comma-separated: pendingPerAddress=128,mintBurst=400; docs/config.md has them all',
  },
} as const satisfies Record<string, Flag>
type FlagName = keyof typeof configFlags

/** Settings read from the environment only, as they hold secrets: flags would show in the process list. */
export const configSecrets = {
  PICO_AUTH_TOKENS: 'tokens shared by a fleet of Picos: comma-separated or a JSON array',
  ESP32CAM_AUTH_TOKENS: 'the same for ESP32-CAMs',
  DARVAZA_OIDC_ISSUER:
    'sign in through an OpenID Connect provider: its issuer; register /api/auth/callback/oidc there as the redirect',
  DARVAZA_OIDC_CLIENT_ID: 'the id it knows this gateway by',
  DARVAZA_OIDC_CLIENT_SECRET: 'and the secret it gave out for it',
  DARVAZA_OIDC_NAME: 'what its button says (the host of the issuer)',
  DARVAZA_OIDC_TRUST_EMAIL:
    '`1`: believe its addresses although it does not say that it verified them; only where nobody can choose their own',
} as const

/**
 * Reads flags and environment; a flag wins over a variable.
 * @throws ConfigError naming the wrong value as the operator typed it.
 */
export function parseConfig(argv: readonly string[], env: Environment): Config {
  const typed = reader(argv, env)
  const number = (name: FlagName, least: number, most: number): number => {
    const { value, as } = typed(name)
    const parsed = Number(value)
    if (!/^\d+$/.test(value.trim()) || parsed < least || parsed > most)
      throw new ConfigError(`${as}: needs a whole number from ${least} to ${most}.`)
    return parsed
  }
  const text = (name: FlagName): string => {
    const { value, as } = typed(name)
    if (value.trim() === '') throw new ConfigError(`${as.trim()}: needs a value.`)
    return value
  }
  const oneOf = <T extends string>(name: FlagName, allowed: readonly T[]): T => {
    const { value, as } = typed(name)
    if (!(allowed as readonly string[]).includes(value))
      throw new ConfigError(`${as}: needs one of ${allowed.join(', ')}.`)
    return value as T
  }

  const trustedProxies = list(typed('trusted-proxies').value)
  for (const proxy of trustedProxies) checkCidr(proxy, typed('trusted-proxies').as)
  const trustLoopback = boolean(typed('trust-loopback'))
  if (trustLoopback && trustedProxies.length > 0) {
    throw new ConfigError(
      `${typed('trust-loopback').as} and ${typed('trusted-proxies').as} cannot be combined: behind a proxy on this host every visitor on earth would count as local.`,
    )
  }

  return {
    host: text('host'),
    port: number('port', 0, 65_535),
    dataDir: text('data'),
    enrolment: typed('enrolment').isSet ? oneOf('enrolment', enrolmentModes) : undefined,
    trustLoopback,
    trustedProxies,
    publicUrl: publicUrl(typed('public-url')),
    tls: tls(typed),
    logLevel: oneOf('log-level', logLevels),
    timeZone: timeZone(typed('time-zone')),
    sharedTokens: {
      pico: tokenList('PICO_AUTH_TOKENS', env.PICO_AUTH_TOKENS),
      esp32cam: tokenList('ESP32CAM_AUTH_TOKENS', env.ESP32CAM_AUTH_TOKENS),
    },
    oidc: oidc(env),
    dashboardDir: join(import.meta.dirname, '../dist/dashboard'),
    limits: {
      ...defaultLimits,
      ...otherLimits(typed('limits')),
      journalMaxAgeMs: number('journal-max-age', 1, 36_500) * 86_400_000,
      journalMaxBytes: number('journal-max-size', 1, 1_000_000) * 1024 * 1024,
      frameBytes: number('max-frame', 256, 65_536) * 1024,
    },
  }
}

/** A setting as it was typed, for errors that only the system can find: in an address, a port, a folder. */
export const asTyped = (name: FlagName, argv: readonly string[], env: Environment): string => reader(argv, env)(name).as

interface Typed {
  value: string
  /** Flag or variable with its value, as the operator wrote it. */
  as: string
  /** Whether the operator set the value; false for the fallback. */
  isSet: boolean
}

function reader(argv: readonly string[], env: Environment): (name: FlagName) => Typed {
  const given = readFlags(argv)
  return name => {
    const flag = given[name]
    if (flag !== undefined)
      return { value: String(flag), as: flag === true ? `--${name}` : `--${name} ${flag}`, isSet: true }
    const variable = configFlags[name].env
    const fromEnv = env[variable]
    if (fromEnv !== undefined && fromEnv !== '') return { value: fromEnv, as: `${variable}=${fromEnv}`, isSet: true }
    return { value: configFlags[name].fallback, as: `--${name} ${configFlags[name].fallback}`, isSet: false }
  }
}

function readFlags(argv: readonly string[]): Partial<Record<FlagName, string | true>> {
  const options = Object.fromEntries(
    Object.entries(configFlags).map(([name, flag]) => [
      name,
      { type: flag.value === '' ? ('boolean' as const) : ('string' as const) },
    ]),
  )
  try {
    return parseArgs({ args: joined(argv), options, strict: true, allowPositionals: false }).values as Partial<
      Record<FlagName, string | true>
    >
  } catch (error) {
    const sentence = (error as Error).message.split(/\.\s/)[0]
    throw new ConfigError(`${sentence}. See: npx darvaza serve --help`)
  }
}

/** A value may start with a dash, as in `--port -1`: an error then names the flag, as for any other value. */
function joined(argv: readonly string[]): string[] {
  const args: string[] = []
  for (const [index, arg] of argv.entries()) {
    const before = argv[index - 1] ?? ''
    const flag = lookup<Flag>(configFlags, before.slice(2))
    const takesValue = before.startsWith('--') && !!flag?.value
    if (takesValue && /^-[^-]/.test(arg)) args[args.length - 1] = `${before}=${arg}`
    else args.push(arg)
  }
  return args
}

const list = (value: string): string[] =>
  value
    .split(',')
    .map(part => part.trim())
    .filter(Boolean)

function boolean({ value, as }: { value: string; as: string }): boolean {
  if (/^(true|1|yes|on)$/i.test(value)) return true
  if (/^(false|0|no|off)$/i.test(value)) return false
  throw new ConfigError(`${as}: needs true or false.`)
}

function checkCidr(value: string, as: string): void {
  const [address = '', bits, more] = value.split('/')
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)]!
  const looksRight = most > 0 && !address.includes('%') && more === undefined
  if (!looksRight || (bits !== undefined && !(/^\d+$/.test(bits) && Number(bits) <= most))) {
    throw new ConfigError(`${as}: "${value}" is neither an address nor a CIDR range.`)
  }
}

/** Limits that have a flag of their own. */
const flagOf = {
  journalMaxAgeMs: 'journal-max-age',
  journalMaxBytes: 'journal-max-size',
  frameBytes: 'max-frame',
} as const satisfies Partial<Record<keyof Limits, FlagName>>

/** The longest a timer waits, in ms (Node turns more into 1). */
const longestTimer = 2 ** 31 - 1

function otherLimits({ value, as }: Typed): Partial<Limits> {
  const limits: Partial<Record<keyof Limits, number>> = {}
  for (const pair of list(value)) {
    const [name = '', number = '', more] = pair.split('=').map(part => part.trim())
    if (!Object.hasOwn(defaultLimits, name) || more !== undefined)
      throw new ConfigError(`${as}: "${pair}" sets no limit: docs/config.md names them all.`)
    if (Object.hasOwn(flagOf, name))
      throw new ConfigError(`${as}: ${name} has a flag of its own, --${flagOf[name as keyof typeof flagOf]}.`)
    const most = name.endsWith('ForgottenAfterMs') ? Number.MAX_SAFE_INTEGER : longestTimer
    if (!/^\d+$/.test(number) || Number(number) < 1 || Number(number) > most)
      throw new ConfigError(`${as}: ${name} needs a whole number from 1 to ${most}.`)
    limits[name as keyof Limits] = Number(number)
  }
  return limits
}

function publicUrl({ value, as }: { value: string; as: string }): string | undefined {
  if (!value) return undefined
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (!url || !/^https?:$/.test(url.protocol))
    throw new ConfigError(`${as}: needs an address like https://gate.example.org.`)
  return url.href.replace(/\/$/, '')
}

/** The system's zone. Temporal returns it at once; Node 24 lacks Temporal, and Intl takes 15 ms of every start. */
function systemZone(): string {
  const { Temporal } = globalThis as { Temporal?: { Now: { timeZoneId(): string } } }
  return Temporal?.Now.timeZoneId() ?? new Intl.DateTimeFormat().resolvedOptions().timeZone
}

function timeZone({ value, as }: { value: string; as: string }): string {
  if (!value) return systemZone()
  if (!isZone(value)) throw new ConfigError(`${as}: needs a zone such as Asia/Tehran or UTC.`)
  return value
}

function tls(typed: (name: FlagName) => { value: string; as: string }): Config['tls'] {
  const port = typed('tls-port')
  const certFile = typed('tls-cert').value
  const keyFile = typed('tls-key').value
  if (!port.value) {
    if (certFile || keyFile)
      throw new ConfigError(`${typed(certFile ? 'tls-cert' : 'tls-key').as}: needs --tls-port as well.`)
    return undefined
  }
  const parsed = Number(port.value)
  if (!/^\d+$/.test(port.value) || parsed > 65_535)
    throw new ConfigError(`${port.as}: needs a whole number from 0 to 65535.`)
  if (!certFile || !keyFile) throw new ConfigError(`${port.as}: needs --tls-cert and --tls-key as well.`)
  return { port: parsed, certFile, keyFile }
}

function oidc(env: Readonly<Record<string, string | undefined>>): OidcProvider[] {
  const issuer = env.DARVAZA_OIDC_ISSUER?.trim()
  const clientId = env.DARVAZA_OIDC_CLIENT_ID?.trim()
  const clientSecret = env.DARVAZA_OIDC_CLIENT_SECRET?.trim()
  if (!issuer && !clientId && !clientSecret) return []
  if (!issuer || !URL.canParse(issuer) || !/^https?:/.test(issuer))
    throw new ConfigError('DARVAZA_OIDC_ISSUER: needs an address like https://accounts.example.org.')
  if (!clientId || !clientSecret)
    throw new ConfigError(`DARVAZA_OIDC_CLIENT_${clientId ? 'SECRET' : 'ID'}: is missing; a provider needs both.`)
  const name = env.DARVAZA_OIDC_NAME?.trim() || new URL(issuer).host
  const trustsEmail = /^(1|true|yes|on)$/i.test(env.DARVAZA_OIDC_TRUST_EMAIL?.trim() ?? '')
  return [{ id: 'oidc', name, issuer, clientId, clientSecret, ...(trustsEmail && { trustsEmail }) }]
}

/** Comma-separated or a JSON array of strings. The value is a secret: the message names only the variable. */
function tokenList(variable: string, value: string | undefined): string[] {
  const tokens = tokensIn(variable, value)
  const { tokenCharacters } = defaultLimits
  if (tokens.some(token => token.length > tokenCharacters))
    throw new ConfigError(`${variable}: no token may be longer than ${tokenCharacters} characters.`)
  return tokens
}

function tokensIn(variable: string, value: string | undefined): string[] {
  if (!value?.trim()) return []
  if (!value.trim().startsWith('[')) return list(value)
  try {
    const parsed: unknown = JSON.parse(value)
    if (Array.isArray(parsed) && parsed.every(item => typeof item === 'string' && item.trim() !== ''))
      return parsed.map(item => item.trim())
  } catch {}
  throw new ConfigError(`${variable}: needs tokens separated by commas, or a JSON array of strings.`)
}
