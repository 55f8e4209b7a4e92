import { codeExample, type KnowledgeRow, knowledgeRow } from '../knowledge-row.ts'

/** A token came, but not as it should be written. */
export const misspeltHeaders: readonly KnowledgeRow[] = [
  knowledgeRow(
    'bearer_missing',
    'any',
    {
      en: 'The Authorization header holds the token alone, without the word Bearer.',
      fa: 'سرآیند Authorization تنها توکن را دارد، بدون واژهٔ Bearer.',
    },
    {
      en: 'Write "Bearer", one space, and the token.',
      fa: 'بنویسید «Bearer»، یک فاصله و توکن.',
    },
    codeExample,
  ),
  knowledgeRow(
    'bearer_missing',
    'links2004',
    {
      en: 'The Authorization header holds the token alone: setAuthorization() with one argument adds no word of its own.',
      fa: 'سرآیند Authorization تنها توکن را دارد: setAuthorization() با یک آرگومان خودش واژه‌ای نمی‌افزاید.',
    },
    {
      en: 'Call setAuthorization("Bearer <token>") with the word Bearer, after {begin}().',
      fa: 'setAuthorization("Bearer <token>") را با واژهٔ Bearer و پس از {begin}() صدا بزنید.',
    },
    codeExample,
  ),
  knowledgeRow(
    'bearer_doubled',
    'any',
    {
      en: 'The word Bearer came twice: once from the program, once from the library or the settings.',
      fa: 'واژهٔ Bearer دو بار آمد: یک بار از برنامه و یک بار از کتابخانه یا تنظیمات.',
    },
    {
      en: 'Keep the bare token in the settings, and write Bearer before it in one place only.',
      fa: 'در تنظیمات تنها خود توکن را نگه دارید و Bearer را فقط در یک جا پیش از آن بنویسید.',
    },
    codeExample,
  ),
  knowledgeRow(
    'basic_instead',
    'any',
    {
      en: 'The Authorization header says another scheme than Bearer: a name and a password, probably.',
      fa: 'سرآیند Authorization روشی جز Bearer دارد: احتمالاً نام و گذرواژه.',
    },
    {
      en: 'Boards show a token: "Bearer", one space, and the token.',
      fa: 'برد توکن نشان می‌دهد: «Bearer»، یک فاصله و توکن.',
    },
    codeExample,
  ),
  knowledgeRow(
    'basic_instead',
    'links2004',
    {
      en: 'The Authorization header says Basic: setAuthorization() with two arguments takes them for a name and a password.',
      fa: 'سرآیند Authorization از نوع Basic است: setAuthorization() با دو آرگومان آن‌ها را نام و گذرواژه می‌گیرد.',
    },
    {
      en: 'Call setAuthorization("Bearer <token>") with one argument, after {begin}().',
      fa: 'setAuthorization("Bearer <token>") را با یک آرگومان و پس از {begin}() صدا بزنید.',
    },
    codeExample,
  ),
  knowledgeRow(
    'token_quoted',
    'any',
    {
      en: 'The token stands in quotation marks, which are taken for a part of it.',
      fa: 'توکن در گیومه آمده است و گیومه‌ها بخشی از آن به شمار می‌آیند.',
    },
    {
      en: 'Send the token without quotes: perhaps they were copied along from the JSON of /public/tokens.',
      fa: 'توکن را بدون گیومه بفرستید: شاید از JSON نشانی ‎/public/tokens همراهش رونوشت شده‌اند.',
    },
    `token = json.loads(answer)["pico_tokens"][0]   # read the JSON, do not cut it
settings: TOKEN=YOUR_TOKEN                      # no quotes where the file is not code`,
  ),
  knowledgeRow(
    'token_quoted',
    'ws',
    {
      en: 'The token stands in quotation marks: the shell passed them on.',
      fa: 'توکن در گیومه آمده است: پوسته آن‌ها را هم رد کرده است.',
    },
    {
      en: 'Put the quotes around the whole header, not around the token.',
      fa: 'گیومه را دور همهٔ سرآیند بگذارید، نه دور توکن.',
    },
    codeExample,
  ),
  knowledgeRow(
    'token_newline',
    'any',
    {
      en: 'A line break follows the token and tears the request apart.',
      fa: 'پس از توکن یک سطر تازه آمده و درخواست را از هم گسسته است.',
    },
    {
      en: 'Trim the token after reading it from a file or a terminal.',
      fa: 'توکن را پس از خواندن از پرونده یا پایانه از فاصله و سطر تازه پاک کنید.',
    },
    `token = open("token.txt").read().strip()      # Python, MicroPython
token.trim();                                  // Arduino: after readStringUntil()
TOKEN=$(tr -d '\\r\\n' < token.txt)              # shell`,
  ),
  knowledgeRow(
    'token_newline',
    'arduino',
    {
      en: 'A line break follows the token and tears the request apart: what stands behind it, Upgrade included, never counts.',
      fa: 'پس از توکن یک سطر تازه آمده و درخواست را از هم گسسته است: هر چه پس از آن است، Upgrade هم، به شمار نمی‌آید.',
    },
    {
      en: 'Call token.trim() after reading it from a file or the serial port, before addHeader().',
      fa: 'پس از خواندن توکن از پرونده یا درگاه سریال و پیش از addHeader() تابع token.trim() را صدا بزنید.',
    },
    `String token = file.readStringUntil('\\n');
token.trim();
client.addHeader("Authorization", "Bearer " + token);`,
  ),
  knowledgeRow(
    'token_cut',
    'any',
    {
      en: 'The token is one of Darvaza’s, but not whole: a part of it is missing.',
      fa: 'این توکن را Darvaza ساخته ولی کامل نیست: بخشی از آن افتاده است.',
    },
    {
      en: 'Copy the whole token: up to 96 characters with dots and dashes, which a double click does not select; make buffers that large.',
      fa: 'توکن را کامل رونوشت کنید: تا ۹۶ نویسه با نقطه و خط تیره، که دوبار کلیک همه را برنمی‌گزیند؛ جای آن را هم به همین اندازه بگیرید.',
    },
    `char token[97];  // 96 and the final zero
curl -s {base}/public/tokens  # a fresh one, whole`,
  ),
  knowledgeRow(
    'key_is_bytes',
    'any',
    {
      en: "The Sec-WebSocket-Key is written as b'…': micropython-lib aiohttp of before May 2024 puts bytes where text belongs.",
      fa: "‏Sec-WebSocket-Key به صورت b'…' نوشته شده: aiohttp در micropython-lib تا مه ۲۰۲۴ به جای متن، بایت می‌فرستاد.",
    },
    {
      en: 'Install the library anew: mpremote mip install aiohttp.',
      fa: 'کتابخانه را دوباره نصب کنید: mpremote mip install aiohttp.',
    },
    `mpremote mip install aiohttp

# or in aiohttp_ws.py:
headers["Sec-WebSocket-Key"] = str(key, "utf-8")`,
  ),
]
