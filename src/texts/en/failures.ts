import type { ErrorText } from '../text.ts'

/**
 * The sentence and the remedy of every failure. This table must have the same codes as `errors/failures.ts` and the
 * other language.
 */
export const errors = {
  // Between a board and its gateway
  token_missing: [
    'This board sent no token.',
    'Send the header "Authorization: Bearer <token>" with the handshake. GET /public/tokens gives you a token.',
  ],
  token_malformed: [
    'The Authorization header is not "Bearer", one space, and a token.',
    'Write exactly "Authorization: Bearer <token>": the word Bearer once, no quotes, no line break.',
  ],
  token_unknown: [
    'This token was not issued by this gateway.',
    'Fetch one from GET /public/tokens and copy it whole, or ask the owner for a token.',
  ],
  token_wrong_kind: [
    'This token is for another kind of board.',
    'A pico token opens /ws/pico, an esp32cam token opens /ws/esp32cam; /ws takes either.',
  ],
  token_revoked: [
    'The owner has revoked this token.',
    'The owner can undo it (darvaza device restore NAME) or give the board a new token.',
  ],
  device_blocked: ['The owner has blocked this board.', 'The owner can undo it: darvaza device restore NAME.'],
  device_removed: [
    'The owner has removed this board.',
    'Fetch a new token from GET /public/tokens, or have the owner restore it: darvaza device restore NAME.',
  ],
  enrolment_closed: [
    'This gateway takes no new boards at the moment.',
    'The owner can open a window (darvaza enrolment pair) or create a token for this board (darvaza token create).',
  ],
  pending_full: [
    'Too many boards are already waiting for approval.',
    'Approve or block some of them, then let the board try again.',
  ],
  probes_full: ['Too many connection tests from this address at once.', 'Let the running tests end, then try again.'],
  upgrade_required: [
    'This address speaks WebSocket only.',
    'Connect with a WebSocket client (ws:// or wss://). If you did, a proxy in between dropped the Upgrade header.',
  ],
  handshake_invalid: [
    'This WebSocket handshake is not valid.',
    'It needs Sec-WebSocket-Version: 13 and a Sec-WebSocket-Key of 16 bytes in base64.',
  ],
  handshake_timeout: [
    'The request did not end within 10 seconds.',
    'Send the whole request header, ending with an empty line.',
  ],
  headers_too_large: [
    'The header block is larger than 1 MiB.',
    'Some firmware adds its headers again at every reconnect: set them once, before the first connection, and reboot the board.',
  ],
  tls_on_plain_port: [
    'This port speaks plain HTTP, and TLS was spoken to it.',
    'Use ws:// and http:// here, or the port of --tls-port for wss:// and https://.',
  ],
  plain_on_tls_port: [
    'This port speaks TLS, and plain HTTP was spoken to it.',
    'Use wss:// and https:// here, or the plain port with ws:// and http://.',
  ],
  auth_timeout: [
    'No token arrived within 5 seconds.',
    'With ?auth=message the first message must be {"type":"auth","token":"…"}.',
  ],
  too_much_traffic: [
    'A board that waits for approval sent far more than a board needs: over 1 MB or 600 frames in a second, or over 25 texts a second for long.',
    'Approve the board, or let it send fewer or smaller frames until then.',
  ],
  replaced: [
    'A newer connection of the same device took over.',
    'If this keeps happening, two boards share one token: give each its own.',
  ],
  silent: [
    'Nothing was heard from this board for 45 seconds.',
    'Check its power and its Wi-Fi signal; it may simply connect again.',
  ],
  viewer_too_slow: ['This viewer took no frame for too long.', 'Open the view again.'],
  viewers_full: ['This camera already has as many viewers as it may have.', 'Close another view, then try again.'],

  // Requests to the gateway
  rate_limited: [
    'Too many requests from this address.',
    'Wait as long as the Retry-After header says, then try again.',
  ],
  key_missing: [
    'This needs an API key.',
    'Send "Authorization: Bearer <api key>". Make one on the gateway’s host: npx darvaza key create --role viewer.',
  ],
  key_unknown: [
    'This API key is not known here.',
    'Copy it whole, or make a new one: npx darvaza key create --role viewer. Board tokens do not open the API.',
  ],
  key_expired: ['This API key has expired.', 'Make a new one: npx darvaza key create.'],
  forbidden: ['Your role does not allow this.', 'Ask an owner to do it, or for a key with a higher role.'],
  tls_required: [
    'Operators use the encrypted port of this gateway.',
    'Use the https:// address of the gateway; the plain port is for boards.',
  ],
  foreign_origin: [
    'Another site asked for this in your name.',
    'Use the gateway’s own address, or set --public-url to the address you use.',
  ],
  not_found: [
    'There is nothing at this address.',
    'Boards connect to /ws/pico, /ws/esp32cam or /ws; the API lives under /api.',
  ],
  method_not_allowed: ['This address does not take this method.', 'See the Allow header.'],
  invalid_request: [
    'Something in the request is not as it should be.',
    'The field "issues" names each part and what it should be.',
  ],
  invalid_json: ['The body is not valid JSON.', 'Check quotes and commas; send Content-Type: application/json.'],
  body_too_large: ['The body is larger than this address takes.', 'Send at most 64 KiB of JSON.'],
  path_too_long: [
    'The path of this request is longer than 8 KiB.',
    'Send what is long in the body. Boards connect to /ws/pico, /ws/esp32cam or /ws.',
  ],
  too_many_headers: [
    'This request has more than 200 different headers.',
    'Send only the headers the request needs. Repeated ones are not counted.',
  ],
  token_too_long: [
    'The token, key or cookie in this request is longer than 1,024 characters.',
    'Tokens of this gateway have fewer than 100 characters: copy the token once, and nothing else. In a browser, delete the cookies of this site.',
  ],
  shutting_down: ['The gateway is shutting down.', 'Try again in a few seconds.'],
  store_unavailable: [
    'The gateway’s disk or database cannot do this at the moment.',
    'Nothing was changed: try again later. Boards, live pictures and commands go on. The gateway’s log names the file and what to do.',
  ],
  internal: ['The gateway failed to do this.', 'Nothing was half done. The gateway’s log says more.'],

  // Acting on a device, steering or watching it
  device_not_found: [
    'There is no such device.',
    'darvaza device list shows the devices you can reach, with names and ids.',
  ],
  device_offline: ['The device is not connected.', 'Wait until it is back; its journal says when and why it left.'],
  device_pending: ['The device still waits for approval.', 'Approve it first: darvaza device approve NAME.'],
  device_contested: [
    'Two boards are using this device’s token, so steering is paused.',
    'Confirm that all is well (POST …/confirm), or rotate the token so that only one board has it.',
  ],
  changed_since_seen: [
    'Another connection used this claim since you looked.',
    'Look at the board again, then approve the connection you see.',
  ],
  wrong_state: [
    'The device is not in a state where this makes sense.',
    'Look at its state first: darvaza device show NAME.',
  ],
  name_taken: ['Another device already has this name.', 'Choose another name.'],
  name_invalid: [
    'This cannot be a name.',
    'Names are 1 to 64 characters from A-Z a-z 0-9 : . _ - and do not start with "d_".',
  ],
  ack_timeout: [
    'The board did not acknowledge the command in time.',
    'It may still be moving, or its Wi-Fi stalls. The command may yet be carried out.',
  ],
  superseded: [
    'A newer command took this one’s place before it was sent.',
    'Nothing to do: the newer command is on its way.',
  ],
  command_expired: ['The command became too old before it could be sent.', 'Send it again if you still mean it.'],
  lease_held: ['Somebody else is steering this device.', 'Ask them to hand it over, or wait until they let go.'],
  angle_unknown: [
    'One angle is missing, and the gateway does not know where that servo stands.',
    'Send both servo1 and servo2 the first time.',
  ],
  no_frame: [
    'This device has sent no frame yet.',
    'Wait for its first picture; after a start of the gateway that takes a moment.',
  ],

  // People’s accounts and their pages
  session_missing: ['Nobody is signed in here.', 'Sign in on the dashboard; sessions end after 30 days.'],
  access_changed: [
    'Your role or what you may reach has changed.',
    'Nothing to do: the page connects again with what you may do now.',
  ],
  pages_too_many: [
    'This page rests: you have opened the dashboard in too many others since.',
    'Choose “Use it here”, or close some of them. An owner can raise the limit: --limits pagesPerPerson=100.',
  ],
  sign_in_paused: [
    'There were many attempts to sign in to this account. Devices it does not know have to wait.',
    'Use a browser in which you have signed in before, or a passkey; else wait as long as the Retry-After header says. An owner can make a link on the gateway’s host: npx darvaza owner reset.',
  ],
  sign_in_busy: [
    'Too many are signing in at this moment.',
    'Nothing was checked. Wait as long as the Retry-After header says, then try again.',
  ],
  setup_code_invalid: [
    'This link was used, is older than an hour, or was never given out.',
    'Make a new one on the gateway’s host: npx darvaza owner reset.',
  ],
  invitation_invalid: [
    'This invitation was used, is older than seven days, or was taken back.',
    'Ask the owner to remove you and to invite you again.',
  ],
  password_weak: [
    'This password is too short, or too much the same.',
    'Take at least 12 characters that do not repeat or count up: four words do well.',
  ],
  person_not_found: ['There is no such person.', 'GET /api/people lists everybody.'],
  email_taken: ['Somebody already has this e-mail address.', 'Use another one, or change the person who has it.'],
  last_owner: ['This is the last owner of the whole house.', 'Make somebody else an owner without limits first.'],
  accounts_unavailable: [
    'Signing in and changing accounts do not work at the moment.',
    'Try again in a minute. Boards and pages that are open go on. The gateway’s log says why.',
  ],
  dashboard_not_built: [
    'The dashboard is not built yet. Boards, the API and the command line work without it.',
    'npm start builds it. By hand, in the program’s folder: sh bin/with-node scripts/build-dashboard.ts',
  ],
  simulation_failed: ['The simulated boards could not be started.', 'The gateway’s log says why.'],
} as const satisfies Record<string, ErrorText>

export type FailureCode = keyof typeof errors

/** The text of `store_unavailable` for a change that is in force already. */
export const notYetStored: ErrorText = [
  'This is in force now, but could not be stored yet.',
  'It is stored as soon as the gateway’s disk can be written; a restart before that may undo it. The gateway’s log names the file and what to do.',
]
