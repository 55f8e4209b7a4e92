import { closeCodes } from '../protocol/close-codes.ts'
import { failureTable } from './failure.ts'

/** What can go wrong between a board and its gateway. */
export const boardFailures = failureTable({
  token_missing: {
    status: 401,
    retry: true,
    close: closeCodes.unauthorized,
    en: [
      'This board sent no token.',
      'Send the header "Authorization: Bearer <token>" with the handshake. GET /public/tokens gives you a token.',
    ],
    fa: [
      'این برد توکنی نفرستاد.',
      'سرآیند «Authorization: Bearer <token>» را همراه درخواست اتصال بفرستید. توکن را از GET /public/tokens بگیرید.',
    ],
  },
  token_malformed: {
    status: 401,
    retry: true,
    close: closeCodes.unauthorized,
    en: [
      'The Authorization header is not "Bearer", one space, and a token.',
      'Write exactly "Authorization: Bearer <token>": the word Bearer once, no quotes, no line break.',
    ],
    fa: [
      'سرآیند Authorization به شکل «Bearer»، یک فاصله و توکن نیست.',
      'دقیقاً بنویسید «Authorization: Bearer <token>»: واژهٔ Bearer یک بار، بدون گیومه و بدون سطر تازه.',
    ],
  },
  token_unknown: {
    status: 401,
    retry: true,
    close: closeCodes.unauthorized,
    en: [
      'This token was not issued by this gateway.',
      'Fetch one from GET /public/tokens and copy it whole, or ask the owner for a token.',
    ],
    fa: [
      'این توکن را این دروازه صادر نکرده است.',
      'یک توکن از GET /public/tokens بگیرید و کامل رونوشت کنید، یا از صاحب دروازه توکن بخواهید.',
    ],
  },
  token_wrong_kind: {
    status: 403,
    retry: false,
    close: closeCodes.unauthorized,
    en: [
      'This token is for another kind of board.',
      'A pico token opens /ws/pico, an esp32cam token opens /ws/esp32cam; /ws takes either.',
    ],
    fa: [
      'این توکن برای نوع دیگری از برد است.',
      'توکن pico در ‎/ws/pico را باز می‌کند و توکن esp32cam در ‎/ws/esp32cam را؛ ‎/ws هر دو را می‌پذیرد.',
    ],
  },
  token_revoked: {
    status: 403,
    retry: false,
    close: closeCodes.unauthorized,
    en: [
      'The owner has revoked this token.',
      'The owner can undo it (darvaza device restore NAME) or give the board a new token.',
    ],
    fa: [
      'صاحب دروازه این توکن را باطل کرده است.',
      'صاحب دروازه می‌تواند آن را برگرداند (darvaza device restore NAME) یا توکن تازه‌ای به برد بدهد.',
    ],
  },
  device_blocked: {
    status: 403,
    retry: false,
    close: closeCodes.unauthorized,
    en: ['The owner has blocked this board.', 'The owner can undo it: darvaza device restore NAME.'],
    fa: ['صاحب دروازه این برد را مسدود کرده است.', 'صاحب دروازه می‌تواند آن را برگرداند: darvaza device restore NAME.'],
  },
  device_removed: {
    status: 403,
    retry: false,
    close: closeCodes.unauthorized,
    en: [
      'The owner has removed this board.',
      'Fetch a new token from GET /public/tokens, or have the owner restore it: darvaza device restore NAME.',
    ],
    fa: [
      'صاحب دروازه این برد را حذف کرده است.',
      'توکن تازه‌ای از GET /public/tokens بگیرید، یا صاحب دروازه آن را بازگرداند: darvaza device restore NAME.',
    ],
  },
  enrolment_closed: {
    status: 403,
    retry: true,
    close: closeCodes.unauthorized,
    en: [
      'This gateway takes no new boards at the moment.',
      'The owner can open a window (darvaza enrolment pair) or create a token for this board (darvaza token create).',
    ],
    fa: [
      'این دروازه اکنون برد تازه نمی‌پذیرد.',
      'صاحب دروازه می‌تواند پنجره‌ای باز کند (darvaza enrolment pair) یا برای این برد توکن بسازد (darvaza token create).',
    ],
  },
  pending_full: {
    status: 503,
    retry: true,
    close: closeCodes.pendingFull,
    en: [
      'Too many boards are already waiting for approval.',
      'Approve or block some of them, then let the board try again.',
    ],
    fa: [
      'بردهای زیادی از پیش در انتظار تأیید هستند.',
      'چند تا از آن‌ها را تأیید یا مسدود کنید و سپس بگذارید برد دوباره تلاش کند.',
    ],
  },
  probes_full: {
    status: 429,
    retry: true,
    en: ['Too many connection tests from this address at once.', 'Let the running tests end, then try again.'],
    fa: [
      'آزمون‌های اتصال هم‌زمان از این نشانی بیش از اندازه است.',
      'بگذارید آزمون‌های در جریان تمام شوند و دوباره تلاش کنید.',
    ],
  },
  upgrade_required: {
    status: 426,
    retry: false,
    en: [
      'This address speaks WebSocket only.',
      'Connect with a WebSocket client (ws:// or wss://). If you did, a proxy in between dropped the Upgrade header.',
    ],
    fa: [
      'این نشانی تنها با WebSocket کار می‌کند.',
      'با یک برنامهٔ WebSocket وصل شوید (ws:// یا wss://). اگر چنین کرده‌اید، یک پراکسی در راه سرآیند Upgrade را انداخته است.',
    ],
  },
  handshake_invalid: {
    status: 400,
    retry: false,
    en: [
      'This WebSocket handshake is not valid.',
      'It needs Sec-WebSocket-Version: 13 and a Sec-WebSocket-Key of 16 bytes in base64.',
    ],
    fa: [
      'این درخواست اتصال WebSocket درست نیست.',
      'باید Sec-WebSocket-Version: 13 و یک Sec-WebSocket-Key شانزده‌بایتی به base64 داشته باشد.',
    ],
  },
  handshake_timeout: {
    status: 408,
    retry: true,
    en: ['The request did not end within 10 seconds.', 'Send the whole request header, ending with an empty line.'],
    fa: ['درخواست تا ۱۰ ثانیه به پایان نرسید.', 'سرآیند درخواست را کامل بفرستید و با یک سطر خالی پایان دهید.'],
  },
  headers_too_large: {
    status: 431,
    retry: false,
    en: [
      'The header block is larger than 1 MiB.',
      'Some firmware adds its headers again at every reconnect: set them once, before the first connection, and reboot the board.',
    ],
    fa: [
      'سرآیندهای درخواست از ۱ مبی‌بایت بزرگ‌ترند.',
      'برخی میان‌افزارها در هر اتصال دوباره سرآیندها را می‌افزایند: آن‌ها را یک بار، پیش از نخستین اتصال، تنظیم کنید و برد را از نو راه بیندازید.',
    ],
  },
  tls_on_plain_port: {
    status: 400,
    retry: false,
    en: [
      'This port speaks plain HTTP, and TLS was spoken to it.',
      'Use ws:// and http:// here, or the port of --tls-port for wss:// and https://.',
    ],
    fa: [
      'این درگاه HTTP ساده است، ولی با آن TLS گفته شد.',
      'اینجا ws:// و http:// به کار ببرید، یا برای wss:// و https:// درگاه ‎--tls-port را.',
    ],
  },
  plain_on_tls_port: {
    status: 400,
    retry: false,
    en: [
      'This port speaks TLS, and plain HTTP was spoken to it.',
      'Use wss:// and https:// here, or the plain port with ws:// and http://.',
    ],
    fa: [
      'این درگاه TLS است، ولی با آن HTTP ساده گفته شد.',
      'اینجا wss:// و https:// به کار ببرید، یا درگاه ساده را با ws:// و http://.',
    ],
  },
  auth_timeout: {
    status: 401,
    retry: true,
    close: closeCodes.unauthorized,
    en: [
      'No token arrived within 5 seconds.',
      'With ?auth=message the first message must be {"type":"auth","token":"…"}.',
    ],
    fa: ['تا ۵ ثانیه توکنی نرسید.', 'با ‎?auth=message نخستین پیام باید {"type":"auth","token":"…"} باشد.'],
  },
  too_much_traffic: {
    status: 429,
    retry: true,
    close: closeCodes.tooMuchTraffic,
    en: [
      'A board that waits for approval sent far more than a board needs: over 1 MB or 600 frames in a second, or over 25 texts a second for long.',
      'Approve the board, or let it send fewer or smaller frames until then.',
    ],
    fa: [
      'بردی که در انتظار تأیید است بسیار بیش از نیاز فرستاد: در یک ثانیه بیش از ۱ مگابایت یا ۶۰۰ قاب، یا مدتی بیش از ۲۵ متن در ثانیه.',
      'برد را تأیید کنید، یا تا آن زمان قاب‌های کمتر یا کوچک‌تری بفرستد.',
    ],
  },
  replaced: {
    status: 409,
    retry: true,
    close: closeCodes.replaced,
    en: [
      'A newer connection of the same device took over.',
      'If this keeps happening, two boards share one token: give each its own.',
    ],
    fa: [
      'اتصال تازه‌تری از همین دستگاه جای این را گرفت.',
      'اگر این تکرار می‌شود، دو برد یک توکن دارند: به هر کدام توکن خودش را بدهید.',
    ],
  },
  silent: {
    status: 408,
    retry: true,
    close: closeCodes.silent,
    en: [
      'Nothing was heard from this board for 45 seconds.',
      'Check its power and its Wi-Fi signal; it may simply connect again.',
    ],
    fa: ['۴۵ ثانیه چیزی از این برد شنیده نشد.', 'برق و سیگنال Wi-Fi آن را بررسی کنید؛ می‌تواند دوباره وصل شود.'],
  },
  viewer_too_slow: {
    status: 408,
    retry: true,
    close: closeCodes.viewerTooSlow,
    en: ['This viewer took no frame for too long.', 'Open the view again.'],
    fa: ['این بیننده زمان زیادی هیچ قابی نگرفت.', 'نما را دوباره باز کنید.'],
  },
  viewers_full: {
    status: 503,
    retry: true,
    en: ['This camera already has as many viewers as it may have.', 'Close another view, then try again.'],
    fa: ['این دوربین از پیش به بیشینهٔ بینندگان رسیده است.', 'نمای دیگری را ببندید و دوباره تلاش کنید.'],
  },
})
