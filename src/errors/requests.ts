import { closeCodes } from '../protocol/close-codes.ts'
import { failureTable, type Sentences } from './failure.ts'

/** What can be wrong with a request to the gateway. */
export const requestFailures = failureTable({
  rate_limited: {
    status: 429,
    retry: true,
    en: ['Too many requests from this address.', 'Wait as long as the Retry-After header says, then try again.'],
    fa: [
      'درخواست‌ها از این نشانی بیش از اندازه است.',
      'به اندازه‌ای که سرآیند Retry-After می‌گوید صبر کنید و دوباره تلاش کنید.',
    ],
  },
  key_missing: {
    status: 401,
    retry: false,
    close: closeCodes.unauthorized,
    en: [
      'This needs an API key.',
      'Send "Authorization: Bearer <api key>". Make one on the gateway’s host: npx darvaza key create --role viewer.',
    ],
    fa: [
      'این کار کلید API می‌خواهد.',
      'سرآیند «Authorization: Bearer <api key>» را بفرستید. کلید را روی میزبان دروازه بسازید: npx darvaza key create --role viewer.',
    ],
  },
  key_unknown: {
    status: 401,
    retry: false,
    close: closeCodes.unauthorized,
    en: [
      'This API key is not known here.',
      'Copy it whole, or make a new one: npx darvaza key create --role viewer. Board tokens do not open the API.',
    ],
    fa: [
      'این کلید API اینجا شناخته نیست.',
      'آن را کامل رونوشت کنید یا تازه‌ای بسازید: npx darvaza key create --role viewer. توکن برد API را باز نمی‌کند.',
    ],
  },
  key_expired: {
    status: 401,
    retry: false,
    close: closeCodes.unauthorized,
    en: ['This API key has expired.', 'Make a new one: npx darvaza key create.'],
    fa: ['زمان این کلید API گذشته است.', 'تازه‌ای بسازید: npx darvaza key create.'],
  },
  forbidden: {
    status: 403,
    retry: false,
    en: ['Your role does not allow this.', 'Ask an owner to do it, or for a key with a higher role.'],
    fa: ['نقش شما این کار را اجازه نمی‌دهد.', 'از یک مالک بخواهید انجامش دهد یا کلیدی با نقش بالاتر بدهد.'],
  },
  tls_required: {
    status: 403,
    retry: false,
    en: [
      'Operators use the encrypted port of this gateway.',
      'Use the https:// address of the gateway; the plain port is for boards.',
    ],
    fa: [
      'متصدیان از درگاه رمزشدهٔ این دروازه استفاده می‌کنند.',
      'از نشانی https:// دروازه استفاده کنید؛ درگاه ساده برای بردهاست.',
    ],
  },
  foreign_origin: {
    status: 403,
    retry: false,
    en: [
      'Another site asked for this in your name.',
      'Use the gateway’s own address, or set --public-url to the address you use.',
    ],
    fa: [
      'وب‌گاه دیگری این را به نام شما خواست.',
      'نشانی خود دروازه را به کار ببرید، یا ‎--public-url را برابر نشانی خود بگذارید.',
    ],
  },
  not_found: {
    status: 404,
    retry: false,
    en: [
      'There is nothing at this address.',
      'Boards connect to /ws/pico, /ws/esp32cam or /ws; the API lives under /api.',
    ],
    fa: ['در این نشانی چیزی نیست.', 'بردها به ‎/ws/pico، ‎/ws/esp32cam یا ‎/ws وصل می‌شوند؛ API زیر ‎/api است.'],
  },
  method_not_allowed: {
    status: 405,
    retry: false,
    en: ['This address does not take this method.', 'See the Allow header.'],
    fa: ['این نشانی این متد را نمی‌پذیرد.', 'سرآیند Allow را ببینید.'],
  },
  invalid_request: {
    status: 400,
    retry: false,
    en: [
      'Something in the request is not as it should be.',
      'The field "issues" names each part and what it should be.',
    ],
    fa: ['چیزی در درخواست درست نیست.', 'فیلد «issues» هر بخش نادرست و شکل درست آن را نام می‌برد.'],
  },
  invalid_json: {
    status: 400,
    retry: false,
    en: ['The body is not valid JSON.', 'Check quotes and commas; send Content-Type: application/json.'],
    fa: ['بدنهٔ درخواست JSON معتبر نیست.', 'گیومه‌ها و ویرگول‌ها را بررسی کنید و Content-Type: application/json بفرستید.'],
  },
  body_too_large: {
    status: 413,
    retry: false,
    en: ['The body is larger than this address takes.', 'Send at most 64 KiB of JSON.'],
    fa: ['بدنهٔ درخواست از اندازهٔ مجاز بزرگ‌تر است.', 'بیش از ۶۴ کیبی‌بایت JSON نفرستید.'],
  },
  path_too_long: {
    status: 414,
    retry: false,
    en: [
      'The path of this request is longer than 8 KiB.',
      'Send what is long in the body. Boards connect to /ws/pico, /ws/esp32cam or /ws.',
    ],
    fa: [
      'مسیر این درخواست از ۸ کیبی‌بایت بلندتر است.',
      'چیزهای بلند را در بدنهٔ درخواست بفرستید. بردها به ‎/ws/pico، ‎/ws/esp32cam یا ‎/ws وصل می‌شوند.',
    ],
  },
  too_many_headers: {
    status: 431,
    retry: false,
    en: [
      'This request has more than 200 different headers.',
      'Send only the headers the request needs. Repeated ones are not counted.',
    ],
    fa: [
      'این درخواست بیش از ۲۰۰ سرآیند با نام‌های گوناگون دارد.',
      'تنها سرآیندهایی را بفرستید که درخواست لازم دارد. سرآیندهای تکراری شمرده نمی‌شوند.',
    ],
  },
  token_too_long: {
    status: 431,
    retry: false,
    close: closeCodes.unauthorized,
    en: [
      'The token, key or cookie in this request is longer than 1,024 characters.',
      'Tokens of this gateway have fewer than 100 characters: copy the token once, and nothing else. In a browser, delete the cookies of this site.',
    ],
    fa: [
      'توکن، کلید یا کوکی این درخواست از ۱۰۲۴ نویسه بلندتر است.',
      'توکن‌های این دروازه کمتر از ۱۰۰ نویسه دارند: توکن را یک بار و بدون چیز دیگری رونوشت کنید. در مرورگر، کوکی‌های این وب‌گاه را پاک کنید.',
    ],
  },
  shutting_down: {
    status: 503,
    retry: true,
    close: closeCodes.goingAway,
    en: ['The gateway is shutting down.', 'Try again in a few seconds.'],
    fa: ['دروازه در حال خاموش شدن است.', 'چند ثانیهٔ دیگر دوباره تلاش کنید.'],
  },
  store_unavailable: {
    status: 503,
    retry: true,
    en: [
      'The gateway’s disk or database cannot do this at the moment.',
      'Nothing was changed: try again later. Boards, live pictures and commands go on. The gateway’s log names the file and what to do.',
    ],
    fa: [
      'دیسک یا پایگاه دادهٔ دروازه اکنون از پس این کار برنمی‌آید.',
      'چیزی تغییر نکرد: بعداً دوباره تلاش کنید. بردها، تصویر زنده و فرمان‌ها کار می‌کنند. گزارش دروازه نام پرونده و چارهٔ کار را می‌گوید.',
    ],
  },
  internal: {
    status: 500,
    retry: true,
    close: closeCodes.internal,
    en: ['The gateway failed to do this.', 'Nothing was half done. The gateway’s log says more.'],
    fa: ['دروازه نتوانست این کار را انجام دهد.', 'چیزی نیمه‌کاره نماند. گزارش دروازه بیشتر می‌گوید.'],
  },
})

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
