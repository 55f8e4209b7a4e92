/** The languages people read Darvaza in. */
export type Language = 'en' | 'fa'
export type Text = Readonly<Record<Language, string>>

export interface Failure {
  /** HTTP status. */
  status: number
  /** WebSocket close code, where the failure can end an open socket. 4000–4499: come back later; 4500–4999: do not. */
  closeCode?: number
  /** Whether trying the same thing again may help. */
  retry: boolean
  /** What went wrong, one sentence. */
  message: Text
  /** What to do about it, one sentence or two. */
  hint: Text
}

const failure = (status: number, retry: boolean, message: Text, hint: Text, closeCode?: number): Failure =>
  closeCode === undefined ? { status, retry, message, hint } : { status, retry, message, hint, closeCode }

/**
 * Every failure Darvaza can answer with, for HTTP, WebSocket, CLI and docs alike. 4001 stays "authentication",
 * as boards in the field know it.
 */
export const failures = {
  // A board at the door
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
      en: 'A board that waits for approval sent more than 1 MB in a second.',
      fa: 'بردی که در انتظار تأیید است در یک ثانیه بیش از ۱ مگابایت فرستاد.',
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

  // Asking the gateway
  rate_limited: failure(
    429,
    true,
    { en: 'Too many requests from this address.', fa: 'درخواست‌ها از این نشانی بیش از اندازه است.' },
    {
      en: 'Wait as long as the Retry-After header says, then try again.',
      fa: 'به اندازه‌ای که سرآیند Retry-After می‌گوید صبر کنید و دوباره تلاش کنید.',
    },
  ),
  key_missing: failure(
    401,
    false,
    { en: 'This needs an API key.', fa: 'این کار کلید API می‌خواهد.' },
    {
      en: 'Send "Authorization: Bearer <api key>". Make one on the gateway’s host: npx darvaza key create --role viewer.',
      fa: 'سرآیند «Authorization: Bearer <api key>» را بفرستید. کلید را روی میزبان دروازه بسازید: npx darvaza key create --role viewer.',
    },
    4001,
  ),
  key_unknown: failure(
    401,
    false,
    { en: 'This API key is not known here.', fa: 'این کلید API اینجا شناخته نیست.' },
    {
      en: 'Copy it whole, or make a new one: npx darvaza key create --role viewer. Board tokens do not open the API.',
      fa: 'آن را کامل رونوشت کنید یا تازه‌ای بسازید: npx darvaza key create --role viewer. توکن برد API را باز نمی‌کند.',
    },
    4001,
  ),
  key_expired: failure(
    401,
    false,
    { en: 'This API key has expired.', fa: 'زمان این کلید API گذشته است.' },
    { en: 'Make a new one: npx darvaza key create.', fa: 'تازه‌ای بسازید: npx darvaza key create.' },
    4001,
  ),
  forbidden: failure(
    403,
    false,
    { en: 'Your role does not allow this.', fa: 'نقش شما این کار را اجازه نمی‌دهد.' },
    {
      en: 'Ask an owner to do it, or for a key with a higher role.',
      fa: 'از یک مالک بخواهید انجامش دهد یا کلیدی با نقش بالاتر بدهد.',
    },
  ),
  tls_required: failure(
    403,
    false,
    {
      en: 'Operators use the encrypted port of this gateway.',
      fa: 'متصدیان از درگاه رمزشدهٔ این دروازه استفاده می‌کنند.',
    },
    {
      en: 'Use the https:// address of the gateway; the plain port is for boards.',
      fa: 'از نشانی https:// دروازه استفاده کنید؛ درگاه ساده برای بردهاست.',
    },
  ),
  foreign_origin: failure(
    403,
    false,
    { en: 'Another site asked for this in your name.', fa: 'وب‌گاه دیگری این را به نام شما خواست.' },
    {
      en: 'Use the gateway’s own address, or set --public-url to the address you use.',
      fa: 'نشانی خود دروازه را به کار ببرید، یا ‎--public-url را برابر نشانی خود بگذارید.',
    },
  ),
  not_found: failure(
    404,
    false,
    { en: 'There is nothing at this address.', fa: 'در این نشانی چیزی نیست.' },
    {
      en: 'Boards connect to /ws/pico, /ws/esp32cam or /ws; the API lives under /api.',
      fa: 'بردها به ‎/ws/pico، ‎/ws/esp32cam یا ‎/ws وصل می‌شوند؛ API زیر ‎/api است.',
    },
  ),
  method_not_allowed: failure(
    405,
    false,
    { en: 'This address does not take this method.', fa: 'این نشانی این متد را نمی‌پذیرد.' },
    { en: 'See the Allow header.', fa: 'سرآیند Allow را ببینید.' },
  ),
  invalid_request: failure(
    400,
    false,
    { en: 'Something in the request is not as it should be.', fa: 'چیزی در درخواست درست نیست.' },
    {
      en: 'The field "issues" names each part and what it should be.',
      fa: 'فیلد «issues» هر بخش نادرست و شکل درست آن را نام می‌برد.',
    },
  ),
  invalid_json: failure(
    400,
    false,
    { en: 'The body is not valid JSON.', fa: 'بدنهٔ درخواست JSON معتبر نیست.' },
    {
      en: 'Check quotes and commas; send Content-Type: application/json.',
      fa: 'گیومه‌ها و ویرگول‌ها را بررسی کنید و Content-Type: application/json بفرستید.',
    },
  ),
  body_too_large: failure(
    413,
    false,
    { en: 'The body is larger than this address takes.', fa: 'بدنهٔ درخواست از اندازهٔ مجاز بزرگ‌تر است.' },
    { en: 'Send at most 64 KiB of JSON.', fa: 'بیش از ۶۴ کیبی‌بایت JSON نفرستید.' },
  ),
  shutting_down: failure(
    503,
    true,
    { en: 'The gateway is shutting down.', fa: 'دروازه در حال خاموش شدن است.' },
    { en: 'Try again in a few seconds.', fa: 'چند ثانیهٔ دیگر دوباره تلاش کنید.' },
    1001,
  ),
  internal: failure(
    500,
    true,
    { en: 'The gateway failed to do this.', fa: 'دروازه نتوانست این کار را انجام دهد.' },
    {
      en: 'Nothing was half done. The gateway’s log says more.',
      fa: 'چیزی نیمه‌کاره نماند. گزارش دروازه بیشتر می‌گوید.',
    },
    1011,
  ),

  // Devices
  device_not_found: failure(
    404,
    false,
    { en: 'There is no such device.', fa: 'چنین دستگاهی نیست.' },
    {
      en: 'darvaza device list shows the devices you can reach, with names and ids.',
      fa: 'darvaza device list دستگاه‌هایی را که به آن‌ها دسترسی دارید با نام و شناسه نشان می‌دهد.',
    },
  ),
  device_offline: failure(
    409,
    true,
    { en: 'The device is not connected.', fa: 'دستگاه وصل نیست.' },
    {
      en: 'Wait until it is back; its journal says when and why it left.',
      fa: 'صبر کنید تا برگردد؛ گزارش آن می‌گوید کی و چرا رفت.',
    },
  ),
  device_pending: failure(
    409,
    false,
    { en: 'The device still waits for approval.', fa: 'دستگاه هنوز در انتظار تأیید است.' },
    { en: 'Approve it first: darvaza device approve NAME.', fa: 'نخست تأییدش کنید: darvaza device approve NAME.' },
  ),
  device_contested: failure(
    409,
    false,
    {
      en: 'Two boards are using this device’s token, so steering is paused.',
      fa: 'دو برد از توکن این دستگاه استفاده می‌کنند، پس هدایت متوقف است.',
    },
    {
      en: 'Confirm that all is well (POST …/confirm), or rotate the token so that only one board has it.',
      fa: 'تأیید کنید که مشکلی نیست (POST …/confirm)، یا توکن را عوض کنید تا تنها یک برد آن را داشته باشد.',
    },
  ),
  changed_since_seen: failure(
    409,
    false,
    {
      en: 'Another connection used this claim since you looked.',
      fa: 'از وقتی نگاه کردید، اتصال دیگری از این توکن استفاده کرده است.',
    },
    {
      en: 'Look at the board again, then approve the connection you see.',
      fa: 'دوباره به برد نگاه کنید و سپس اتصالی را که می‌بینید تأیید کنید.',
    },
  ),
  wrong_state: failure(
    409,
    false,
    {
      en: 'The device is not in a state where this makes sense.',
      fa: 'دستگاه در وضعیتی نیست که این کار معنا داشته باشد.',
    },
    {
      en: 'Look at its state first: darvaza device show NAME.',
      fa: 'نخست وضعیتش را ببینید: darvaza device show NAME.',
    },
  ),
  name_taken: failure(
    409,
    false,
    { en: 'Another device already has this name.', fa: 'دستگاه دیگری این نام را دارد.' },
    { en: 'Choose another name.', fa: 'نام دیگری برگزینید.' },
  ),
  name_invalid: failure(
    400,
    false,
    { en: 'This cannot be a name.', fa: 'این نمی‌تواند نام باشد.' },
    {
      en: 'Names are 1 to 64 characters from A-Z a-z 0-9 : . _ - and do not start with "d_".',
      fa: 'نام‌ها ۱ تا ۶۴ نویسه از A-Z a-z 0-9 : . _ - دارند و با «d_» آغاز نمی‌شوند.',
    },
  ),

  // Steering and watching
  ack_timeout: failure(
    504,
    true,
    { en: 'The board did not acknowledge the command in time.', fa: 'برد فرمان را به‌موقع تأیید نکرد.' },
    {
      en: 'It may still be moving, or its Wi-Fi stalls. The command may yet be carried out.',
      fa: 'شاید هنوز در حرکت است یا Wi-Fi آن کند است. ممکن است فرمان هنوز اجرا شود.',
    },
  ),
  superseded: failure(
    409,
    false,
    {
      en: 'A newer command took this one’s place before it was sent.',
      fa: 'فرمان تازه‌تری پیش از ارسال، جای این یکی را گرفت.',
    },
    { en: 'Nothing to do: the newer command is on its way.', fa: 'کاری لازم نیست: فرمان تازه‌تر در راه است.' },
  ),
  command_expired: failure(
    409,
    true,
    { en: 'The command became too old before it could be sent.', fa: 'فرمان پیش از آن‌که بتوان فرستاد کهنه شد.' },
    { en: 'Send it again if you still mean it.', fa: 'اگر هنوز می‌خواهید، دوباره بفرستید.' },
  ),
  lease_held: failure(
    409,
    true,
    { en: 'Somebody else is steering this device.', fa: 'کس دیگری این دستگاه را هدایت می‌کند.' },
    {
      en: 'Ask them to hand it over, or wait until they let go.',
      fa: 'از او بخواهید واگذار کند یا صبر کنید تا رها کند.',
    },
  ),
  angle_unknown: failure(
    400,
    false,
    {
      en: 'One angle is missing, and the gateway does not know where that servo stands.',
      fa: 'یک زاویه نیامده و دروازه نمی‌داند آن سروو کجاست.',
    },
    { en: 'Send both servo1 and servo2 the first time.', fa: 'بار نخست هر دو servo1 و servo2 را بفرستید.' },
  ),
  no_frame: failure(
    404,
    true,
    { en: 'This device has sent no frame yet.', fa: 'این دستگاه هنوز قابی نفرستاده است.' },
    {
      en: 'Wait for its first picture; after a start of the gateway that takes a moment.',
      fa: 'منتظر نخستین تصویر بمانید؛ پس از آغاز به کار دروازه کمی زمان می‌برد.',
    },
  ),
} as const satisfies Record<string, Failure>

export type FailureCode = keyof typeof failures

/** A failure on its way to whoever asked. */
export class DarvazaError extends Error {
  readonly code: FailureCode
  /** More for the answer's body: never a secret. */
  readonly details: Record<string, unknown> | undefined
  readonly retryAfterS: number | undefined

  constructor(code: FailureCode, more: { details?: Record<string, unknown>; retryAfterS?: number } = {}) {
    super(failures[code].message.en)
    this.name = 'DarvazaError'
    this.code = code
    this.details = more.details
    this.retryAfterS = more.retryAfterS
  }

  get status(): number {
    return failures[this.code].status
  }
}

/** The body of every refusal and error: `{"status":"error","code","message","hint"}` and details where there are any. */
export function errorBody(code: FailureCode, language: Language = 'en', details?: Record<string, unknown>) {
  const { message, hint } = failures[code]
  return { status: 'error' as const, code, message: message[language], hint: hint[language], ...details }
}

/** The language of an `Accept-Language` header: Persian where it is preferred over English. */
export function languageOf(acceptLanguage: string | undefined): Language {
  for (const part of acceptLanguage?.toLowerCase().split(',') ?? []) {
    const tag = part.trim()
    if (tag.startsWith('fa')) return 'fa'
    if (tag.startsWith('en')) return 'en'
  }
  return 'en'
}
