import { codeExample, type KnowledgeRow, knowledgeRow } from '../knowledge-row.ts'

/** No token arrived, or nothing that could be one. */
export const noToken: readonly KnowledgeRow[] = [
  knowledgeRow(
    'no_token',
    'any',
    { en: 'This board sent no Authorization header.', fa: 'این برد سرآیند Authorization نفرستاد.' },
    {
      en: 'Send "Authorization: Bearer <token>" with the handshake to {url}; {base}/public/tokens gives you a token.',
      fa: 'سرآیند «Authorization: Bearer <token>» را همراه درخواست اتصال به {url} بفرستید؛ توکن را {base}/public/tokens می‌دهد.',
    },
    codeExample,
  ),
  knowledgeRow(
    'no_token',
    'links2004',
    {
      en: 'This board sent no Authorization header: in this library begin() erases what setAuthorization() set.',
      fa: 'این برد سرآیند Authorization نفرستاد: در این کتابخانه begin() آنچه را setAuthorization() گذاشته پاک می‌کند.',
    },
    {
      en: 'Call setAuthorization("Bearer <token>") after {begin}(), not before it.',
      fa: 'setAuthorization("Bearer <token>") را پس از {begin}() صدا بزنید، نه پیش از آن.',
    },
    codeExample,
  ),
  knowledgeRow(
    'no_token',
    'uwebsockets',
    {
      en: 'This board sent no Authorization header: uwebsockets, as it comes, cannot send any.',
      fa: 'این برد سرآیند Authorization نفرستاد: uwebsockets به صورت اصلی‌اش نمی‌تواند بفرستد.',
    },
    {
      en: 'Dial {url}?auth=message and send {"type":"auth","token":"<token>"} first, or add one send_header line to its client.py.',
      fa: 'به {url}?auth=message وصل شوید و نخست {"type":"auth","token":"<token>"} را بفرستید، یا یک سطر send_header به client.py آن بیفزایید.',
    },
    `ws = uwebsockets.client.connect("{url}?auth=message")
ws.send(json.dumps({"type": "auth", "token": TOKEN}))  # before anything else

# or in uwebsockets/client.py, before send_header(b''):
send_header(b'Authorization: Bearer %s', TOKEN)`,
  ),
  knowledgeRow(
    'no_token',
    'micropython',
    {
      en: 'This board sent no Authorization header: its settings probably hold no token.',
      fa: 'این برد سرآیند Authorization نفرستاد: شاید در تنظیماتش توکنی نیست.',
    },
    {
      en: 'Put a token from {base}/public/tokens into its settings, and have the client send it as Authorization: Bearer <token>.',
      fa: 'توکنی از {base}/public/tokens در تنظیماتش بگذارید تا برنامه آن را به صورت Authorization: Bearer <token> بفرستد.',
    },
    codeExample,
  ),
  knowledgeRow(
    'no_token',
    'micropython-aiohttp',
    {
      en: 'This board sent no Authorization header: micropython-lib aiohttp takes headers from its ClientSession only, and before 2025 from nowhere.',
      fa: 'این برد سرآیند Authorization نفرستاد: aiohttp در micropython-lib سرآیندها را تنها از ClientSession می‌گیرد، و پیش از ۲۰۲۵ از هیچ‌جا.',
    },
    {
      en: 'Install it anew (mpremote mip install aiohttp) and give the header to ClientSession(headers=…), not to ws_connect().',
      fa: 'آن را دوباره نصب کنید (mpremote mip install aiohttp) و سرآیند را به ClientSession(headers=…) بدهید، نه به ws_connect().',
    },
    codeExample,
  ),
  knowledgeRow(
    'no_token',
    'arduino',
    {
      en: 'This board sent no Authorization header: addHeader() has to be called before the first connect().',
      fa: 'این برد سرآیند Authorization نفرستاد: addHeader() باید پیش از نخستین connect() صدا زده شود.',
    },
    {
      en: 'Call addHeader("Authorization", "Bearer <token>") once, in setup(), before connect().',
      fa: 'addHeader("Authorization", "Bearer <token>") را یک بار، در setup() و پیش از connect() صدا بزنید.',
    },
    codeExample,
  ),
  knowledgeRow(
    'no_token',
    'browser',
    {
      en: 'This page sent no token: browsers cannot set headers on a WebSocket.',
      fa: 'این صفحه توکنی نفرستاد: مرورگرها نمی‌توانند برای WebSocket سرآیند بگذارند.',
    },
    {
      en: "Give the token as a subprotocol: new WebSocket('{url}', ['darvaza.bearer', token]).",
      fa: "توکن را به صورت زیرپروتکل بدهید: new WebSocket('{url}', ['darvaza.bearer', token]).",
    },
    codeExample,
  ),
  knowledgeRow(
    'proxy_dropped_authorization',
    'any',
    {
      en: 'No Authorization header arrived, and a proxy stands in between: it drops the header, or the board never sent one.',
      fa: 'سرآیند Authorization نرسید و پراکسی‌ای در راه است: یا آن را می‌اندازد، یا برد نفرستاده است.',
    },
    {
      en: 'Have the proxy pass Authorization on; npx darvaza check {base} --from-board says whether it does.',
      fa: 'بگذارید پراکسی Authorization را رد کند؛ npx darvaza check {base} --from-board می‌گوید آیا چنین می‌کند.',
    },
    `# nginx
proxy_set_header Authorization $http_authorization;
# Apache
CGIPassAuth On`,
  ),
  knowledgeRow(
    'token_empty',
    'any',
    {
      en: 'The Authorization header ends after the word Bearer: the token in the board’s settings is empty.',
      fa: 'سرآیند Authorization پس از واژهٔ Bearer تمام می‌شود: توکن در تنظیمات برد خالی است.',
    },
    {
      en: 'Put a token from {base}/public/tokens into the board’s settings, and see that it is read before the board dials.',
      fa: 'توکنی از {base}/public/tokens در تنظیمات برد بگذارید و ببینید که پیش از وصل شدن خوانده شود.',
    },
    codeExample,
  ),
  knowledgeRow(
    'auth_message_late',
    'any',
    { en: 'No token arrived within 5 seconds.', fa: 'تا ۵ ثانیه توکنی نرسید.' },
    {
      en: 'With ?auth=message the first message must be {"type":"auth","token":"<token>"}, right after the connection opens.',
      fa: 'با ?auth=message نخستین پیام باید {"type":"auth","token":"<token>"} باشد، همین که اتصال باز شد.',
    },
    `ws.send(json.dumps({"type": "auth", "token": TOKEN}))  # before anything else`,
  ),
  knowledgeRow(
    'auth_message_late',
    'browser',
    { en: 'No token arrived within 5 seconds.', fa: 'تا ۵ ثانیه توکنی نرسید.' },
    {
      en: 'Send the token in onopen, as the first message; or give it as a subprotocol, which needs no message.',
      fa: 'توکن را در onopen و به عنوان نخستین پیام بفرستید؛ یا آن را به صورت زیرپروتکل بدهید که پیامی نمی‌خواهد.',
    },
    `const socket = new WebSocket('{url}?auth=message')
socket.onopen = () => socket.send(JSON.stringify({ type: 'auth', token }))`,
  ),
  knowledgeRow(
    'auth_message_wrong',
    'any',
    {
      en: 'The first message was not {"type":"auth","token":"<token>"}.',
      fa: 'نخستین پیام {"type":"auth","token":"<token>"} نبود.',
    },
    {
      en: 'Send one text message of JSON with type "auth" and the token, at most 4 KiB, before anything else.',
      fa: 'پیش از هر چیز یک پیام متنی JSON با type برابر "auth" و توکن بفرستید، بیشینه ۴ کیبی‌بایت.',
    },
    `ws.send(json.dumps({"type": "auth", "token": TOKEN}))  # before anything else`,
  ),
]
