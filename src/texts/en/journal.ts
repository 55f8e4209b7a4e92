import type {
  ActEvent,
  ActName,
  ActOf,
  CommandEvent,
  GatewayEvent,
  GatewayEventName,
  GatewayEventOf,
  JournalEvent,
  RefusalEvent,
} from '#protocol/journal-events.ts'

/** The English sentence that is stored with a row. Text from boards stands in it as the event has it. */
export function journalText(event: JournalEvent): string {
  switch (event.kind) {
    case 'connection.opened':
      return `connected through ${event.data.path} (${event.data.library})`
    case 'connection.closed': {
      const { seconds, code, by } = event.data
      return `disconnected after ${seconds} s (code ${code}, by the ${by === 'gateway' ? 'gateway' : 'board or the network'})`
    }
    case 'refusal':
      return refusalText(event)
    case 'message':
      return event.textFacts.sentence
    case 'traffic': {
      const { seconds, ...counts } = event.data
      return `in ${seconds} s: ${listed(counts)}`
    }
    case 'command':
      return commandText(event)
    case 'act':
      return actText(event)
    case 'gateway':
      return (gatewayTexts[event.data.event] as (event: GatewayEvent) => string)(event)
    default:
      return event satisfies never
  }
}

const listed = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')

function refusalText({ data }: RefusalEvent): string {
  const { code, route, path, library, error } = data
  if (route !== undefined) return `refused at ${route}: ${code}`
  if (path !== undefined) return `refused at ${path}: ${code} (${library})`
  return error === undefined ? `refused: ${code}` : `refused: ${code} (${error})`
}

function commandText({ data: { order, outcome, latencyMs } }: CommandEvent): string {
  const after = outcome === 'acknowledged' ? ` after ${latencyMs} ms` : ''
  return `${order.action ?? order.type}: ${outcome}${after}`
}

function actText(event: ActEvent): string {
  return `${event.data.by} ${(actTexts[event.data.act] as (event: ActEvent) => string)(event)}`
}

/** Sentences for acts of a person, whose name goes before each. */
const actTexts: { [Name in ActName]: (event: ActOf<Name>) => string } = {
  'device.create': ({ data }) => `made the device ${data.name}`,
  'device.approve': ({ data }) => `approved ${data.name}`,
  'device.block': ({ data }) => `blocked ${data.name}`,
  'device.remove': ({ data }) => `removed ${data.name}`,
  'device.restore': ({ data }) => `restored ${data.name}`,
  'device.confirm': ({ data }) => `confirmed ${data.name}`,
  'device.edit': ({ data }) =>
    data.before === undefined ? `changed ${data.name}` : `renamed ${data.before} to ${data.name}`,
  'token.rotate': ({ data }) => `rotated the token of ${data.name}`,
  'token.revoke': ({ data, textFacts }) =>
    `revoked ${textFacts.which === 'old' ? 'the old token' : 'the token'} of ${data.name}`,
  'key.create': ({ data }) => `made the ${data.role} key ${data.name}`,
  'key.revoke': ({ data }) => `revoked the key ${data.name}`,
  undone: ({ data }) => `${undoneText(data)}: taken back, as it could not be stored`,
  'owner.reset': () => 'made a link for a new owner',
  'owner.setup': () => 'became an owner by the one-time link',
  'person.invite': ({ data }) => `invited ${data.name} as ${data.role}`,
  'person.accept': () => 'accepted the invitation',
  'person.edit': ({ data, textFacts }) => `changed ${textFacts.before} to ${data.role}`,
  'person.remove': ({ data }) => `removed ${data.name}`,
  'person.link': ({ data }) => `can sign in by ${data.providerName} from now on: an account there has the same address`,
  'session.start': () => 'signed in',
  'enrolment.set': ({ data }) => `set enrolment to ${data.mode}`,
  'retention.set': ({ data }) => `set the journal to ${data.days} days and ${data.megabytes} MB`,
  backup: () => 'made a backup',
}

function undoneText(data: ActOf<'undone'>['data']): string {
  if (!('was' in data)) return `made the ${data.role} key ${data.name}`
  return data.was === 'device.create' ? `made the device ${data.name}` : `rotated the token of ${data.name}`
}

const gatewayTexts: { [Name in GatewayEventName]: (event: GatewayEventOf<Name>) => string } = {
  started: ({ data }) => `started, version ${data.version}, enrolment ${data.enrolment}`,
  stopping: () => 'stopping',
  fault: ({ data: { count, error, at }, textFacts }) =>
    `a defect in ${textFacts.where} was caught${count > 1 ? ` ${count} times` : ''} (${error}${at[0] ? ` in ${at[0]}` : ''}): only what it concerned was closed`,
  rows_lost: ({ data }) =>
    `${data.rows} rows were not written between ${data.from} and ${data.until}: the disk could not take them`,
  store_back: ({ data }) => `the disk could be written again after ${data.seconds} s`,
  connections_full: ({ data }) =>
    `All ${data.connections} connections this process may have were open, and ${data.closed} were closed for want of room. Raise its limit of open files: LimitNOFILE in its unit, or ulimit -n.`,
  enrolment_unreadable: () => 'The enrolment mode in the data folder could not be read: new boards wait for approval.',
  pairing_crowded: ({ data }) =>
    `More boards came than the pairing window was opened for (${data.boards}); they wait for approval.`,
  owner_link: () => 'gateway made a link for a new owner',
  sign_in_paused: ({ data }) =>
    `many attempts to sign in as ${data.name}: devices that the account does not know have to wait`,
  provider_changed: ({ data }) =>
    `another account at ${data.providerName} has the address of ${data.name}, and was not let in`,
  contested: ({ data, textFacts }) =>
    `Two boards use the token of ${textFacts.name}, from ${data.addresses.join(' and ')}: steering pauses until the owner confirms or rotates it.`,
  same_board: ({ textFacts }) => `is ${textFacts.name} come back: its old connection did not answer`,
  second_board: ({ textFacts }) => `is a second board with the same shared token: ${textFacts.name}`,
  messages_left_out: ({ data }) => `sent more messages than are written down, left out: ${listed(data.leftOut)}`,
  protocol_error: ({ data }) => `sent bytes that are not WebSocket: ${data.error}`,
  diagnosis: ({ textFacts }) => textFacts.sentence,
}

/** Sentences for the rows of a board's messages. Text from the board is passed in without the board's token. */
export const messageTexts = {
  invalid: 'sent text that is not a JSON object',
  introduced: 'introduced itself',
  introducedOddly: 'introduced itself with unusual values',
  acknowledged: 'acknowledged a command',
  acknowledgedUnasked: 'sent an acknowledgement nobody waits for',
  position: 'reported its position',
  reading: (sensor: string): string => `reported ${sensor || 'a reading'}`,
  log: (level: string, message: string): string => `log${level && ` (${level})`}: ${message}`,
  other: (type: string): string => `said "${type}"`,
}

/** Sentences for observations that led to a diagnosis while the board stays connected. */
export const diagnosisTexts = {
  notJpeg: 'sent a binary message that is no whole JPEG',
  invalidJson: 'sends text that is not a JSON object',
  textTooLarge: (most: number): string => `sent a text of more than ${most} bytes`,
  messagesDropped: 'sends more messages than are looked at',
  messagesLeftOut: 'sends more messages than are written down',
  claimExpired: (name: string): string =>
    `the claim of ${name} is too old to be approved by itself: it waits for the click`,
  headersGrown: (name: string, repeats: number, lines: number): string =>
    `${name} sent the same headers ${repeats} times in one request (${lines} lines)`,
}
