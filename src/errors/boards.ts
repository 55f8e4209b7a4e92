import { type Failure, failure } from './failure.ts'

/** What can go wrong between a board and its gateway. */
export const boardFailures = {
  token_missing: failure(
    401,
    true,
    { en: 'This board sent no token.', fa: 'این برد توکنی نفرستاد.' },
    {
      en: 'Send the header "Authorization: Bearer <token>" with the handshake. GET /public/tokens gives you a token.',
      fa: 'سرآیند «Authorization: Bearer <token>» را همراه درخواست اتصال بفرستید. توکن را از GET /public/tokens بگیرید.',
    },
    4001,
  ),
  token_malformed: failure(
    401,
    true,
    {
      en: 'The Authorization header is not "Bearer", one space, and a token.',
      fa: 'سرآیند Authorization به شکل «Bearer»، یک فاصله و توکن نیست.',
    },
    {
      en: 'Write exactly "Authorization: Bearer <token>": the word Bearer once, no quotes, no line break.',
      fa: 'دقیقاً بنویسید «Authorization: Bearer <token>»: واژهٔ Bearer یک بار، بدون گیومه و بدون سطر تازه.',
    },
    4001,
  ),
  token_unknown: failure(
    401,
    true,
    { en: 'This token was not issued by this gateway.', fa: 'این توکن را این دروازه صادر نکرده است.' },
    {
      en: 'Fetch one from GET /public/tokens and copy it whole, or ask the owner for a token.',
      fa: 'یک توکن از GET /public/tokens بگیرید و کامل رونوشت کنید، یا از صاحب دروازه توکن بخواهید.',
    },
    4001,
  ),
  token_wrong_kind: failure(
    403,
    false,
    { en: 'This token is for another kind of board.', fa: 'این توکن برای نوع دیگری از برد است.' },
    {
      en: 'A pico token opens /ws/pico, an esp32cam token opens /ws/esp32cam; /ws takes either.',
      fa: 'توکن pico در ‎/ws/pico را باز می‌کند و توکن esp32cam در ‎/ws/esp32cam را؛ ‎/ws هر دو را می‌پذیرد.',
    },
    4001,
  ),
  token_revoked: failure(
    403,
    false,
    { en: 'The owner has revoked this token.', fa: 'صاحب دروازه این توکن را باطل کرده است.' },
    {
      en: 'The owner can undo it (darvaza device restore NAME) or give the board a new token.',
      fa: 'صاحب دروازه می‌تواند آن را برگرداند (darvaza device restore NAME) یا توکن تازه‌ای به برد بدهد.',
    },
    4001,
  ),
  device_blocked: failure(
    403,
    false,
    { en: 'The owner has blocked this board.', fa: 'صاحب دروازه این برد را مسدود کرده است.' },
    {
      en: 'The owner can undo it: darvaza device restore NAME.',
      fa: 'صاحب دروازه می‌تواند آن را برگرداند: darvaza device restore NAME.',
    },
    4001,
  ),
  device_removed: failure(
    403,
    false,
    { en: 'The owner has removed this board.', fa: 'صاحب دروازه این برد را حذف کرده است.' },
    {
      en: 'Fetch a new token from GET /public/tokens, or have the owner restore it: darvaza device restore NAME.',
      fa: 'توکن تازه‌ای از GET /public/tokens بگیرید، یا صاحب دروازه آن را بازگرداند: darvaza device restore NAME.',
    },
    4001,
  ),
  enrolment_closed: failure(
    403,
    true,
    { en: 'This gateway takes no new boards at the moment.', fa: 'این دروازه اکنون برد تازه نمی‌پذیرد.' },
    {
      en: 'The owner can open a window (darvaza enrolment pair) or create a token for this board (darvaza token create).',
      fa: 'صاحب دروازه می‌تواند پنجره‌ای باز کند (darvaza enrolment pair) یا برای این برد توکن بسازد (darvaza token create).',
    },
    4001,
  ),
  pending_full: failure(
    503,
    true,
    { en: 'Too many boards are already waiting for approval.', fa: 'بردهای زیادی از پیش در انتظار تأیید هستند.' },
    {
      en: 'Approve or block some of them, then let the board try again.',
      fa: 'چند تا از آن‌ها را تأیید یا مسدود کنید و سپس بگذارید برد دوباره تلاش کند.',
    },
    4012,
  ),
  probes_full: failure(
    429,
    true,
    {
      en: 'Too many connection tests from this address at once.',
      fa: 'آزمون‌های اتصال هم‌زمان از این نشانی بیش از اندازه است.',
    },
    { en: 'Let the running tests end, then try again.', fa: 'بگذارید آزمون‌های در جریان تمام شوند و دوباره تلاش کنید.' },
  ),
  upgrade_required: failure(
    426,
    false,
    { en: 'This address speaks WebSocket only.', fa: 'این نشانی تنها با WebSocket کار می‌کند.' },
    {
      en: 'Connect with a WebSocket client (ws:// or wss://). If you did, a proxy in between dropped the Upgrade header.',
      fa: 'با یک برنامهٔ WebSocket وصل شوید (ws:// یا wss://). اگر چنین کرده‌اید، یک پراکسی در راه سرآیند Upgrade را انداخته است.',
    },
  ),
  handshake_invalid: failure(
    400,
    false,
    { en: 'This WebSocket handshake is not valid.', fa: 'این درخواست اتصال WebSocket درست نیست.' },
    {
      en: 'It needs Sec-WebSocket-Version: 13 and a Sec-WebSocket-Key of 16 bytes in base64.',
      fa: 'باید Sec-WebSocket-Version: 13 و یک Sec-WebSocket-Key شانزده‌بایتی به base64 داشته باشد.',
    },
  ),
  handshake_timeout: failure(
    408,
    true,
    { en: 'The request did not end within 10 seconds.', fa: 'درخواست تا ۱۰ ثانیه به پایان نرسید.' },
    {
      en: 'Send the whole request header, ending with an empty line.',
      fa: 'سرآیند درخواست را کامل بفرستید و با یک سطر خالی پایان دهید.',
    },
  ),
  headers_too_large: failure(
    431,
    false,
    { en: 'The header block is larger than 1 MiB.', fa: 'سرآیندهای درخواست از ۱ مبی‌بایت بزرگ‌ترند.' },
    {
      en: 'Some firmware adds its headers again at every reconnect: set them once, before the first connection, and reboot the board.',
      fa: 'برخی میان‌افزارها در هر اتصال دوباره سرآیندها را می‌افزایند: آن‌ها را یک بار، پیش از نخستین اتصال، تنظیم کنید و برد را از نو راه بیندازید.',
    },
  ),
  tls_on_plain_port: failure(
    400,
    false,
    {
      en: 'This port speaks plain HTTP, and TLS was spoken to it.',
      fa: 'این درگاه HTTP ساده است، ولی با آن TLS گفته شد.',
    },
    {
      en: 'Use ws:// and http:// here, or the port of --tls-port for wss:// and https://.',
      fa: 'اینجا ws:// و http:// به کار ببرید، یا برای wss:// و https:// درگاه ‎--tls-port را.',
    },
  ),
  plain_on_tls_port: failure(
    400,
    false,
    {
      en: 'This port speaks TLS, and plain HTTP was spoken to it.',
      fa: 'این درگاه TLS است، ولی با آن HTTP ساده گفته شد.',
    },
    {
      en: 'Use wss:// and https:// here, or the plain port with ws:// and http://.',
      fa: 'اینجا wss:// و https:// به کار ببرید، یا درگاه ساده را با ws:// و http://.',
    },
  ),
  auth_timeout: failure(
    401,
    true,
    { en: 'No token arrived within 5 seconds.', fa: 'تا ۵ ثانیه توکنی نرسید.' },
    {
      en: 'With ?auth=message the first message must be {"type":"auth","token":"…"}.',
      fa: 'با ‎?auth=message نخستین پیام باید {"type":"auth","token":"…"} باشد.',
    },
    4001,
  ),
  too_much_traffic: failure(
    429,
    true,
    {
      en: 'A board that waits for approval sent far more than a board needs: over 1 MB or 600 frames in a second, or over 25 texts a second for long.',
      fa: 'بردی که در انتظار تأیید است بسیار بیش از نیاز فرستاد: در یک ثانیه بیش از ۱ مگابایت یا ۶۰۰ قاب، یا مدتی بیش از ۲۵ متن در ثانیه.',
    },
    {
      en: 'Approve the board, or let it send fewer or smaller frames until then.',
      fa: 'برد را تأیید کنید، یا تا آن زمان قاب‌های کمتر یا کوچک‌تری بفرستد.',
    },
    4008,
  ),
  replaced: failure(
    409,
    true,
    { en: 'A newer connection of the same device took over.', fa: 'اتصال تازه‌تری از همین دستگاه جای این را گرفت.' },
    {
      en: 'If this keeps happening, two boards share one token: give each its own.',
      fa: 'اگر این تکرار می‌شود، دو برد یک توکن دارند: به هر کدام توکن خودش را بدهید.',
    },
    4009,
  ),
  silent: failure(
    408,
    true,
    { en: 'Nothing was heard from this board for 45 seconds.', fa: '۴۵ ثانیه چیزی از این برد شنیده نشد.' },
    {
      en: 'Check its power and its Wi-Fi signal; it may simply connect again.',
      fa: 'برق و سیگنال Wi-Fi آن را بررسی کنید؛ می‌تواند دوباره وصل شود.',
    },
    4010,
  ),
  viewer_too_slow: failure(
    408,
    true,
    { en: 'This viewer took no frame for too long.', fa: 'این بیننده زمان زیادی هیچ قابی نگرفت.' },
    { en: 'Open the view again.', fa: 'نما را دوباره باز کنید.' },
    4011,
  ),
  viewers_full: failure(
    503,
    true,
    {
      en: 'This camera already has as many viewers as it may have.',
      fa: 'این دوربین از پیش به بیشینهٔ بینندگان رسیده است.',
    },
    { en: 'Close another view, then try again.', fa: 'نمای دیگری را ببندید و دوباره تلاش کنید.' },
  ),
} as const satisfies Record<string, Failure>
