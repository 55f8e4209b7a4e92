import type { Diagnoses, looksLike as english } from '../en/diagnoses.ts'
import { errors } from './failures.ts'

export const diagnoses: Diagnoses = {
  no_token: {
    any: [
      'این برد سرآیند Authorization نفرستاد.',
      'سرآیند «Authorization: Bearer <token>» را همراه درخواست اتصال به {url} بفرستید؛ توکن را {base}/public/tokens می‌دهد.',
    ],
    links2004: [
      'این برد سرآیند Authorization نفرستاد: در این کتابخانه begin() آنچه را setAuthorization() گذاشته پاک می‌کند.',
      'setAuthorization("Bearer <token>") را پس از {begin}() صدا بزنید، نه پیش از آن.',
    ],
    uwebsockets: [
      'این برد سرآیند Authorization نفرستاد: uwebsockets به صورت اصلی‌اش نمی‌تواند بفرستد.',
      'به {url}?auth=message وصل شوید و نخست {"type":"auth","token":"<token>"} را بفرستید، یا یک سطر send_header به client.py آن بیفزایید.',
    ],
    micropython: [
      'این برد سرآیند Authorization نفرستاد: شاید در تنظیماتش توکنی نیست.',
      'توکنی از {base}/public/tokens در تنظیماتش بگذارید تا برنامه آن را به صورت Authorization: Bearer <token> بفرستد.',
    ],
    'micropython-aiohttp': [
      'این برد سرآیند Authorization نفرستاد: aiohttp در micropython-lib سرآیندها را تنها از ClientSession می‌گیرد، و پیش از ۲۰۲۵ از هیچ‌جا.',
      'آن را دوباره نصب کنید (mpremote mip install aiohttp) و سرآیند را به ClientSession(headers=…) بدهید، نه به ws_connect().',
    ],
    arduino: [
      'این برد سرآیند Authorization نفرستاد: addHeader() باید پیش از نخستین connect() صدا زده شود.',
      'addHeader("Authorization", "Bearer <token>") را یک بار، در setup() و پیش از connect() صدا بزنید.',
    ],
    browser: [
      'این صفحه توکنی نفرستاد: مرورگرها نمی‌توانند برای WebSocket سرآیند بگذارند.',
      "توکن را به صورت زیرپروتکل بدهید: new WebSocket('{url}', ['darvaza.bearer', token]).",
    ],
  },
  proxy_dropped_authorization: {
    any: [
      'سرآیند Authorization نرسید و پراکسی‌ای در راه است: یا آن را می‌اندازد، یا برد نفرستاده است.',
      'بگذارید پراکسی Authorization را رد کند؛ npx darvaza check {base} --from-board می‌گوید آیا چنین می‌کند.',
    ],
  },
  token_empty: {
    any: [
      'سرآیند Authorization پس از واژهٔ Bearer تمام می‌شود: توکن در تنظیمات برد خالی است.',
      'توکنی از {base}/public/tokens در تنظیمات برد بگذارید و ببینید که پیش از وصل شدن خوانده شود.',
    ],
  },
  auth_message_late: {
    any: [
      'تا ۵ ثانیه توکنی نرسید.',
      'با ?auth=message نخستین پیام باید {"type":"auth","token":"<token>"} باشد، همین که اتصال باز شد.',
    ],
    browser: [
      'تا ۵ ثانیه توکنی نرسید.',
      'توکن را در onopen و به عنوان نخستین پیام بفرستید؛ یا آن را به صورت زیرپروتکل بدهید که پیامی نمی‌خواهد.',
    ],
  },
  auth_message_wrong: {
    any: [
      'نخستین پیام {"type":"auth","token":"<token>"} نبود.',
      'پیش از هر چیز یک پیام متنی JSON با type برابر "auth" و توکن بفرستید، بیشینه ۴ کیبی‌بایت.',
    ],
  },
  bearer_missing: {
    any: ['سرآیند Authorization تنها توکن را دارد، بدون واژهٔ Bearer.', 'بنویسید «Bearer»، یک فاصله و توکن.'],
    links2004: [
      'سرآیند Authorization تنها توکن را دارد: setAuthorization() با یک آرگومان خودش واژه‌ای نمی‌افزاید.',
      'setAuthorization("Bearer <token>") را با واژهٔ Bearer و پس از {begin}() صدا بزنید.',
    ],
  },
  bearer_doubled: {
    any: [
      'واژهٔ Bearer دو بار آمد: یک بار از برنامه و یک بار از کتابخانه یا تنظیمات.',
      'در تنظیمات تنها خود توکن را نگه دارید و Bearer را فقط در یک جا پیش از آن بنویسید.',
    ],
  },
  basic_instead: {
    any: [
      'سرآیند Authorization روشی جز Bearer دارد: احتمالاً نام و گذرواژه.',
      'برد توکن نشان می‌دهد: «Bearer»، یک فاصله و توکن.',
    ],
    links2004: [
      'سرآیند Authorization از نوع Basic است: setAuthorization() با دو آرگومان آن‌ها را نام و گذرواژه می‌گیرد.',
      'setAuthorization("Bearer <token>") را با یک آرگومان و پس از {begin}() صدا بزنید.',
    ],
  },
  token_quoted: {
    any: [
      'توکن در گیومه آمده است و گیومه‌ها بخشی از آن به شمار می‌آیند.',
      'توکن را بدون گیومه بفرستید: شاید از JSON نشانی ‎/public/tokens همراهش رونوشت شده‌اند.',
    ],
    ws: ['توکن در گیومه آمده است: پوسته آن‌ها را هم رد کرده است.', 'گیومه را دور همهٔ سرآیند بگذارید، نه دور توکن.'],
  },
  token_newline: {
    any: [
      'پس از توکن یک سطر تازه آمده و درخواست را از هم گسسته است.',
      'توکن را پس از خواندن از پرونده یا پایانه از فاصله و سطر تازه پاک کنید.',
    ],
    arduino: [
      'پس از توکن یک سطر تازه آمده و درخواست را از هم گسسته است: هر چه پس از آن است، Upgrade هم، به شمار نمی‌آید.',
      'پس از خواندن توکن از پرونده یا درگاه سریال و پیش از addHeader() تابع token.trim() را صدا بزنید.',
    ],
  },
  token_cut: {
    any: [
      'این توکن را Darvaza ساخته ولی کامل نیست: بخشی از آن افتاده است.',
      'توکن را کامل رونوشت کنید: تا ۹۶ نویسه با نقطه و خط تیره، که دوبار کلیک همه را برنمی‌گزیند؛ جای آن را هم به همین اندازه بگیرید.',
    ],
  },
  key_is_bytes: {
    any: [
      "‏Sec-WebSocket-Key به صورت b'…' نوشته شده: aiohttp در micropython-lib تا مه ۲۰۲۴ به جای متن، بایت می‌فرستاد.",
      'کتابخانه را دوباره نصب کنید: mpremote mip install aiohttp.',
    ],
  },
  token_unknown: {
    any: [
      errors.token_unknown[0],
      'توکنی از {base}/public/tokens بگیرید و کامل رونوشت کنید، یا از صاحب دروازه بخواهید.',
    ],
  },
  token_of_another_gateway: {
    any: [
      'توکن درست و کامل است ولی از دروازه‌ای دیگر، یا از همین دروازه پیش از عوض شدن پوشهٔ داده.',
      'از همین دروازه توکن بگیرید، {base}/public/tokens؛ اگر gateway.key گم شده، آن را از پشتیبان برگردانید.',
    ],
  },
  api_key_instead: {
    any: [
      'این کلیدِ آدم‌ها و برنامه‌ها یا رازِ یک پیوند است، به جای توکن برد.',
      'به برد توکن خودش را بدهید؛ و اگر شاید کسی آن کلید را دیده، باطلش کنید.',
    ],
  },
  token_wrong_kind: {
    any: [
      errors.token_wrong_kind[0],
      'توکن pico در ‎/ws/pico را باز می‌کند و توکن esp32cam در ‎/ws/esp32cam را؛ ‎/ws بدون X-Device-Type هر دو را می‌پذیرد.',
    ],
  },
  claim_expired: {
    any: [
      'توکن این برد برای تأیید خودکار کهنه است، پس برد در انتظار یک کلیک است.',
      'در صفحهٔ دروازه یا با npx darvaza device approve NAME تأییدش کنید. برد چیز تازه‌ای نمی‌خواهد.',
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
      'توکن تازه‌ای از {base}/public/tokens بگیرید، یا صاحب دروازه برد را بازگرداند: npx darvaza device restore NAME.',
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
      'دو برد یک توکن دارند، از {addresses}، و یکدیگر را بیرون می‌کنند.',
      'به هر برد توکن خودش را بدهید؛ اگر یکی از آن‌ها مال شما نیست، توکن را عوض کنید.',
    ],
  },
  wrong_path: {
    any: ['در {path} دری برای بردها نیست.', 'به ‎/ws/pico یا ‎/ws/esp32cam یا ‎/ws وصل شوید، با حروف کوچک: اینجا {url}.'],
  },
  plain_http: {
    any: [
      'به جایی که WebSocket گفته می‌شود درخواست ساده HTTP آمد: نشانی با http آغاز می‌شود یا برنامه صفحه می‌خواند.',
      'با یک برنامهٔ WebSocket به {url} وصل شوید.',
    ],
    curl: [
      'curl در را مانند یک صفحه خواست. برای گرفتن توکن خوب است؛ وصل شدن برنامهٔ WebSocket می‌خواهد.',
      'همهٔ راه را با npx darvaza check {base} --from-board بیازمایید، یا با wscat به {url} وصل شوید.',
    ],
    browser: [
      'مرورگری درِ بردها را مانند صفحه باز کرد.',
      'آدم‌ها به {base}/ بروند و برنامهٔ درون صفحه new WebSocket() به کار ببرد.',
    ],
  },
  proxy_dropped_upgrade: {
    any: [
      'درخواست WebSocket بدون سرآیند Upgrade رسید: پراکسی‌ای در راه آن را انداخته است.',
      'بگذارید پراکسی Upgrade و Connection را با HTTP/1.1 رد کند؛ npx darvaza check {base} --from-board نشان می‌دهد.',
    ],
  },
  tls_on_plain_port: {
    any: [
      errors.tls_on_plain_port[0],
      'اینجا با ws:// (و http:// برای صفحه‌ها) وصل شوید، یا با wss:// به درگاهی که ‎--tls-port باز می‌کند.',
    ],
  },
  plain_on_tls_port: {
    any: [errors.plain_on_tls_port[0], 'اینجا با wss:// (و https:// برای صفحه‌ها) وصل شوید، یا با ws:// به درگاه ساده.'],
  },
  headers_grown: {
    any: [
      'سرآیندهای یکسان {repeats} بار در یک درخواست آمدند ({lines} سطر): addHeader() پیش از هر connect() اجرا می‌شود و کتابخانه هیچ‌کدام را فراموش نمی‌کند.',
      'سطرهای addHeader() را از اتصال دوباره به setup() ببرید تا یک بار اجرا شوند؛ تا آن زمان راه‌اندازی دوباره پاکشان می‌کند.',
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
      'آنچه رسید درخواست HTTP نیست.',
      'سطرهای درخواست با CR و LF تمام می‌شوند، نام‌ها فاصله ندارند، و سطری خالی پایان آن‌هاست.',
    ],
  },
  frame_desync: {
    any: [
      'گام جریان به هم خورد: آنچه باید آغاز یک قاب باشد نیست.',
      'تنها از یک جا بفرستید، هر بار یک پیام کامل، و پس از نوشتنی که نیمه‌کاره ماند دوباره وصل شوید.',
    ],
    arduino: [
      'گام جریان به هم خورد: تصویری نیمه‌کاره ماند، از Wi-Fi ضعیف، از برق، یا از فرستادن از دو وظیفه.',
      'sendBinary() و send() را تنها از loop() صدا بزنید و اگر یکی false داد، ببندید و دوباره وصل شوید.',
    ],
    uwebsockets: [
      'گام جریان به هم خورد: روی سوکتی که مهلت دارد write() شاید تنها بخشی از قاب را بفرستد.',
      'هنگام فرستادن سوکت را مسدودشونده کنید، تنها از یک جا بفرستید، و اگر نوشتن ناکام ماند دوباره وصل شوید.',
    ],
  },
  fragment_broken: {
    any: [
      'پیامی تکه‌تکه آمد و تکه‌ها به هم نمی‌خورند.',
      'هر پیام را در یک قاب با FIN بفرستید: یک send() یا sendBinary()، بدون stream().',
    ],
  },
  message_too_large: {
    any: [
      'پیامی بزرگ‌تر از اندازهٔ پذیرفته بود: ۶۴ کیبی‌بایت از پیکو، ۲ مبی‌بایت از دوربین مگر ‎--max-frame چیز دیگری بگوید.',
      'هر بار کمتر بفرستید: خوانش‌ها یکی‌یکی، تصویرها کوچک‌تر یا با کیفیت کمتر؛ یا ‎--max-frame را بالا ببرید.',
    ],
    arduino: [
      'تصویری بزرگ‌تر از اندازهٔ پذیرفته بود: ۲ مبی‌بایت مگر ‎--max-frame چیز دیگری بگوید.',
      'frame_size کوچک‌تر یا عدد jpeg_quality بزرگ‌تر (یعنی کیفیت کمتر) برگزینید، یا ‎--max-frame را بالا ببرید.',
    ],
  },
  text_too_large: {
    any: [
      'یک پیام متنی بزرگ‌تر از ۶۴ کیبی‌بایت بود. خوانده نشد و اتصال ادامه دارد.',
      'تصویر را به صورت پیام دودویی بفرستید و متن بلند یا خوانش‌های بسیار را در چند پیام.',
    ],
  },
  too_many_messages: {
    any: [
      'برد بیش از آن پیام می‌فرستد که در دفتر رویدادها بماند: بیش از ۵۰ در ثانیه تنها شمرده می‌شود و نوشته نمی‌شود؛ از دوربین، هر چه جز تصویر بیش از ۲۰۰ در ثانیه باشد خوانده هم نمی‌شود. خوانش‌هایی که دریافتشان تأیید شد همه می‌مانند.',
      'کمتر گزارش بنویسید، یا تنها وقتی چیزی عوض می‌شود؛ اندازه‌ها را با sensor_data بفرستید.',
    ],
  },
  invalid_json: {
    any: [
      'برد متنی فرستاد که شیء JSON نیست. در دفتر رویدادها ماند و اثری نداشت.',
      'JSON را با کتابخانه بسازید نه با چسباندن رشته‌ها: گیومه، ویرگول و سطر تازه درون مقدارها آن را می‌شکنند.',
    ],
    arduino: [
      'برد متنی فرستاد که شیء JSON نیست. در دفتر رویدادها ماند و اثری نداشت.',
      'JSON را با ArduinoJson بسازید نه با چسباندن رشته‌ها: گیومه و سطر تازه درون مقدارها آن را می‌شکنند.',
    ],
  },
  not_jpeg: {
    any: [
      'برد پیامی دودویی فرستاد که JPEG کامل نیست: {looksLike}.',
      'هر پیام دودویی یک JPEG است، از FF D8 تا FF D9؛ هر چیز دیگر را به صورت متن JSON بفرستید.',
    ],
  },
  too_much_traffic: {
    any: errors.too_much_traffic,
  },
  silent: {
    any: errors.silent,
  },
}

export const looksLike: Readonly<Record<keyof typeof english, string>> = {
  empty: 'خالی است',
  cut: 'مانند آن آغاز می‌شود ولی مانند آن پایان نمی‌یابد',
  text: 'متن است',
  other: 'شاید پیکسل‌های خام',
}
