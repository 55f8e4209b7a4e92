import { z } from 'zod'
import * as board from '#protocol/board.ts'
import { knownActions } from '#protocol/vocabulary.ts'
import { configFlags, configSecrets } from '../src/config.ts'
import { defaultLimits } from '../src/core/limits.ts'
import { failures } from '../src/errors/errors.ts'
import { openApiDocument } from '../src/transports/http/app.ts'
import { fieldRules } from './field-rules.ts'
import { guideDrawings } from './guide-drawings.ts'
import { troubleshooting } from './troubleshooting.ts'

const made = '<!-- Made from the code by `npm run docs`. Do not edit: a test fails when it is stale. -->'
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
const table = (head: string[], rows: string[][]): string =>
  [head, head.map(() => '---'), ...rows].map(row => `| ${row.map(cell).join(' | ')} |`).join('\n')

/** All pages that are generated from the code: file name under docs/ → content. */
export function generatedDocs(): Record<string, string> {
  return {
    'config.md': config(),
    'errors.md': errors(),
    'field-rules.md': fieldRulesPage(),
    'protocol.md': protocol(),
    ...guideDrawings(),
    'guide/en/troubleshooting.md': troubleshooting('en'),
    'guide/fa/troubleshooting.md': troubleshooting('fa'),
    'openapi.json': `${JSON.stringify(openApiDocument(), null, 2)}\n`,
  }
}

function config(): string {
  const flags = Object.entries(configFlags).map(([name, flag]) => [
    `\`--${name}${flag.value ? ` ${flag.value}` : ''}\``,
    `\`${flag.env}\``,
    flag.fallback === '' ? '' : `\`${flag.fallback}\``,
    flag.help,
  ])
  const secrets = Object.entries(configSecrets).map(([name, help]) => [`\`${name}\``, help])
  const limits = Object.entries(defaultLimits).map(([name, value]) => [`\`${name}\``, readable(name, value)])
  return [
    '# Configuration',
    made,
    'Flags go after `--`: `npm start -- --port 8080`. Each is also an environment variable; the flag wins. A wrong value stops the start with one sentence that names it.',
    table(['flag', 'environment', 'default', 'what it does'], flags),
    '## Secrets',
    'From the environment only, as flags show in the process list.',
    table(['variable', 'what it holds'], secrets),
    '## Limits',
    'The numbers that bound and pace the gateway (`src/core/limits.ts` says where each comes from). Other ones are set by `--limits` or `DARVAZA_LIMITS`, in the unit that the name ends in: `--limits pendingPerAddress=128,claimTtlMs=3600000`.',
    table(['limit', 'value'], limits),
  ]
    .join('\n\n')
    .concat('\n')
}

function readable(name: string, value: number): string {
  if (name.endsWith('Ms')) {
    const seconds = value / 1000
    if (seconds >= 86_400) return `${seconds / 86_400} d`
    if (seconds >= 3_600) return `${seconds / 3_600} h`
    if (seconds >= 60) return `${seconds / 60} min`
    return seconds >= 1 ? `${seconds} s` : `${value} ms`
  }
  if (/bytes/i.test(name) && !name.endsWith('PerSecond')) {
    return value >= 1024 * 1024 ? `${value / 1024 / 1024} MiB` : `${value / 1024} KiB`
  }
  return String(value)
}

function errors(): string {
  const rows = Object.entries(failures).map(([code, failure]) => [
    `\`${code}\``,
    String(failure.status),
    'closeCode' in failure ? String(failure.closeCode) : '',
    failure.retry ? 'yes' : 'no',
    `${failure.message.en} ${failure.hint.en}`,
    `${failure.message.fa} ${failure.hint.fa}`,
  ])
  return [
    '# Errors',
    made,
    'Every refusal and error has this body, with the HTTP status of the table: `{"status":"error","code":"…","message":"…","hint":"…"}`. Message and hint come in the language of `Accept-Language`, English or Persian. On an open WebSocket the failure is the close code, with the code as its reason: 4000–4499 come back later, 4500–4999 do not; 4001 is always about authentication.',
    table(['code', 'HTTP', 'close', 'retry?', 'what it says', 'فارسی'], rows),
  ]
    .join('\n\n')
    .concat('\n')
}

function fieldRulesPage(): string {
  return [
    '# Field rules',
    made,
    'Boards in the field need these things of a server; each was measured or read from their firmware and libraries. The code cites them by number, as in “(field rule 7)”, and each rule has a test file of its own.',
    table(
      ['rule', 'sentence', 'test'],
      fieldRules().map(({ number, sentence, file }) => [
        String(number),
        sentence,
        `[\`${file}\`](../tests/rules/${file})`,
      ]),
    ),
  ]
    .join('\n\n')
    .concat('\n')
}

function protocol(): string {
  const schemas = {
    connect: board.connect,
    ack: board.ack,
    sensor_data: board.sensorData,
    frame: board.frameMetadata,
    time: board.timeRequest,
    auth: board.auth,
  }
  const sections = Object.entries(schemas).flatMap(([name, schema]) => [
    `### \`${name}\``,
    `\`\`\`json\n${JSON.stringify(z.toJSONSchema(schema, { unrepresentable: 'any' }), null, 2)}\n\`\`\``,
  ])
  return [
    '# The protocol, for people who write their own board',
    made,
    'A board dials out to `/ws/pico`, `/ws/esp32cam` or `/ws` with `Authorization: Bearer <token>`. Text messages are JSON objects with a `type`; a binary message is one JPEG. Unknown keys and types are welcome: they are kept in the journal and never answered.',
    '## What the gateway answers',
    table(
      ['you send', 'you get'],
      [
        ['nothing: the handshake was accepted', '`connection_ack`, and once more after your first `connect`'],
        ['`ping`', '`pong`'],
        [
          '`sensor_data`',
          '`ack` with `command_type` "sensor_data", your `sensor_type` and `data.sequence`: after it is on disk',
        ],
        ['`servo` with `command`', '`ack` with `command_type` "servo"'],
        ['`time`', '`time` with `utc`, `epoch_ms`, `zone`, `offset_minutes`: the zone you ask for, else the gateway’s'],
        ['`viewers`', '`viewers` with `count`: how many watch this camera; and from then on again after each change'],
        ['`ack`, `pong`, `log`, `heartbeat`, `test`, `frame`, a JPEG, anything else', 'nothing'],
      ],
    ),
    '## What the gateway sends by itself',
    table(
      ['message', 'when'],
      [
        [
          '`ping`',
          `every ${defaultLimits.pingEveryMs / 1000} s, and a protocol ping half way between; answer with \`pong\``,
        ],
        [
          '`servo`, `servo_smooth` with `command: {servo1, servo2}`',
          'an operator moves the servos; answer with `ack` and its `command_type` once you are there',
        ],
        [
          '`action` with `command: {action}`',
          `${knownActions.map(action => `\`${action}\``).join(', ')}, and whatever newer firmware knows`,
        ],
        ['`time`', 'only when you ask'],
        [
          '`viewers`',
          'within a second of a change, to a camera that asked once on this connection; older ones never hear it',
        ],
      ],
    ),
    '## Readings that come late',
    'Whatever you send bears the time at which it arrived. A reading that waited in a buffer says when it was taken: with `age_ms`, how long ago that was, or with a `timestamp` of your own clock at that time. Your clock may be wrong, or count from boot: how it stands to the gateway’s shows in the `timestamp` of your pings and heartbeats, so send one after you connect and before the buffer. A reading taken more than 5 s ago is kept with its `takenAt` in the journal, and drawn there in the charts.',
    '## What you may send',
    'Only these fields are looked at; everything else passes through.',
    ...sections,
  ]
    .join('\n\n')
    .concat('\n')
}
