import { type Failure, failure, type Sentences } from './failure.ts'

/** What can be wrong with a request to the gateway. */
export const requestFailures = {
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
  path_too_long: failure(
    414,
    false,
    { en: 'The path of this request is longer than 8 KiB.', fa: 'مسیر این درخواست از ۸ کیبی‌بایت بلندتر است.' },
    {
      en: 'Send what is long in the body. Boards connect to /ws/pico, /ws/esp32cam or /ws.',
      fa: 'چیزهای بلند را در بدنهٔ درخواست بفرستید. بردها به ‎/ws/pico، ‎/ws/esp32cam یا ‎/ws وصل می‌شوند.',
    },
  ),
  too_many_headers: failure(
    431,
    false,
    {
      en: 'This request has more than 200 different headers.',
      fa: 'این درخواست بیش از ۲۰۰ سرآیند با نام‌های گوناگون دارد.',
    },
    {
      en: 'Send only the headers the request needs. Repeated ones are not counted.',
      fa: 'تنها سرآیندهایی را بفرستید که درخواست لازم دارد. سرآیندهای تکراری شمرده نمی‌شوند.',
    },
  ),
  token_too_long: failure(
    431,
    false,
    {
      en: 'The token, key or cookie in this request is longer than 1,024 characters.',
      fa: 'توکن، کلید یا کوکی این درخواست از ۱۰۲۴ نویسه بلندتر است.',
    },
    {
      en: 'Tokens of this gateway have fewer than 100 characters: copy the token once, and nothing else. In a browser, delete the cookies of this site.',
      fa: 'توکن‌های این دروازه کمتر از ۱۰۰ نویسه دارند: توکن را یک بار و بدون چیز دیگری رونوشت کنید. در مرورگر، کوکی‌های این وب‌گاه را پاک کنید.',
    },
    4001,
  ),
  shutting_down: failure(
    503,
    true,
    { en: 'The gateway is shutting down.', fa: 'دروازه در حال خاموش شدن است.' },
    { en: 'Try again in a few seconds.', fa: 'چند ثانیهٔ دیگر دوباره تلاش کنید.' },
    1001,
  ),
  store_unavailable: failure(
    503,
    true,
    {
      en: 'The gateway’s disk or database cannot do this at the moment.',
      fa: 'دیسک یا پایگاه دادهٔ دروازه اکنون از پس این کار برنمی‌آید.',
    },
    {
      en: 'Nothing was changed: try again later. Boards, live pictures and commands go on. The gateway’s log names the file and what to do.',
      fa: 'چیزی تغییر نکرد: بعداً دوباره تلاش کنید. بردها، تصویر زنده و فرمان‌ها کار می‌کنند. گزارش دروازه نام پرونده و چارهٔ کار را می‌گوید.',
    },
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
} as const satisfies Record<string, Failure>

/** `store_unavailable` of a change that holds already. */
export const notYetStored: Sentences = {
  message: {
    en: 'This is in force now, but could not be stored yet.',
    fa: 'این از همین حالا برقرار است، ولی هنوز ذخیره نشده است.',
  },
  hint: {
    en: 'It is stored as soon as the gateway’s disk can be written; a restart before that may undo it. The gateway’s log names the file and what to do.',
    fa: 'همین که دیسک دروازه نوشتنی شود ذخیره می‌شود؛ راه‌اندازی دوباره پیش از آن شاید آن را برگرداند. گزارش دروازه نام پرونده و چارهٔ کار را می‌گوید.',
  },
}
