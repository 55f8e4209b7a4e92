import { expect, it } from 'vitest'
import type { JournalEvent } from '#protocol/journal-events.ts'
import { diagnosisTexts, journalText, messageTexts } from './journal.ts'

const by = { by: 'key mina', byId: 'k_1' }
const roof = { ...by, name: 'roof' }
const person = { ...by, person: 'p_1', name: 'Mina', role: 'viewer', grants: undefined } as const
const key = { ...by, key: 'k_2', name: 'kitchen', role: 'owner', grants: undefined, person: undefined } as const
const provider = { person: 'p_1', name: 'Mina', provider: 'oidc', providerName: 'The firm' }
const until = '2026-11-23T12:00:04.000Z'

/** The sentences as rows on users' disks have them: new rows must have the same sentences as stored ones. */
const stored: [string, JournalEvent][] = [
  [
    'connected through /ws/pico (a test)',
    {
      kind: 'connection.opened',
      data: { path: '/ws/pico', library: 'a test', headerLines: 8, proxied: undefined, state: 'pending' },
    },
  ],
  [
    'disconnected after 3 s (code 4001, by the gateway)',
    { kind: 'connection.closed', data: { code: 4001, by: 'gateway', seconds: 3 } },
  ],
  [
    'disconnected after 0 s (code 1006, by the board or the network)',
    { kind: 'connection.closed', data: { code: 1006, by: 'board', seconds: 0 } },
  ],
  [
    'refused at GET /api/devices: key_expired',
    { kind: 'refusal', data: { code: 'key_expired', route: 'GET /api/devices' } },
  ],
  [
    'refused at /ws/view/d_1: key_unknown (ws or wscat)',
    { kind: 'refusal', data: { code: 'key_unknown', path: '/ws/view/d_1', library: 'ws or wscat' } },
  ],
  [
    'refused: handshake_invalid (HPE_INVALID_METHOD)',
    { kind: 'refusal', data: { code: 'handshake_invalid', error: 'HPE_INVALID_METHOD', library: 'unknown' } },
  ],
  ['refused: headers_too_large', { kind: 'refusal', data: { code: 'headers_too_large' } }],
  [
    'log (info): warm',
    { kind: 'message', data: { type: 'log' }, textFacts: { sentence: messageTexts.log('info', 'warm') } },
  ],
  ['log: warm', { kind: 'message', data: { type: 'log' }, textFacts: { sentence: messageTexts.log('', 'warm') } }],
  [
    'reported a reading',
    { kind: 'message', data: { type: 'sensor_data' }, textFacts: { sentence: messageTexts.reading('') } },
  ],
  ['said "note"', { kind: 'message', data: { type: 'note' }, textFacts: { sentence: messageTexts.other('note') } }],
  ['in 60 s: frames 594, pongs 6', { kind: 'traffic', data: { seconds: 60, frames: 594, pongs: 6 } }],
  [
    'servo: acknowledged after 8.4 ms',
    { kind: 'command', data: { order: { type: 'servo' }, ...by, outcome: 'acknowledged', latencyMs: 8.4 } },
  ],
  [
    'capture_photo: sent',
    {
      kind: 'command',
      data: { order: { type: 'action', action: 'capture_photo' }, ...by, outcome: 'sent', latencyMs: 0 },
    },
  ],
  ['servo: device_offline', { kind: 'command', data: { order: { type: 'servo' }, ...by, outcome: 'device_offline' } }],
  ['key mina made the device roof', { kind: 'act', data: { act: 'device.create', ...roof } }],
  ['key mina approved roof', { kind: 'act', data: { act: 'device.approve', ...roof } }],
  ['key mina blocked roof', { kind: 'act', data: { act: 'device.block', ...roof, reason: 'strange' } }],
  ['key mina removed roof', { kind: 'act', data: { act: 'device.remove', ...roof } }],
  ['key mina restored roof', { kind: 'act', data: { act: 'device.restore', ...roof } }],
  ['key mina confirmed roof', { kind: 'act', data: { act: 'device.confirm', ...roof } }],
  ['key mina changed roof', { kind: 'act', data: { act: 'device.edit', ...roof, tags: ['north'] } }],
  ['key mina renamed attic to roof', { kind: 'act', data: { act: 'device.edit', ...roof, before: 'attic' } }],
  ['key mina rotated the token of roof', { kind: 'act', data: { act: 'token.rotate', ...roof } }],
  [
    'key mina revoked the old token of roof',
    { kind: 'act', data: { act: 'token.revoke', ...roof }, textFacts: { which: 'old' } },
  ],
  [
    'key mina revoked the token of roof',
    { kind: 'act', data: { act: 'token.revoke', ...roof }, textFacts: { which: 'current' } },
  ],
  ['key mina made the owner key kitchen', { kind: 'act', data: { act: 'key.create', ...key } }],
  ['key mina revoked the key kitchen', { kind: 'act', data: { act: 'key.revoke', ...key } }],
  [
    'key mina made the device roof: taken back, as it could not be stored',
    { kind: 'act', data: { act: 'undone', ...roof, was: 'device.create' } },
  ],
  [
    'key mina rotated the token of roof: taken back, as it could not be stored',
    { kind: 'act', data: { act: 'undone', ...roof, was: 'token.rotate' } },
  ],
  [
    'key mina made the owner key kitchen: taken back, as it could not be stored',
    { kind: 'act', data: { act: 'undone', ...key } },
  ],
  ['key mina made a link for a new owner', { kind: 'act', data: { act: 'owner.reset', ...by, until } }],
  ['Mina became an owner by the one-time link', { kind: 'act', data: { act: 'owner.setup', ...person, by: 'Mina' } }],
  ['key mina invited Mina as viewer', { kind: 'act', data: { act: 'person.invite', ...person } }],
  ['Mina accepted the invitation', { kind: 'act', data: { act: 'person.accept', ...person, by: 'Mina' } }],
  [
    'key mina changed Mina to viewer',
    { kind: 'act', data: { act: 'person.edit', ...person, name: 'Mina B.' }, textFacts: { before: 'Mina' } },
  ],
  ['key mina removed Mina', { kind: 'act', data: { act: 'person.remove', ...person } }],
  [
    'Mina can sign in by The firm from now on: an account there has the same address',
    { kind: 'act', data: { act: 'person.link', by: 'Mina', byId: 'p_1', ...provider } },
  ],
  ['Mina signed in', { kind: 'act', data: { act: 'session.start', by: 'Mina', person: 'p_1' } }],
  [
    'key mina set enrolment to closed',
    { kind: 'act', data: { act: 'enrolment.set', ...by, mode: 'closed', boards: undefined, pairingUntil: undefined } },
  ],
  [
    'key mina set the journal to 30 days and 512 MB',
    { kind: 'act', data: { act: 'retention.set', ...by, days: 30, megabytes: 512 } },
  ],
  ['key mina made a backup', { kind: 'act', data: { act: 'backup', ...by } }],
  [
    'started, version 0.1.0, enrolment approve',
    { kind: 'gateway', data: { event: 'started', version: '0.1.0', enrolment: 'approve' } },
  ],
  ['stopping', { kind: 'gateway', data: { event: 'stopping' } }],
  [
    'a defect in a timer was caught (TypeError): only what it concerned was closed',
    {
      kind: 'gateway',
      data: { event: 'fault', boundary: 'timer', count: 1, error: 'TypeError', at: [] },
      textFacts: { where: 'a timer' },
    },
  ],
  [
    'a defect in a timer was caught 3 times (TypeError in tick clock.ts:4): only what it concerned was closed',
    {
      kind: 'gateway',
      data: { event: 'fault', boundary: 'timer', count: 3, error: 'TypeError', at: ['tick clock.ts:4'] },
      textFacts: { where: 'a timer' },
    },
  ],
  [
    `2 rows were not written between 2026-11-23T12:00:03.000Z and ${until}: the disk could not take them`,
    { kind: 'gateway', data: { event: 'rows_lost', rows: 2, from: '2026-11-23T12:00:03.000Z', until } },
  ],
  ['the disk could be written again after 75 s', { kind: 'gateway', data: { event: 'store_back', seconds: 75 } }],
  [
    'All 900 connections this process may have were open, and 3 were closed for want of room. Raise its limit of open files: LimitNOFILE in its unit, or ulimit -n.',
    { kind: 'gateway', data: { event: 'connections_full', connections: 900, closed: 3 } },
  ],
  [
    'The enrolment mode in the data folder could not be read: new boards wait for approval.',
    { kind: 'gateway', data: { event: 'enrolment_unreadable' } },
  ],
  [
    'More boards came than the pairing window was opened for (2); they wait for approval.',
    { kind: 'gateway', data: { event: 'pairing_crowded', boards: 2 } },
  ],
  ['gateway made a link for a new owner', { kind: 'gateway', data: { event: 'owner_link', until } }],
  [
    'many attempts to sign in as Mina: devices that the account does not know have to wait',
    { kind: 'gateway', data: { event: 'sign_in_paused', person: 'p_1', name: 'Mina' } },
  ],
  [
    'another account at The firm has the address of Mina, and was not let in',
    { kind: 'gateway', data: { event: 'provider_changed', ...provider } },
  ],
  [
    'Two boards use the token of roof, from 203.0.113.7 and 198.51.100.9: steering pauses until the owner confirms or rotates it.',
    {
      kind: 'gateway',
      data: { event: 'contested', addresses: ['203.0.113.7', '198.51.100.9'] },
      textFacts: { name: 'roof' },
    },
  ],
  [
    'is roof come back: its old connection did not answer',
    { kind: 'gateway', data: { event: 'same_board' }, textFacts: { name: 'roof' } },
  ],
  [
    'is a second board with the same shared token: roof-2',
    { kind: 'gateway', data: { event: 'second_board' }, textFacts: { name: 'roof-2' } },
  ],
  [
    'sent more messages than are written down, left out: log 300, note 5',
    { kind: 'gateway', data: { event: 'messages_left_out', leftOut: { log: 300, note: 5 } } },
  ],
  [
    'sent bytes that are not WebSocket: a reserved bit is set',
    { kind: 'gateway', data: { event: 'protocol_error', error: 'a reserved bit is set' } },
  ],
  [
    'roof sent the same headers 40 times in one request (320 lines)',
    {
      kind: 'gateway',
      data: { event: 'diagnosis', library: 'unknown', diagnosis: 'headers_grown', facts: {} },
      textFacts: { sentence: diagnosisTexts.headersGrown('roof', 40, 320) },
    },
  ],
]

it.each(stored)('a row says %j', (text, event) => {
  expect(journalText(event)).toBe(text)
})
