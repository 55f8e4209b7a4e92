import type { DiagnosisSentences } from '../diagnosis-sentences.ts'
import { errors } from './failures.ts'

/** The sentences of every diagnosis, by symptom and library. `any` is for libraries without sentences of their own. */
export const diagnoses = {
  no_token: {
    any: [
      'This board sent no Authorization header.',
      'Send "Authorization: Bearer <token>" with the handshake to {url}; {base}/public/tokens gives you a token.',
    ],
    links2004: [
      'This board sent no Authorization header: in this library begin() erases what setAuthorization() set.',
      'Call setAuthorization("Bearer <token>") after {begin}(), not before it.',
    ],
    uwebsockets: [
      'This board sent no Authorization header: uwebsockets, as it comes, cannot send any.',
      'Dial {url}?auth=message and send {"type":"auth","token":"<token>"} first, or add one send_header line to its client.py.',
    ],
    micropython: [
      'This board sent no Authorization header: its settings probably hold no token.',
      'Put a token from {base}/public/tokens into its settings, and have the client send it as Authorization: Bearer <token>.',
    ],
    'micropython-aiohttp': [
      'This board sent no Authorization header: micropython-lib aiohttp takes headers from its ClientSession only, and before 2025 from nowhere.',
      'Install it anew (mpremote mip install aiohttp) and give the header to ClientSession(headers=…), not to ws_connect().',
    ],
    arduino: [
      'This board sent no Authorization header: addHeader() has to be called before the first connect().',
      'Call addHeader("Authorization", "Bearer <token>") once, in setup(), before connect().',
    ],
    browser: [
      'This page sent no token: browsers cannot set headers on a WebSocket.',
      "Give the token as a subprotocol: new WebSocket('{url}', ['darvaza.bearer', token]).",
    ],
  },
  proxy_dropped_authorization: {
    any: [
      'No Authorization header arrived, and a proxy stands in between: it drops the header, or the board never sent one.',
      'Have the proxy pass Authorization on; npx darvaza check {base} --from-board says whether it does.',
    ],
  },
  token_empty: {
    any: [
      'The Authorization header ends after the word Bearer: the token in the board’s settings is empty.',
      'Put a token from {base}/public/tokens into the board’s settings, and see that it is read before the board dials.',
    ],
  },
  auth_message_late: {
    any: [
      'No token arrived within 5 seconds.',
      'With ?auth=message the first message must be {"type":"auth","token":"<token>"}, right after the connection opens.',
    ],
    browser: [
      'No token arrived within 5 seconds.',
      'Send the token in onopen, as the first message; or give it as a subprotocol, which needs no message.',
    ],
  },
  auth_message_wrong: {
    any: [
      'The first message was not {"type":"auth","token":"<token>"}.',
      'Send one text message of JSON with type "auth" and the token, at most 4 KiB, before anything else.',
    ],
  },
  bearer_missing: {
    any: [
      'The Authorization header holds the token alone, without the word Bearer.',
      'Write "Bearer", one space, and the token.',
    ],
    links2004: [
      'The Authorization header holds the token alone: setAuthorization() with one argument adds no word of its own.',
      'Call setAuthorization("Bearer <token>") with the word Bearer, after {begin}().',
    ],
  },
  bearer_doubled: {
    any: [
      'The word Bearer came twice: once from the program, once from the library or the settings.',
      'Keep the bare token in the settings, and write Bearer before it in one place only.',
    ],
  },
  basic_instead: {
    any: [
      'The Authorization header says another scheme than Bearer: a name and a password, probably.',
      'Boards show a token: "Bearer", one space, and the token.',
    ],
    links2004: [
      'The Authorization header says Basic: setAuthorization() with two arguments takes them for a name and a password.',
      'Call setAuthorization("Bearer <token>") with one argument, after {begin}().',
    ],
  },
  token_quoted: {
    any: [
      'The token stands in quotation marks, which are taken for a part of it.',
      'Send the token without quotes: perhaps they were copied along from the JSON of /public/tokens.',
    ],
    ws: [
      'The token stands in quotation marks: the shell passed them on.',
      'Put the quotes around the whole header, not around the token.',
    ],
  },
  token_newline: {
    any: [
      'A line break follows the token and tears the request apart.',
      'Trim the token after reading it from a file or a terminal.',
    ],
    arduino: [
      'A line break follows the token and tears the request apart: what stands behind it, Upgrade included, never counts.',
      'Call token.trim() after reading it from a file or the serial port, before addHeader().',
    ],
  },
  token_cut: {
    any: [
      'The token is one of Darvaza’s, but not whole: a part of it is missing.',
      'Copy the whole token: up to 96 characters with dots and dashes, which a double click does not select; make buffers that large.',
    ],
  },
  key_is_bytes: {
    any: [
      "The Sec-WebSocket-Key is written as b'…': micropython-lib aiohttp of before May 2024 puts bytes where text belongs.",
      'Install the library anew: mpremote mip install aiohttp.',
    ],
  },
  token_unknown: {
    any: [
      errors.token_unknown[0],
      'Fetch a token from {base}/public/tokens and copy it whole, or ask the owner for one.',
    ],
  },
  token_of_another_gateway: {
    any: [
      'The token is a whole one of Darvaza’s, but of another gateway, or of this one before its data folder was replaced.',
      'Fetch a token from this very gateway, {base}/public/tokens; if gateway.key was lost, restore it from a backup.',
    ],
  },
  api_key_instead: {
    any: [
      'This is a key for people and programs, or a link’s secret, where a board’s token belongs.',
      'Give the board a token of its own; and revoke that key if others may have seen it.',
    ],
  },
  token_wrong_kind: {
    any: [
      errors.token_wrong_kind[0],
      'A pico token opens /ws/pico, an esp32cam token opens /ws/esp32cam; /ws without X-Device-Type takes either.',
    ],
  },
  claim_expired: {
    any: [
      'This board’s token is too old to be approved by itself, so the board waits for a click.',
      'Approve it on the page of the gate, or with npx darvaza device approve NAME. The board needs nothing new.',
    ],
  },
  token_revoked: {
    any: errors.token_revoked,
  },
  device_blocked: {
    any: errors.device_blocked,
  },
  device_removed: {
    any: [
      errors.device_removed[0],
      'Fetch a new token from {base}/public/tokens, or have the owner restore the board: npx darvaza device restore NAME.',
    ],
  },
  enrolment_closed: {
    any: errors.enrolment_closed,
  },
  pending_full: {
    any: errors.pending_full,
  },
  two_boards_one_token: {
    any: [
      'Two boards use one token, from {addresses}, and push each other out.',
      'Give each board a token of its own; if one of them is not yours, rotate the token.',
    ],
  },
  wrong_path: {
    any: [
      'There is no door for boards at {path}.',
      'Dial /ws/pico, /ws/esp32cam or /ws, in small letters: here {url}.',
    ],
  },
  plain_http: {
    any: [
      'A plain HTTP request came where WebSocket is spoken: the URL begins with http, or the program fetches pages.',
      'Dial {url} with a WebSocket client.',
    ],
    curl: [
      'curl fetched the door as a page. It serves to fetch a token; to connect takes a WebSocket client.',
      'Test the whole way with npx darvaza check {base} --from-board, or dial {url} with wscat.',
    ],
    browser: [
      'A browser opened the board’s door as a page.',
      'People go to {base}/ and programs in a page use new WebSocket().',
    ],
  },
  proxy_dropped_upgrade: {
    any: [
      'A WebSocket handshake arrived without its Upgrade header: a proxy on the way dropped it.',
      'Have the proxy pass Upgrade and Connection on, in HTTP/1.1; npx darvaza check {base} --from-board proves it.',
    ],
  },
  tls_on_plain_port: {
    any: [
      errors.tls_on_plain_port[0],
      'Dial ws:// (http:// for pages) here, or the port that --tls-port opens with wss://.',
    ],
  },
  plain_on_tls_port: {
    any: [errors.plain_on_tls_port[0], 'Dial wss:// (https:// for pages) here, or the plain port with ws://.'],
  },
  headers_grown: {
    any: [
      'The same headers came {repeats} times in one request ({lines} lines): addHeader() runs before every connect(), and the library forgets none.',
      'Move the addHeader() lines from the reconnect to setup(), so that they run once; until then a reboot clears them.',
    ],
  },
  headers_too_large: {
    any: errors.headers_too_large,
  },
  handshake_invalid: {
    any: errors.handshake_invalid,
  },
  handshake_unfinished: {
    any: errors.handshake_timeout,
  },
  not_http: {
    any: [
      'What came is no HTTP request.',
      'Lines of a request end with carriage return and line feed, names have no spaces, and an empty line ends them.',
    ],
  },
  frame_desync: {
    any: [
      'The stream lost its step: what should be the head of a frame is none.',
      'Send from one task only, one whole message at a time, and connect again after a write that failed half way.',
    ],
    arduino: [
      'The stream lost its step: a picture was cut off in the middle, by weak Wi-Fi, by power, or by sending from two tasks.',
      'Call sendBinary() and send() from loop() only, and when one returns false, close and connect again.',
    ],
    uwebsockets: [
      'The stream lost its step: on a socket with a time limit, write() may send only a part of a frame.',
      'Set the socket blocking while sending, send from one task only, and connect again when a write fails.',
    ],
  },
  fragment_broken: {
    any: [
      'A message came in fragments that do not fit together.',
      'Send each message in one frame, with FIN set: one send() or sendBinary(), no stream().',
    ],
  },
  message_too_large: {
    any: [
      'A message was larger than the gateway takes: 64 KiB from a Pico, 2 MiB from a camera unless --max-frame says otherwise.',
      'Send less at a time: readings one by one, pictures smaller or with a lower quality; or raise --max-frame.',
    ],
    arduino: [
      'A picture was larger than the gateway takes: 2 MiB unless --max-frame says otherwise.',
      'Choose a smaller frame_size or a higher jpeg_quality number (which means less quality), or raise --max-frame.',
    ],
  },
  text_too_large: {
    any: [
      'A text message was larger than 64 KiB. It was not read, and the connection goes on.',
      'Send pictures as binary messages, and long texts or many readings in several messages.',
    ],
  },
  too_many_messages: {
    any: [
      'The board sends more messages than the journal keeps: above 50 a second they are counted, not written down; of a camera, what is above 200 a second beside its pictures is not read at all. Readings that were acknowledged are all kept.',
      'Log less often, or only when something changes; send measurements as sensor_data.',
    ],
  },
  invalid_json: {
    any: [
      'The board sent text that is not a JSON object. It was kept in the journal, and had no effect.',
      'Make JSON with a library, not by gluing strings: quotes, commas and line breaks inside values are what breaks.',
    ],
    arduino: [
      'The board sent text that is not a JSON object. It was kept in the journal, and had no effect.',
      'Make JSON with ArduinoJson, not by gluing strings: quotes and line breaks inside values are what breaks.',
    ],
  },
  not_jpeg: {
    any: [
      'The board sent a binary message that is no whole JPEG: {looksLike}.',
      'A binary message is one JPEG, from FF D8 to FF D9; everything else goes as JSON text.',
    ],
  },
  too_much_traffic: {
    any: errors.too_much_traffic,
  },
  silent: {
    any: errors.silent,
  },
} satisfies Record<string, Record<string, DiagnosisSentences>>

/** The diagnoses of a language, for the same symptoms and libraries as in English. */
export type Diagnoses = {
  readonly [Symptom in keyof typeof diagnoses]: {
    readonly [Library in keyof (typeof diagnoses)[Symptom]]: DiagnosisSentences
  }
}

/** The words for `{looksLike}` where bytes are no JPEG and of no format with a name, such as `PNG`. */
export const looksLike = {
  empty: 'it is empty',
  cut: 'it begins as one but does not end as one',
  text: 'it is text',
  other: 'raw pixels, perhaps',
} satisfies Record<string, string>
