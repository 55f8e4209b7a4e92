import type { ActName, GatewayEventName } from '#protocol/journal-events.ts'
import type { EnrolmentMode } from '#protocol/vocabulary.ts'
import type { Format } from './format.ts'

/** The parts of a row that its sentence is made from. Both stored rows and entries of the API have them. */
export interface TranslatableRow {
  kind: string
  /** The device's name. */
  device: string | null
  text: string
  data: Record<string, unknown> | null
  /** The sentence is in the reader's language already. */
  diagnosis?: { sentence: string } | null | undefined
}

/** Finds a language's phrase, with placeholders, by its key. A language without phrases shows the stored sentences. */
export type Words = (key: string) => string | undefined

interface Tree {
  readonly [key: string]: string | Tree
}

export const wordsIn =
  (tree: Tree): Words =>
  key => {
    let found: string | Tree | undefined = tree
    for (const step of key.split('.'))
      found = typeof found === 'object' && Object.hasOwn(found, step) ? found[step] : undefined
    return typeof found === 'string' ? found : undefined
  }

type Facts = Record<string, unknown>
/** The key of a phrase, and the facts for its placeholders; the key is empty if the facts make no sentence. */
type Choice = [key: string, facts?: Facts]
type Say = (choice: Choice) => string | undefined

/** Counts in their order in a sentence: the most important first. */
const counts = [
  'frames',
  'frameBytes',
  'notJpeg',
  'sizeMismatches',
  'unexpectedBinaries',
  'invalidTexts',
  'messagesNotKept',
  'textsTooLarge',
  'overBudget',
  'fpsLogs',
  'heartbeats',
  'pings',
  'pongs',
] as const

/** An act's key in a language: `device.create` is `device_create`. */
type ActKey<Name extends string> = Name extends `${infer Area}.${infer Verb}` ? `${Area}_${Verb}` : Name

/**
 * All phrases that a language needs for the sentences of journal rows: a missing phrase does not compile. Placeholders
 * have the form `{{name}}`.
 */
export interface JournalPhrases {
  opened: string
  closed_gateway: string
  closed_board: string
  refusal: string
  refusal_library: string
  traffic: string
  command_acknowledged: string
  command_sent: string
  command_failed: string
  /** The separator between the items of a list. */
  comma: string
  count: Record<(typeof counts)[number], string>
  /** Known commands; other commands are shown as they were sent. */
  order: Record<string, string>
  message: Record<'log' | 'sensor_data' | (typeof knownMessages)[number] | 'other', string>
  /** `device_rename`: a `device.edit` that changed the name. */
  act: Record<ActKey<ActName> | 'device_rename', string>
  mode: Record<EnrolmentMode, string>
  gateway: Record<GatewayEventName, string>
}

/**
 * Makes an entry's sentence from its facts, in a language that has phrases for them. For English, and for an entry of
 * another version, returns the stored sentence. The page shows the sentence, and the gateway searches in it.
 */
export function sentenceOf(entry: TranslatableRow, words: Words | undefined, format: Format): string {
  // The gateway has already made the sentence, in the reader's language.
  if (entry.diagnosis && entry.data?.event === 'diagnosis') return entry.diagnosis.sentence
  if (!words) return entry.text
  const say: Say = ([key, facts = {}]) =>
    words(key)?.replaceAll(/\{\{(\w+)\}\}/g, (_hole, name: string) =>
      apart(Object.hasOwn(facts, name) ? facts[name] : ''),
    )
  return say(choiceOf(entry, entry.data ?? {}, format, say)) ?? entry.text
}

function choiceOf(entry: TranslatableRow, data: Facts, format: Format, say: Say): Choice {
  switch (entry.kind) {
    case 'connection.opened':
      return ['opened', { path: data.path, library: data.library }]
    case 'connection.closed':
      return [
        data.by === 'gateway' ? 'closed_gateway' : 'closed_board',
        { duration: format.duration(numberIn(data.seconds)), code: data.code },
      ]
    case 'refusal': {
      const facts = { at: data.path ?? data.route ?? '', code: data.code, library: data.library }
      if (facts.at === '' || data.code === undefined) return ['']
      return [data.library === undefined ? 'refusal' : 'refusal_library', facts]
    }
    case 'message':
      return messageChoice(data)
    case 'traffic': {
      const parts = counts.flatMap(name => {
        const n = numberIn(data[name] ?? 0)
        return n > 0
          ? (say([`count.${name}`, { n: name === 'frameBytes' ? format.bytes(n) : format.number(n) }]) ?? [])
          : []
      })
      const list = parts.join(say(['comma']))
      return list ? ['traffic', { duration: format.duration(numberIn(data.seconds)), counts: list }] : ['']
    }
    case 'command':
      return commandChoice(data, format, say)
    case 'act': {
      const renamed = data.act === 'device.edit' && data.before !== undefined && data.before !== data.name
      const act = renamed ? 'device.rename' : written(data.act)
      const name = data.name ?? entry.device ?? data.label
      // Entries of an older version do not name the person or device of the act.
      if (needsName.test(act) && name === undefined) return ['']
      return [
        `act.${act.replace('.', '_')}`,
        {
          ...data,
          who: data.by ?? data.name,
          name,
          days: format.number(numberIn(data.days)),
          megabytes: format.number(numberIn(data.megabytes)),
          mode: say([`mode.${written(data.mode)}`]) ?? data.mode,
        },
      ]
    }
    case 'gateway': {
      const addresses = Array.isArray(data.addresses) ? data.addresses.map(written).join(', ') : ''
      const moment = (at: unknown) => {
        const ms = Date.parse(written(at))
        return Number.isNaN(ms) ? at : format.dateTime(ms)
      }
      const leftOut = Object.entries((data.leftOut ?? {}) as Facts)
        .map(([type, count]) => `${type} ${format.number(numberIn(count))}`)
        .join(say(['comma']))
      return [
        `gateway.${written(data.event)}`,
        {
          ...data,
          addresses,
          leftOut,
          boards: format.number(numberIn(data.boards)),
          rows: format.number(numberIn(data.rows)),
          connections: format.number(numberIn(data.connections)),
          closed: format.number(numberIn(data.closed)),
          count: format.number(numberIn(data.count)),
          from: moment(data.from),
          until: moment(data.until),
          duration: format.duration(numberIn(data.seconds)),
        },
      ]
    }
    default:
      return ['']
  }
}

const needsName = /^(device|token|key|person)\./

const knownMessages = ['connect', 'connection', 'ack', 'servo', 'invalid'] as const

function messageChoice(data: Facts): Choice {
  const { type, status = '–', sensor_type: sensor, message } = data
  if (type === 'log') return typeof message === 'string' ? ['message.log', { message: message.slice(0, 300) }] : ['']
  if (type === 'sensor_data') return sensor === undefined ? [''] : ['message.sensor_data', { sensor }]
  const known = knownMessages.find(each => each === type)
  return [`message.${known ?? 'other'}`, { type, status }]
}

function commandChoice(data: Facts, format: Format, say: Say): Choice {
  const order = (data.order ?? {}) as Facts
  const asked = written(order.action ?? order.type)
  const angles = [order.servo1, order.servo2]
    .filter(angle => angle !== undefined)
    .map(angle => format.degrees(numberIn(angle)))
    .join(' / ')
  const facts = { who: data.by, order: say([`order.${asked}`, { angles }]) ?? asked, code: data.outcome }
  if (data.outcome === 'sent') return ['command_sent', facts]
  if (data.outcome !== 'acknowledged') return ['command_failed', facts]
  return ['command_acknowledged', { ...facts, latency: format.ms(numberIn(data.latencyMs)) }]
}

/** Isolates names and words of boards, so that their direction does not reverse the sentence around them. */
const apart = (value: unknown): string => `\u2068${written(value)}\u2069`

/** NaN where the fact is an object: `Number()` would call its own `valueOf`. */
const numberIn = (fact: unknown): number => (typeof fact === 'object' && fact !== null ? Number.NaN : Number(fact))

/** Values of boards can be any JSON: `String()` would call an object's own `toString`. */
const written = (value: unknown): string =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : `${value ?? ''}`
