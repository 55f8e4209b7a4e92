import type { EnrolmentMode, Role } from './vocabulary.ts'

/*
 * Everything the journal can hold. The `data` of an event is stored with its row, and the API returns it unchanged;
 * `texts/en/journal.ts` makes the row's English sentence from the event. Types only, no zod: pages import this file.
 */

interface Row<Kind, Data> {
  kind: Kind
  data: Data
}
/** A row with facts that its English sentence holds, but its data does not. */
interface RowWithText<Kind, Data, TextFacts> extends Row<Kind, Data> {
  textFacts: TextFacts
}

/** The author of an act, with an id if there is one, because people choose their names and two can have the same. */
export type Signature = { by: string; byId?: string }

/** A diagnosis as a row stores it: the symptom, and the facts that fill the placeholders of its sentences. */
export type DiagnosisData = { library?: string; diagnosis?: string; facts?: object }

/** A board connected or disconnected. */
export type ConnectionEvent =
  | Row<
      'connection.opened',
      { path: string; library: string; headerLines: number; proxied: boolean | undefined; state: string }
    >
  | Row<'connection.closed', { code: number; by: 'gateway' | 'board'; seconds: number } & DiagnosisData>

/** A board, a viewer or another client was refused. `error`: its bytes were not HTTP. `route`: one of the HTTP API. */
export type RefusalEvent = Row<
  'refusal',
  {
    code: string
    route?: string
    path?: string
    error?: string
    headerLines?: number
    proxied?: boolean | undefined
    saysItIs?: string | undefined
    tokenFingerprint?: string | undefined
  } & DiagnosisData
>

/** A board sent a message: `data` is the message without secrets, or the beginning of its text as `raw`. */
export type MessageEvent = RowWithText<'message', { type: string; [field: string]: unknown }, { sentence: string }>

/** Counts of messages that are too frequent for a row each. */
export type TrafficEvent = Row<'traffic', { seconds: number; [count: string]: number }>

/** `outcome`: `sent`, `acknowledged`, or the code of the failure. */
export type CommandEvent = Row<
  'command',
  { order: Record<string, unknown>; outcome: string; latencyMs?: number; status?: unknown } & Signature
>

type DeviceAct<Act extends string, More = unknown> = { act: Act } & Signature & { name: string } & More
type KeyFacts = {
  key: string
  name: string
  role: Role
  grants: readonly string[] | undefined
  person: string | undefined
}
type PersonFacts = { person: string; name: string; role: Role; grants: readonly string[] | undefined }
type PersonAct<Act extends string> = Row<'act', { act: Act } & Signature & PersonFacts>

/** An operator changed something. */
export type ActEvent =
  | Row<'act', DeviceAct<'device.create' | 'device.approve' | 'device.remove' | 'device.restore' | 'device.confirm'>>
  | Row<'act', DeviceAct<'device.block', { reason?: string }>>
  | Row<'act', DeviceAct<'device.edit', { tags?: string[] | undefined; before?: string }>>
  | Row<'act', DeviceAct<'token.rotate', { oldValidForS?: number }>>
  | RowWithText<'act', DeviceAct<'token.revoke'>, { which: 'old' | 'current' }>
  /** `undone`: the change was reverted, because it could not be stored and its secret never reached the client. */
  | Row<'act', { act: 'key.create' | 'key.revoke' | 'undone' } & Signature & KeyFacts>
  | Row<'act', DeviceAct<'undone', { was: 'device.create' | 'token.rotate' }>>
  | PersonAct<'owner.setup' | 'person.invite' | 'person.accept' | 'person.remove'>
  | RowWithText<'act', { act: 'person.edit' } & Signature & PersonFacts, { before: string }>
  | Row<'act', { act: 'person.link'; provider: string; providerName: string; person: string; name: string } & Signature>
  | Row<'act', { act: 'session.start'; by: string; person: string }>
  | Row<'act', { act: 'owner.reset'; until: string } & Signature>
  | Row<
      'act',
      {
        act: 'enrolment.set'
        mode: EnrolmentMode
        boards: number | undefined
        pairingUntil: number | undefined
      } & Signature
    >
  | Row<'act', { act: 'retention.set'; days: number; megabytes: number } & Signature>
  | Row<'act', { act: 'backup' } & Signature>

/** The gateway started, stopped, or noticed something itself. */
export type GatewayEvent =
  | Row<'gateway', { event: 'started'; version: string; enrolment: EnrolmentMode }>
  | Row<'gateway', { event: 'stopping' }>
  | RowWithText<
      'gateway',
      { event: 'fault'; boundary: string; count: number; error: string; at: string[]; [shape: string]: unknown },
      { where: string }
    >
  | Row<'gateway', { event: 'rows_lost'; rows: number; from: string; until: string }>
  | Row<'gateway', { event: 'store_back'; seconds: number }>
  | Row<'gateway', { event: 'connections_full'; connections: number; closed: number }>
  | Row<'gateway', { event: 'enrolment_unreadable' }>
  | Row<'gateway', { event: 'pairing_crowded'; boards: number }>
  | Row<'gateway', { event: 'owner_link'; until: string }>
  | Row<'gateway', { event: 'sign_in_paused'; person: string; name: string }>
  | Row<'gateway', { event: 'provider_changed'; person: string; name: string; provider: string; providerName: string }>
  | RowWithText<'gateway', { event: 'contested'; addresses: readonly string[] } & DiagnosisData, { name: string }>
  | RowWithText<'gateway', { event: 'same_board' | 'second_board' }, { name: string }>
  | Row<'gateway', { event: 'messages_left_out'; leftOut: Readonly<Record<string, number>> }>
  | Row<'gateway', { event: 'protocol_error'; error: string } & DiagnosisData>
  | RowWithText<'gateway', { event: 'diagnosis' } & DiagnosisData, { sentence: string }>

export type JournalEvent =
  | ConnectionEvent
  | RefusalEvent
  | MessageEvent
  | TrafficEvent
  | CommandEvent
  | ActEvent
  | GatewayEvent

export type ActName = ActEvent['data']['act']
export type GatewayEventName = GatewayEvent['data']['event']

/** The acts or events of one name. */
export type ActOf<Name extends ActName> = ActEvent extends infer Each
  ? Each extends { data: { act: infer Names } }
    ? Name extends Names
      ? Each
      : never
    : never
  : never
export type GatewayEventOf<Name extends GatewayEventName> = GatewayEvent extends infer Each
  ? Each extends { data: { event: infer Names } }
    ? Name extends Names
      ? Each
      : never
    : never
  : never
