import type { appearances } from '#texts/en/symptoms.ts'
import type { FailureCode } from '../../errors/errors.ts'

export interface SymptomRow {
  /** The code of the refusal; undefined if an open connection broke, or nothing was refused. */
  code?: FailureCode
}

/** Every fault that is recognised in requests, bytes or behaviour. texts/ describes how each appears from outside. */
export const symptoms = {
  no_token: { code: 'token_missing' },
  proxy_dropped_authorization: { code: 'token_missing' },
  token_empty: { code: 'token_malformed' },
  bearer_missing: { code: 'token_malformed' },
  bearer_doubled: { code: 'token_malformed' },
  basic_instead: { code: 'token_malformed' },
  token_quoted: { code: 'token_malformed' },
  token_newline: { code: 'token_malformed' },
  token_cut: { code: 'token_unknown' },
  token_unknown: { code: 'token_unknown' },
  token_of_another_gateway: { code: 'token_unknown' },
  api_key_instead: { code: 'token_unknown' },
  token_wrong_kind: { code: 'token_wrong_kind' },
  claim_expired: {},
  token_revoked: { code: 'token_revoked' },
  device_blocked: { code: 'device_blocked' },
  device_removed: { code: 'device_removed' },
  enrolment_closed: { code: 'enrolment_closed' },
  pending_full: { code: 'pending_full' },
  two_boards_one_token: { code: 'replaced' },
  wrong_path: { code: 'not_found' },
  plain_http: { code: 'upgrade_required' },
  proxy_dropped_upgrade: { code: 'upgrade_required' },
  tls_on_plain_port: { code: 'tls_on_plain_port' },
  plain_on_tls_port: { code: 'plain_on_tls_port' },
  headers_grown: {},
  headers_too_large: { code: 'headers_too_large' },
  key_is_bytes: { code: 'handshake_invalid' },
  handshake_invalid: { code: 'handshake_invalid' },
  handshake_unfinished: { code: 'handshake_timeout' },
  not_http: { code: 'handshake_invalid' },
  auth_message_late: { code: 'auth_timeout' },
  auth_message_wrong: { code: 'token_missing' },
  frame_desync: {},
  fragment_broken: {},
  message_too_large: {},
  invalid_json: {},
  text_too_large: {},
  too_many_messages: {},
  not_jpeg: {},
  too_much_traffic: { code: 'too_much_traffic' },
  silent: { code: 'silent' },
} as const satisfies Record<keyof typeof appearances, SymptomRow>

export type Symptom = keyof typeof symptoms
