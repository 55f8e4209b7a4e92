import type { i18n } from 'i18next'
import type { JournalEntryView } from '../../api/types.ts'
import type { Format } from '../../format.ts'

type Facts = Record<string, unknown>
/** A key below `said`, and what fills its holes; an empty key: these facts make no sentence. */
type Words = [key: string, facts?: Facts]

/** The order of counts in a sentence: what matters first. */
const counts = [
  'frames',
  'frameBytes',
  'notJpeg',
  'sizeMismatches',
  'unexpectedBinaries',
  'invalidTexts',
  'messagesNotKept',
  'fpsLogs',
  'heartbeats',
  'pings',
  'pongs',
]

/**
 * What a journal entry says, made from its facts in a language that has words for them. In English, and where an entry is
 * of another version, it is shown as the gateway wrote it down and as it is searched.
 */
export function sentenceOf(entry: JournalEntryView, i18n: Pick<i18n, 't' | 'exists'>, format: Format): string {
  const say = ([key, facts = {}]: Words): string | undefined => {
    if (key === '' || !i18n.exists(`said.${key}`)) return undefined
    return i18n.t(`said.${key}`, Object.fromEntries(Object.entries(facts).map(([name, fact]) => [name, apart(fact)])))
  }
  // The gateway has told it already, in the reader's language.
  if (entry.diagnosis && entry.data?.event === 'diagnosis') return entry.diagnosis.sentence
  return say(wordsOf(entry, (entry.data ?? {}) as Facts, format, say)) ?? entry.text
}

function wordsOf(
  entry: JournalEntryView,
  data: Facts,
  format: Format,
  say: (words: Words) => string | undefined,
): Words {
  switch (entry.kind) {
    case 'connection.opened':
      return ['opened', { path: data.path, library: data.library }]
    case 'connection.closed':
      return [
        data.by === 'gateway' ? 'closed_gateway' : 'closed_board',
        { duration: format.duration(Number(data.seconds)), code: data.code },
      ]
    case 'refusal': {
      const facts = { at: data.path ?? data.route ?? '', code: data.code, library: data.library }
      if (facts.at === '' || data.code === undefined) return ['']
      return [data.library === undefined ? 'refusal' : 'refusal_library', facts]
    }
    case 'message':
      return messageWords(data)
    case 'traffic': {
      const parts = counts.flatMap(name => {
        const n = Number(data[name] ?? 0)
        return n > 0 ? (say([`count.${name}`, { n: format.number(n), bytes: format.bytes(n) }]) ?? []) : []
      })
      const list = parts.join(say(['comma']))
      return list ? ['traffic', { duration: format.duration(Number(data.seconds)), counts: list }] : ['']
    }
    case 'command':
      return commandWords(data, format, say)
    case 'act': {
      const renamed = data.act === 'device.edit' && data.before !== undefined && data.before !== data.name
      const act = renamed ? 'device.rename' : String(data.act)
      const name = data.name ?? entry.device ?? data.label
      // Entries of an older version do not say whom or what the act was about.
      if (needsName.test(act) && name === undefined) return ['']
      return [
        `act.${act.replace('.', '_')}`,
        {
          ...data,
          who: data.by ?? data.name,
          name,
          days: format.number(Number(data.days)),
          megabytes: format.number(Number(data.megabytes)),
          mode: say([`mode.${data.mode}`]) ?? data.mode,
        },
      ]
    }
    case 'gateway': {
      const addresses = Array.isArray(data.addresses) ? data.addresses.join(', ') : ''
      return [`gateway.${data.event}`, { ...data, addresses, boards: format.number(Number(data.boards)) }]
    }
    default:
      return ['']
  }
}

const needsName = /^(device|token|key|person)\./

function messageWords(data: Facts): Words {
  const { type, status = '–', sensor_type: sensor, message } = data
  if (type === 'log') return typeof message === 'string' ? ['message.log', { message: message.slice(0, 300) }] : ['']
  if (type === 'sensor_data') return sensor === undefined ? [''] : ['message.sensor_data', { sensor }]
  const known = ['connect', 'connection', 'ack', 'servo', 'invalid'].includes(String(type))
  return [`message.${known ? type : 'other'}`, { type, status }]
}

function commandWords(data: Facts, format: Format, say: (words: Words) => string | undefined): Words {
  const order = (data.order ?? {}) as Facts
  const asked = String(order.action ?? order.type)
  const angles = [order.servo1, order.servo2]
    .filter(angle => angle !== undefined)
    .map(angle => format.degrees(Number(angle)))
    .join(' / ')
  const facts = { who: data.by, order: say([`order.${asked}`, { angles }]) ?? asked, code: data.outcome }
  if (data.outcome === 'sent') return ['command_sent', facts]
  if (data.outcome !== 'acknowledged') return ['command_failed', facts]
  return ['command_acknowledged', { ...facts, latency: format.ms(Number(data.latencyMs)) }]
}

/** Names and words of boards stand in either direction, without turning the sentence around them. */
const apart = (value: unknown): string => `\u2068${String(value ?? '')}\u2069`
