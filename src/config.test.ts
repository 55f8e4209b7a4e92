import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ConfigError, configFlags, configSecrets, parseConfig } from './config.ts'
import { defaultLimits } from './core/limits.ts'
import { serveHelp } from './serve/help.ts'

function complaint(argv: string[], env: Record<string, string> = {}): string {
  try {
    parseConfig(argv, env)
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    return (error as Error).message
  }
  throw new Error('nothing was wrong with this')
}

describe('the configuration', () => {
  it('is as documented when nobody says anything', () => {
    expect(parseConfig([], {})).toEqual({
      host: '0.0.0.0',
      port: 3000,
      dataDir: './data',
      enrolment: undefined,
      trustLoopback: false,
      trustedProxies: [],
      publicUrl: undefined,
      tls: undefined,
      logLevel: 'info',
      timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      sharedTokens: { pico: [], esp32cam: [] },
      oidc: [],
      dashboardDir: expect.stringMatching(/\/dist\/dashboard$/),
      limits: { ...defaultLimits },
    })
  })

  it('takes each setting from a flag or from the environment alike', () => {
    const settings = {
      host: '127.0.0.1',
      port: '0',
      data: '/srv/darvaza',
      enrolment: 'pairing',
      'trusted-proxies': '10.0.0.0/8, 2001:db8::1',
      'public-url': 'https://gate.example.org/',
      'tls-port': '8443',
      'tls-cert': 'cert.pem',
      'tls-key': 'key.pem',
      'log-level': 'debug',
      'journal-max-age': '7',
      'journal-max-size': '100',
      'max-frame': '512',
      limits: 'pendingPerAddress=128, mintBurst=400',
    }
    const argv = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value])
    const env = Object.fromEntries(
      Object.entries(settings).map(([name, value]) => [configFlags[name as keyof typeof configFlags].env, value]),
    )
    const config = parseConfig(argv, {})
    expect(parseConfig([], env)).toEqual(config)
    expect(config).toMatchObject({
      host: '127.0.0.1',
      port: 0,
      dataDir: '/srv/darvaza',
      enrolment: 'pairing',
      trustedProxies: ['10.0.0.0/8', '2001:db8::1'],
      publicUrl: 'https://gate.example.org',
      tls: { port: 8443, certFile: 'cert.pem', keyFile: 'key.pem' },
      logLevel: 'debug',
      limits: { journalMaxAgeMs: 7 * 86_400_000, journalMaxBytes: 100 * 1024 * 1024, frameBytes: 512 * 1024 },
    })
    expect(config.limits).toMatchObject({ pendingPerAddress: 128, mintBurst: 400, pendingInAll: 1_000 })
    expect(parseConfig(['--trust-loopback'], {})).toEqual(parseConfig([], { DARVAZA_TRUST_LOOPBACK: '1' }))
  })

  it('lets the flag win over the environment, and takes an empty variable for none', () => {
    expect(parseConfig(['--port', '4000'], { PORT: '5000' }).port).toBe(4000)
    expect(parseConfig([], { PORT: '', DARVAZA_DATA: '' })).toMatchObject({ port: 3000, dataDir: './data' })
  })

  it('knows whether the operator named an enrolment mode', () => {
    expect(parseConfig(['--enrolment', 'approve'], {}).enrolment).toBe('approve')
    expect(parseConfig([], { DARVAZA_ENROLMENT: 'open' }).enrolment).toBe('open')
    expect(parseConfig([], { DARVAZA_ENROLMENT: '' }).enrolment).toBeUndefined()
  })

  it.each<[string[], Record<string, string>, string]>([
    [['--port', 'x'], {}, '--port x: needs a whole number from 0 to 65535.'],
    [['--port', '65536'], {}, '--port 65536: needs a whole number from 0 to 65535.'],
    [['--port', '-1'], {}, '--port -1: needs a whole number from 0 to 65535.'],
    [['--port', '--host', 'x'], {}, "Option '--port' argument is ambiguous. See: npx darvaza serve --help"],
    [['--log-level', '-v'], {}, '--log-level -v: needs one of'],
    [['--port=1.5'], {}, '--port 1.5: needs a whole number'],
    [['--port='], {}, '--port : needs a whole number'],
    [['--port'], {}, "Option '--port <value>' argument missing"],
    [[], { PORT: '1e3' }, 'PORT=1e3: needs a whole number from 0 to 65535.'],
    [['--data='], {}, '--data: needs a value.'],
    [['--host', ' '], {}, '--host: needs a value.'],
    [['--enrolment', 'everyone'], {}, '--enrolment everyone: needs one of approve, pairing, open, closed.'],
    [[], { DARVAZA_ENROLMENT: 'Open' }, 'DARVAZA_ENROLMENT=Open: needs one of'],
    [['--log-level', 'loud'], {}, '--log-level loud: needs one of'],
    [['--time-zone', '+03:30'], {}, '--time-zone +03:30: needs a zone'],
    [[], { DARVAZA_TIME_ZONE: 'Asia/Nowhere' }, 'DARVAZA_TIME_ZONE=Asia/Nowhere: needs a zone'],
    [['--public-url', 'gate.example.org'], {}, '--public-url gate.example.org: needs an address like'],
    [['--public-url', 'ftp://gate'], {}, '--public-url ftp://gate: needs an address like'],
    [['--tls-port', '443'], {}, '--tls-port 443: needs --tls-cert and --tls-key as well.'],
    [['--tls-cert', 'a.pem'], {}, '--tls-cert a.pem: needs --tls-port as well.'],
    [['--tls-port', 'x', '--tls-cert', 'a', '--tls-key', 'b'], {}, '--tls-port x: needs a whole number'],
    [[], { DARVAZA_TRUST_LOOPBACK: 'maybe' }, 'DARVAZA_TRUST_LOOPBACK=maybe: needs true or false.'],
    [['--journal-max-age', '0'], {}, '--journal-max-age 0: needs a whole number from 1'],
    [['--max-frame', '255'], {}, '--max-frame 255: needs a whole number from 256 to 65536.'],
    [['--limits', 'pendingPerAddres=3'], {}, '--limits pendingPerAddres=3: "pendingPerAddres=3" sets no limit'],
    [['--limits', 'toString=3'], {}, '"toString=3" sets no limit'],
    [[], { DARVAZA_LIMITS: 'mintBurst=0' }, 'DARVAZA_LIMITS=mintBurst=0: mintBurst needs a whole number from 1 to'],
    [['--limits=mintBurst'], {}, '--limits mintBurst: mintBurst needs a whole number'],
    [['--limits', 'ackTimeoutMs=2147483648'], {}, 'ackTimeoutMs needs a whole number from 1 to 2147483647.'],
    [['--limits', 'frameBytes=1'], {}, '--limits frameBytes=1: frameBytes has a flag of its own, --max-frame.'],
    [['--bogus'], {}, "Unknown option '--bogus'"],
    [['somewhere'], {}, "Unexpected argument 'somewhere'"],
  ])('refuses %j %j in one sentence that names it as it was typed', (argv, env, sentence) => {
    const message = complaint(argv, env)
    expect(message).toContain(sentence)
    expect(message).not.toContain('\n')
  })

  it.each(['1::2::3', ':::', 'a:b', '01.2.3.4', '1.2.3', '1.2.3.4.5', '256.0.0.1', '10.0.0.0/33', '::1/129'])(
    'takes "%s" for no proxy',
    proxy => {
      expect(complaint(['--trusted-proxies', `10.0.0.1,${proxy}`])).toContain(`"${proxy}"`)
    },
  )

  it.each(['10.0.0.0/', '10.0.0.0/8/8', '10.0.0.0/x', '/8', 'proxy.example.org', 'fe80::1%eth0', '*'])(
    'takes "%s" for no proxy either',
    proxy => {
      expect(complaint([], { DARVAZA_TRUSTED_PROXIES: proxy })).toContain(
        `"${proxy}" is neither an address nor a CIDR range.`,
      )
    },
  )

  it('refuses to trust loopback and proxies at once, as every visitor would count as local', () => {
    const message = complaint(['--trust-loopback'], { DARVAZA_TRUSTED_PROXIES: '10.0.0.1' })
    expect(message).toContain('--trust-loopback and DARVAZA_TRUSTED_PROXIES=10.0.0.1 cannot be combined')
    expect(parseConfig(['--trust-loopback'], { DARVAZA_TRUSTED_PROXIES: ' , ' }).trustLoopback).toBe(true)
  })

  it('never fails in any other way, whatever it is given', () => {
    const names = Object.entries(configFlags)
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names.map(([, { env }]) => env)), fc.string()), env => {
        try {
          parseConfig([], env)
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError)
        }
      }),
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom(...names.map(([name]) => `--${name}`)))), argv => {
        try {
          parseConfig(argv, {})
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError)
        }
      }),
    )
  })
})

describe('shared tokens', () => {
  const tokens = (value: string) => parseConfig([], { PICO_AUTH_TOKENS: value }).sharedTokens.pico

  it('come separated by commas, or as a JSON array', () => {
    expect(tokens('one')).toEqual(['one'])
    expect(tokens(' one , two,,three ')).toEqual(['one', 'two', 'three'])
    expect(tokens('["one","t,w,o"," three "]')).toEqual(['one', 't,w,o', 'three'])
    expect(tokens(' [ "a:b@c\\\\d" ] ')).toEqual(['a:b@c\\d'])
    for (const none of ['', '  ', ',', '[]']) expect(tokens(none)).toEqual([])
    expect(parseConfig([], { ESP32CAM_AUTH_TOKENS: 'cam' }).sharedTokens).toEqual({ pico: [], esp32cam: ['cam'] })
  })

  it('are not longer than the longest that would be looked at', () => {
    expect(tokens('T'.repeat(1_024))).toHaveLength(1)
    const message = complaint([], { PICO_AUTH_TOKENS: `short,${'T'.repeat(1_025)}` })
    expect(message).toBe('PICO_AUTH_TOKENS: no token may be longer than 1024 characters.')
  })

  it('are never named when they are wrong: only their variable is', () => {
    for (const value of ['["secret', '[secret]', '["secret",5]', '["secret",""]', '[["secret"]]']) {
      const message = complaint([], { PICO_AUTH_TOKENS: value })
      expect(message).toContain('PICO_AUTH_TOKENS: needs')
      expect(message).not.toContain('secret')
    }
  })

  it('are no flags, as a process list would show them', () => {
    for (const secret of Object.keys(configSecrets)) expect(serveHelp()).not.toContain(`--${secret.toLowerCase()}`)
    expect(complaint(['--pico-auth-tokens', 'x'])).toContain('Unknown option')
  })
})

describe('the help', () => {
  it('names every flag with its variable, and every secret', () => {
    for (const [name, { env }] of Object.entries(configFlags)) {
      expect(serveHelp()).toContain(`--${name}`)
      expect(serveHelp()).toContain(env)
    }
    for (const secret of Object.keys(configSecrets)) expect(serveHelp()).toContain(secret)
  })
})
