import { failures } from '../../../errors/errors.ts'
import { codeExample, type KnowledgeRow, knowledgeRow } from '../knowledge-row.ts'

/** The board came to the wrong door, or something on the way changed what it said. */
export const pathsAndProxies: readonly KnowledgeRow[] = [
  knowledgeRow(
    'wrong_path',
    'any',
    { en: 'There is no door for boards at {path}.', fa: 'در {path} دری برای بردها نیست.' },
    {
      en: 'Dial /ws/pico, /ws/esp32cam or /ws, in small letters: here {url}.',
      fa: 'به ‎/ws/pico یا ‎/ws/esp32cam یا ‎/ws وصل شوید، با حروف کوچک: اینجا {url}.',
    },
    codeExample,
  ),
  knowledgeRow(
    'plain_http',
    'any',
    {
      en: 'A plain HTTP request came where WebSocket is spoken: the URL begins with http, or the program fetches pages.',
      fa: 'به جایی که WebSocket گفته می‌شود درخواست ساده HTTP آمد: نشانی با http آغاز می‌شود یا برنامه صفحه می‌خواند.',
    },
    {
      en: 'Dial {url} with a WebSocket client.',
      fa: 'با یک برنامهٔ WebSocket به {url} وصل شوید.',
    },
    codeExample,
  ),
  knowledgeRow(
    'plain_http',
    'curl',
    {
      en: 'curl fetched the door as a page. It serves to fetch a token; to connect takes a WebSocket client.',
      fa: 'curl در را مانند یک صفحه خواست. برای گرفتن توکن خوب است؛ وصل شدن برنامهٔ WebSocket می‌خواهد.',
    },
    {
      en: 'Test the whole way with npx darvaza check {base} --from-board, or dial {url} with wscat.',
      fa: 'همهٔ راه را با npx darvaza check {base} --from-board بیازمایید، یا با wscat به {url} وصل شوید.',
    },
    codeExample,
  ),
  knowledgeRow(
    'plain_http',
    'browser',
    {
      en: 'A browser opened the board’s door as a page.',
      fa: 'مرورگری درِ بردها را مانند صفحه باز کرد.',
    },
    {
      en: 'People go to {base}/ and programs in a page use new WebSocket().',
      fa: 'آدم‌ها به {base}/ بروند و برنامهٔ درون صفحه new WebSocket() به کار ببرد.',
    },
    codeExample,
  ),
  knowledgeRow(
    'proxy_dropped_upgrade',
    'any',
    {
      en: 'A WebSocket handshake arrived without its Upgrade header: a proxy on the way dropped it.',
      fa: 'درخواست WebSocket بدون سرآیند Upgrade رسید: پراکسی‌ای در راه آن را انداخته است.',
    },
    {
      en: 'Have the proxy pass Upgrade and Connection on, in HTTP/1.1; npx darvaza check {base} --from-board proves it.',
      fa: 'بگذارید پراکسی Upgrade و Connection را با HTTP/1.1 رد کند؛ npx darvaza check {base} --from-board نشان می‌دهد.',
    },
    `# nginx
proxy_http_version 1.1;
proxy_set_header Upgrade $http_upgrade;
proxy_set_header Connection "upgrade";`,
  ),
  knowledgeRow(
    'tls_on_plain_port',
    'any',
    failures.tls_on_plain_port.message,
    {
      en: 'Dial ws:// (http:// for pages) here, or the port that --tls-port opens with wss://.',
      fa: 'اینجا با ws:// (و http:// برای صفحه‌ها) وصل شوید، یا با wss:// به درگاهی که ‎--tls-port باز می‌کند.',
    },
    `ws://YOUR-GATEWAY:3000/ws/pico                 # plain
npm start -- --tls-port 3443 --tls-cert FILE --tls-key FILE`,
  ),
  knowledgeRow(
    'plain_on_tls_port',
    'any',
    failures.plain_on_tls_port.message,
    {
      en: 'Dial wss:// (https:// for pages) here, or the plain port with ws://.',
      fa: 'اینجا با wss:// (و https:// برای صفحه‌ها) وصل شوید، یا با ws:// به درگاه ساده.',
    },
    'wss://YOUR-GATEWAY/ws/pico    # with s, on this port',
  ),
  knowledgeRow(
    'headers_grown',
    'any',
    {
      en: 'The same headers came {repeats} times in one request ({lines} lines): addHeader() runs before every connect(), and the library forgets none.',
      fa: 'سرآیندهای یکسان {repeats} بار در یک درخواست آمدند ({lines} سطر): addHeader() پیش از هر connect() اجرا می‌شود و کتابخانه هیچ‌کدام را فراموش نمی‌کند.',
    },
    {
      en: 'Move the addHeader() lines from the reconnect to setup(), so that they run once; until then a reboot clears them.',
      fa: 'سطرهای addHeader() را از اتصال دوباره به setup() ببرید تا یک بار اجرا شوند؛ تا آن زمان راه‌اندازی دوباره پاکشان می‌کند.',
    },
    `void setup() {
  client.addHeader("Authorization", "Bearer YOUR_TOKEN");  // moved here
}
void reconnect() {
- client.addHeader("Authorization", "Bearer YOUR_TOKEN");
  client.connect("{url}");
}`,
  ),
  knowledgeRow(
    'headers_too_large',
    'any',
    failures.headers_too_large.message,
    failures.headers_too_large.hint,
    `void setup() {
  client.addHeader("Authorization", "Bearer YOUR_TOKEN");  // once, not before each connect()
}`,
  ),
  knowledgeRow(
    'handshake_invalid',
    'any',
    failures.handshake_invalid.message,
    failures.handshake_invalid.hint,
    codeExample,
  ),
  knowledgeRow(
    'handshake_unfinished',
    'any',
    failures.handshake_timeout.message,
    failures.handshake_timeout.hint,
    'send_header(b"")  # the empty line that ends the request',
  ),
  knowledgeRow(
    'not_http',
    'any',
    { en: 'What came is no HTTP request.', fa: 'آنچه رسید درخواست HTTP نیست.' },
    {
      en: 'Lines of a request end with carriage return and line feed, names have no spaces, and an empty line ends them.',
      fa: 'سطرهای درخواست با CR و LF تمام می‌شوند، نام‌ها فاصله ندارند، و سطری خالی پایان آن‌هاست.',
    },
    'GET /ws/pico HTTP/1.1\\r\\n',
  ),
]
