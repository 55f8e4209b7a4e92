import { z } from 'zod'
import { commandTtlAtMostMs, pairingAtMost, pairingDefaults } from './durations.ts'
import { kinds } from './kinds.ts'
import {
  credentialSources,
  deviceStates,
  enrolmentModes,
  parts,
  presences,
  readyStates,
  roles,
  severities,
  tokenStates,
} from './vocabulary.ts'

/*
 * The schemas of the HTTP API: its requests and its answers. Validation, the OpenAPI document and every client come
 * from here. Times are ISO 8601 in UTC unless a name ends in `Ms` or `S`. An unknown value is null.
 */

const time = z.iso.datetime().describe('ISO 8601, UTC.')
/** Text that one person types and others see later, in a terminal too. */
const line = (most: number) =>
  z
    .string()
    .max(most)
    .regex(/^\P{Cc}*$/u, 'one line, without control characters')
const degrees = z.number().min(0).max(180)

/** The body of every refusal and error. Some carry more fields, such as `issues`. */
export const apiError = z
  .looseObject({
    status: z.literal('error'),
    code: z.string().describe('One word for programs: docs/errors.md lists them all.'),
    message: z.string().describe('What went wrong, in the language of Accept-Language: English or Persian.'),
    hint: z.string().describe('What to do about it.'),
    issues: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .describe('With `invalid_request`: each part of the request that is not as it should be.'),
    retryAfterS: z.int().optional().describe('With `rate_limited`: seconds to wait, as in Retry-After.'),
  })
  .meta({ id: 'Error' })
export type ApiError = z.infer<typeof apiError>

// For every caller

export const health = z.object({ status: z.literal('ok'), version: z.string(), uptimeS: z.int() })
export const ready = z.object({
  status: z.enum(readyStates).describe('`degraded`: it serves boards, but something it needs for more is away.'),
  away: z.array(z.enum(parts)).optional().describe('With `degraded`: what is away.'),
})

export const about = z.object({
  name: z.literal('Darvaza'),
  version: z.string(),
  tokens: z.string().describe('Where a board gets its token.'),
  boards: z.array(z.string()).describe('Where boards connect.'),
  api: z.string(),
  guide: z.string(),
  boardsAt: z.string().optional().describe('Told on the gateway’s own host: the address that boards beside it dial.'),
})
export type About = z.infer<typeof about>

/** Tokens that exist in this answer only: each request gets new ones. */
export const mintedTokens = z
  .object({
    status: z.literal('success'),
    pico_tokens: z.array(z.string()),
    esp32cam_tokens: z.array(z.string()),
    timestamp: time,
    message: z.string(),
  })
  .meta({ id: 'MintedTokens' })
export type MintedTokens = z.infer<typeof mintedTokens>

// Devices

const tag = z.string().regex(/^[^\s#,\p{Cc}]{1,64}$/u, '1 to 64 characters without white space, "#" or ","')
const tags = z
  .array(tag)
  .max(32)
  .transform(all => [...new Set(all)])
  .describe('Keys can be granted all devices with a tag.')
// The gateway checks names itself (`name_invalid`), so that the answer can explain the rule in words.
const name = z.string().describe('1 to 64 characters from A-Z a-z 0-9 : . _ - and unique; not starting with "d_".')
const angles = z.object({ servo1: degrees, servo2: degrees })

export const device = z
  .object({
    id: z.string(),
    name: z.string(),
    kind: z.enum(kinds),
    state: z.enum(deviceStates),
    source: z.enum(credentialSources).describe('How it proved itself when it first came.'),
    tags: z.array(z.string()),
    online: z.boolean(),
    presence: z.enum(presences),
    lastSeen: time.nullable(),
    address: z.string().nullable(),
    saysItIs: z.string().nullable().describe('Its X-Device-ID, as sent. Never believed.'),
    firmware: z.string().nullable(),
    library: z.string().nullable().describe('What its handshake tells about its WebSocket library.'),
    memoryFree: z.number().nullable().describe('Bytes of free heap.'),
    signal: z.number().nullable().describe('Wi-Fi signal in dBm.'),
    uptime: z.number().nullable().describe('Seconds since it booted, when it last said so.'),
    roundTripMs: z.number().nullable(),
    fps: z.number().nullable(),
    angles: angles.nullable().describe('Where its servos stand, in degrees, as last reported or acknowledged.'),
    viewers: z.int().describe('How many watch its frames now.'),
    lastFrame: time.nullable().describe('When its latest frame arrived; of a pending camera, when its preview did.'),
    createdAt: time,
    approvedAt: time.nullable(),
    blockedAt: time.nullable(),
    blockedReason: z.string().nullable(),
    removedAt: time.nullable(),
    connectionId: z.string().nullable(),
    trouble: z
      .enum(severities)
      .nullable()
      .describe('The worst of its verdicts, a minute old at most while it is online: `GET …/health` says more.'),
    contested: z.boolean().describe('Two boards use its token: steering pauses until the owner confirms or rotates.'),
    tokenState: z
      .enum(tokenStates)
      .describe('`rotating`: the token before the last rotation still works. `shared`: it has no token of its own.'),
    messages: z
      .array(z.object({ at: time, message: z.record(z.string(), z.unknown()) }))
      .optional()
      .describe('Of a pending device: its last messages.'),
  })
  .meta({ id: 'Device' })
export type DeviceView = z.infer<typeof device>

const cursor = z.string().max(256).optional().describe('`nextCursor` of the page before.')
const limit = (usual: number) => z.coerce.number().int().min(1).max(1_000).default(usual)

export const deviceFilter = z.object({
  state: z.enum(deviceStates).optional().describe('Removed devices are listed only with `removed`.'),
  kind: z.enum(kinds).optional(),
  tag: z.string().max(64).optional(),
  limit: limit(100),
  cursor,
})
export const devicePage = z.object({
  devices: z.array(device),
  nextCursor: z.string().nullable().describe('Null on the last page.'),
})
export type DevicePage = z.infer<typeof devicePage>

export const deviceAnswer = z.object({ device })
export const deviceWithToken = z.object({ device, token: z.string().describe('Shown only this once.') })

export const newDevice = z.strictObject({ kind: z.enum(kinds), name: name.optional(), tags: tags.optional() })
export const deviceChange = z.strictObject({ name: name.optional(), tags: tags.optional() })
const seenConnectionId = z
  .string()
  .max(64)
  .optional()
  .describe('The `connectionId` you looked at: protects from a swap.')
export const approval = z.strictObject({ name: name.optional(), seenConnectionId })
export const blocking = z.strictObject({ reason: line(200).optional(), seenConnectionId })
export const rotation = z.strictObject({
  oldValidForS: z
    .int()
    .min(0)
    .max(365 * 86_400)
    .optional()
    .describe('Ends the old token after this many seconds. Unless said, it works until the new one is first used.'),
})
export const revocation = z.strictObject({
  which: z.enum(['all', 'old']).optional().describe('`old`: only the token before the last rotation.'),
})

// Steering

const ttlMs = z.int().min(1).max(commandTtlAtMostMs).optional().describe('Not sent any more when it waited this long.')

export const servoOrder = z.strictObject({
  servo1: degrees.optional().describe('A missing angle takes the last known one.'),
  servo2: degrees.optional(),
  smooth: z.boolean().optional(),
  ttlMs,
})

/** Boards read a command into one small buffer. */
const actionBytes = 900
export const actionOrder = z
  .looseObject({ action: z.string().min(1).max(64), ttlMs })
  .refine(order => new TextEncoder().encode(JSON.stringify(order)).length <= actionBytes, {
    message: `at most ${actionBytes} bytes of JSON`,
  })

export const steered = z.object({
  status: z.literal('ok'),
  ack: z.looseObject({ type: z.literal('ack') }).describe('What the board answered.'),
  latencyMs: z.number(),
})
export type Steered = z.infer<typeof steered>

// Journal

const moment = z
  .string()
  .max(64)
  .transform((text, context) => {
    const ms = /^\d+$/.test(text) ? Number(text) : Date.parse(text)
    if (Number.isFinite(ms) && Math.abs(ms) <= 8.64e15) return ms
    context.addIssue({ code: 'custom', message: 'ISO 8601, or milliseconds since 1970' })
    return z.NEVER
  })

export const journalFilter = z.object({
  device: z.string().max(128).optional().describe('Id or name.'),
  kind: z.string().max(64).optional().describe('A kind, or what stands before its dot: `connection`.'),
  since: moment.optional().describe('ISO 8601, or milliseconds since 1970.'),
  until: moment.optional(),
  q: z
    .string()
    .max(200)
    .optional()
    .describe(
      'Words that all stand in what an entry shows, in any case: its line, also in the language of Accept-Language; the device’s name; ids and the address.',
    ),
  limit: limit(100),
  cursor,
  after: z.coerce.number().int().min(0).optional().describe('Only entries with a higher id, oldest first: to follow.'),
})

const diagnosisFields = {
  diagnosis: z.string().describe('What was recognised: a row of the troubleshooting table.'),
  sentence: z.string().describe('What went wrong, in the language of Accept-Language.'),
  remedy: z.string().describe('What to change, in the library that was recognised.'),
  snippet: z.string().nullable().describe('Code that does it right, with the address the board dialled.'),
}
export const diagnosis = z.object(diagnosisFields).meta({ id: 'Diagnosis' })
export type DiagnosisView = z.infer<typeof diagnosis>

export const refusalFilter = z.object({
  device: z.string().max(128).optional().describe('Id or name.'),
  since: moment.optional().describe('ISO 8601, or milliseconds since 1970; a week ago unless said.'),
  limit: limit(50),
})

export const refusalGroup = z
  .object({
    ...diagnosisFields,
    code: z.string().nullable().describe('What the gateway answered; null where nothing was refused.'),
    library: z.string().nullable().describe('Recognised by its handshake.'),
    address: z.string().nullable(),
    saysItIs: z.string().nullable(),
    deviceId: z.string().nullable(),
    device: z.string().nullable().describe('Its name now.'),
    path: z.string().nullable(),
    count: z.int().describe('How often, among the 1,000 newest rows of the journal.'),
    firstAt: time,
    lastAt: time,
  })
  .meta({ id: 'Refusal' })
export type RefusalView = z.infer<typeof refusalGroup>
export const refusalList = z.object({ refusals: z.array(refusalGroup) })

export const journalEntry = z
  .object({
    id: z.int(),
    at: time,
    node: z.string(),
    epoch: z.int().describe('Tells the starts of one node apart.'),
    kind: z.string(),
    deviceId: z.string().nullable(),
    device: z.string().nullable().describe('Its name now.'),
    connectionId: z.string().nullable(),
    address: z.string().nullable(),
    text: z.string(),
    data: z.record(z.string(), z.unknown()).nullable(),
    diagnosis: diagnosis.nullable().describe('Of what was refused or broke.'),
  })
  .meta({ id: 'JournalEntry' })
export type JournalEntryView = z.infer<typeof journalEntry>

export const journalPage = z.object({ entries: z.array(journalEntry), nextCursor: z.string().nullable() })
export type JournalPage = z.infer<typeof journalPage>

// Enrolment

export const enrolment = z
  .object({
    mode: z.enum(enrolmentModes),
    pairingUntil: time.nullable(),
    boards: z.int().nullable().describe('How many boards the pairing window is for.'),
    approved: z.int().nullable().describe('How many of them it has let in.'),
    waiting: z.int().describe('Boards that wait for approval.'),
  })
  .meta({ id: 'Enrolment' })
export type EnrolmentView = z.infer<typeof enrolment>

export const enrolmentChange = z
  .strictObject({
    mode: z.enum(enrolmentModes),
    seconds: z
      .int()
      .min(1)
      .max(pairingAtMost.seconds)
      .optional()
      .describe(`Length of the pairing window; ${pairingDefaults.seconds} unless said.`),
    pairingUntil: time.optional().describe('Or its end.'),
    boards: z
      .int()
      .min(1)
      .max(pairingAtMost.boards)
      .optional()
      .describe(`Boards it is for; ${pairingDefaults.boards} unless said.`),
  })
  .refine(({ mode, ...window }) => mode === 'pairing' || Object.values(window).every(value => value === undefined), {
    path: ['mode'],
    message: 'seconds, pairingUntil and boards are for pairing only',
  })
  .refine(({ seconds, pairingUntil }) => seconds === undefined || pairingUntil === undefined, {
    path: ['seconds'],
    message: 'either seconds or pairingUntil',
  })

// Keys

export const apiKey = z
  .object({
    id: z.string(),
    role: z.enum(roles),
    label: z.string(),
    grants: z.array(z.string()).nullable().describe('Devices and tags it reaches; null: all.'),
    createdAt: time,
    expiresAt: time.nullable(),
    person: z
      .object({ id: z.string(), name: z.string() })
      .nullable()
      .describe('Whose key it is: it reaches no further than they do, and ends with them. Null: nobody’s.'),
  })
  .meta({ id: 'Key' })
export type KeyView = z.infer<typeof apiKey>

export const keyList = z.object({ keys: z.array(apiKey) })
export const keyAnswer = z.object({ key: apiKey })
export const keyWithSecret = z.object({ key: apiKey, secret: z.string().describe('Shown only this once.') })
export const newKey = z.strictObject({
  role: z.enum(roles),
  label: line(64).trim().min(1).optional(),
  expiresInS: z
    .int()
    .min(1)
    .max(100 * 365 * 86_400)
    .optional(),
  grants: z
    .array(z.string().min(1).max(65))
    .min(1)
    .max(1_000)
    .optional()
    .describe('Devices by id or name, and tags as "#tag". Unless said, it reaches all devices.'),
  person: z
    .string()
    .min(1)
    .max(254)
    .optional()
    .describe('Id or e-mail address of the person it is for. Unless said, it is nobody’s and works until revoked.'),
})
