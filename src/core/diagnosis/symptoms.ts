import type { FailureCode } from '../../errors/errors.ts'
import { closeCodes } from '../../protocol/close-codes.ts'
import type { Text } from '../../texts/text.ts'

export interface SymptomAppearance {
  /** What the gateway answered; undefined where a conversation broke, or nothing was refused. */
  code?: FailureCode
  /** What somebody in front of the board sees. */
  sees: Text
}

const closed = (code: number): Text => ({ en: `close code ${code}`, fa: `کد بستن ${code}` })
const said = (status: number): Text => ({ en: `HTTP ${status}`, fa: `‏HTTP ${status}` })

/** All that can be recognised in a request, in bytes or in behaviour, with what it looks like from outside. */
export const symptoms = {
  no_token: { code: 'token_missing', sees: said(401) },
  proxy_dropped_authorization: { code: 'token_missing', sees: said(401) },
  token_empty: { code: 'token_malformed', sees: said(401) },
  bearer_missing: { code: 'token_malformed', sees: said(401) },
  bearer_doubled: { code: 'token_malformed', sees: said(401) },
  basic_instead: { code: 'token_malformed', sees: said(401) },
  token_quoted: { code: 'token_malformed', sees: said(401) },
  token_newline: {
    code: 'token_malformed',
    sees: { en: 'HTTP 400 or 426, or close code 1002', fa: '‏HTTP 400 یا 426، یا کد بستن 1002' },
  },
  token_cut: { code: 'token_unknown', sees: said(401) },
  token_unknown: { code: 'token_unknown', sees: said(401) },
  token_of_another_gateway: { code: 'token_unknown', sees: said(401) },
  api_key_instead: { code: 'token_unknown', sees: said(401) },
  token_wrong_kind: { code: 'token_wrong_kind', sees: said(403) },
  claim_expired: { sees: { en: 'connected, but waiting for approval', fa: 'وصل است ولی در انتظار تأیید' } },
  token_revoked: { code: 'token_revoked', sees: said(403) },
  device_blocked: { code: 'device_blocked', sees: said(403) },
  device_removed: { code: 'device_removed', sees: said(403) },
  enrolment_closed: { code: 'enrolment_closed', sees: said(403) },
  pending_full: { code: 'pending_full', sees: closed(closeCodes.pendingFull) },
  two_boards_one_token: {
    code: 'replaced',
    sees: { en: 'close code 4009, again and again', fa: 'کد بستن 4009، پیاپی' },
  },
  wrong_path: { code: 'not_found', sees: said(404) },
  plain_http: { code: 'upgrade_required', sees: said(426) },
  proxy_dropped_upgrade: { code: 'upgrade_required', sees: said(426) },
  tls_on_plain_port: { code: 'tls_on_plain_port', sees: { en: 'a TLS error', fa: 'خطای TLS' } },
  plain_on_tls_port: {
    code: 'plain_on_tls_port',
    sees: { en: 'HTTP 400, or the line is cut', fa: '‏HTTP 400 یا قطع خط' },
  },
  headers_grown: {
    sees: { en: 'connects ever more slowly, in the end not at all', fa: 'هر بار کندتر وصل می‌شود و سرانجام نمی‌شود' },
  },
  headers_too_large: { code: 'headers_too_large', sees: said(431) },
  key_is_bytes: { code: 'handshake_invalid', sees: said(400) },
  handshake_invalid: { code: 'handshake_invalid', sees: said(400) },
  handshake_unfinished: { code: 'handshake_timeout', sees: said(408) },
  not_http: { code: 'handshake_invalid', sees: said(400) },
  auth_message_late: {
    code: 'auth_timeout',
    sees: { en: 'close code 4001 after 5 s', fa: 'کد بستن 4001 پس از ۵ ثانیه' },
  },
  auth_message_wrong: { code: 'token_missing', sees: closed(closeCodes.unauthorized) },
  frame_desync: { sees: closed(closeCodes.protocolError) },
  fragment_broken: { sees: closed(closeCodes.protocolError) },
  message_too_large: { sees: closed(closeCodes.messageTooBig) },
  invalid_json: { sees: { en: 'connected, but what it says has no effect', fa: 'وصل است ولی گفته‌هایش اثری ندارد' } },
  text_too_large: {
    sees: { en: 'connected, but some of what it says has no effect', fa: 'وصل است ولی بخشی از گفته‌هایش اثری ندارد' },
  },
  too_many_messages: {
    sees: {
      en: 'connected, but the journal does not show every message',
      fa: 'وصل است ولی دفتر رویدادها همهٔ پیام‌ها را ندارد',
    },
  },
  not_jpeg: { sees: { en: 'connected, but no picture', fa: 'وصل است ولی تصویری نیست' } },
  too_much_traffic: { code: 'too_much_traffic', sees: closed(closeCodes.tooMuchTraffic) },
  silent: { code: 'silent', sees: closed(closeCodes.silent) },
} as const satisfies Record<string, SymptomAppearance>

export type Symptom = keyof typeof symptoms
