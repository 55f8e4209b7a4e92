import { closeCodes } from '#protocol/close-codes.ts'
import type { FailureCode } from '#texts/en/failures.ts'

export interface FailureRow {
  /** HTTP status. */
  status: number
  /** Whether trying the same thing again may help. */
  retry: boolean
  /** WebSocket close code, if the failure can end an open socket. 4000–4499: connect again later; 4500–4999: do not. */
  close?: number
}

/** Every failure Darvaza can answer with. Its sentences are in `texts/{en,fa}/failures.ts`. */
export const failureRows = {
  // Between a board and its gateway
  token_missing: { status: 401, retry: true, close: closeCodes.unauthorized },
  token_malformed: { status: 401, retry: true, close: closeCodes.unauthorized },
  token_unknown: { status: 401, retry: true, close: closeCodes.unauthorized },
  token_wrong_kind: { status: 403, retry: false, close: closeCodes.unauthorized },
  token_revoked: { status: 403, retry: false, close: closeCodes.unauthorized },
  device_blocked: { status: 403, retry: false, close: closeCodes.unauthorized },
  device_removed: { status: 403, retry: false, close: closeCodes.unauthorized },
  enrolment_closed: { status: 403, retry: true, close: closeCodes.unauthorized },
  pending_full: { status: 503, retry: true, close: closeCodes.pendingFull },
  probes_full: { status: 429, retry: true },
  upgrade_required: { status: 426, retry: false },
  handshake_invalid: { status: 400, retry: false },
  handshake_timeout: { status: 408, retry: true },
  headers_too_large: { status: 431, retry: false },
  tls_on_plain_port: { status: 400, retry: false },
  plain_on_tls_port: { status: 400, retry: false },
  auth_timeout: { status: 401, retry: true, close: closeCodes.unauthorized },
  too_much_traffic: { status: 429, retry: true, close: closeCodes.tooMuchTraffic },
  replaced: { status: 409, retry: true, close: closeCodes.replaced },
  silent: { status: 408, retry: true, close: closeCodes.silent },
  viewer_too_slow: { status: 408, retry: true, close: closeCodes.viewerTooSlow },
  viewers_full: { status: 503, retry: true },

  // Requests to the gateway
  rate_limited: { status: 429, retry: true },
  key_missing: { status: 401, retry: false, close: closeCodes.unauthorized },
  key_unknown: { status: 401, retry: false, close: closeCodes.unauthorized },
  key_expired: { status: 401, retry: false, close: closeCodes.unauthorized },
  forbidden: { status: 403, retry: false },
  tls_required: { status: 403, retry: false },
  foreign_origin: { status: 403, retry: false },
  not_found: { status: 404, retry: false },
  method_not_allowed: { status: 405, retry: false },
  invalid_request: { status: 400, retry: false },
  invalid_json: { status: 400, retry: false },
  body_too_large: { status: 413, retry: false },
  path_too_long: { status: 414, retry: false },
  too_many_headers: { status: 431, retry: false },
  token_too_long: { status: 431, retry: false, close: closeCodes.unauthorized },
  shutting_down: { status: 503, retry: true, close: closeCodes.goingAway },
  store_unavailable: { status: 503, retry: true },
  internal: { status: 500, retry: true, close: closeCodes.internal },

  // Acting on a device, steering or watching it
  device_not_found: { status: 404, retry: false },
  device_offline: { status: 409, retry: true },
  device_pending: { status: 409, retry: false },
  device_contested: { status: 409, retry: false },
  changed_since_seen: { status: 409, retry: false },
  wrong_state: { status: 409, retry: false },
  name_taken: { status: 409, retry: false },
  name_invalid: { status: 400, retry: false },
  ack_timeout: { status: 504, retry: true },
  superseded: { status: 409, retry: false },
  command_expired: { status: 409, retry: true },
  lease_held: { status: 409, retry: true },
  angle_unknown: { status: 400, retry: false },
  no_frame: { status: 404, retry: true },

  // People’s accounts and their pages
  session_missing: { status: 401, retry: false, close: closeCodes.unauthorized },
  access_changed: { status: 401, retry: true, close: closeCodes.unauthorized },
  pages_too_many: { status: 429, retry: false, close: closeCodes.pagesTooMany },
  sign_in_paused: { status: 429, retry: true },
  sign_in_busy: { status: 503, retry: true },
  setup_code_invalid: { status: 401, retry: false },
  invitation_invalid: { status: 401, retry: false },
  password_weak: { status: 400, retry: false },
  person_not_found: { status: 404, retry: false },
  email_taken: { status: 409, retry: false },
  last_owner: { status: 409, retry: false },
  accounts_unavailable: { status: 503, retry: true },
  dashboard_not_built: { status: 503, retry: true },
  simulation_failed: { status: 500, retry: true },
} as const satisfies Record<FailureCode, FailureRow>
