import { failures } from '../../../errors/errors.ts'
import { type KnowledgeRow, knowledgeRow } from '../knowledge-row.ts'

/** The board got in, and then something broke. */
export const messages: readonly KnowledgeRow[] = [
  knowledgeRow(
    'frame_desync',
    'any',
    {
      en: 'The stream lost its step: what should be the head of a frame is none.',
      fa: 'گام جریان به هم خورد: آنچه باید آغاز یک قاب باشد نیست.',
    },
    {
      en: 'Send from one task only, one whole message at a time, and connect again after a write that failed half way.',
      fa: 'تنها از یک جا بفرستید، هر بار یک پیام کامل، و پس از نوشتنی که نیمه‌کاره ماند دوباره وصل شوید.',
    },
    `if (!sent) { client.close(); reconnect(); }   // never go on in the middle of a frame`,
  ),
  knowledgeRow(
    'frame_desync',
    'arduino',
    {
      en: 'The stream lost its step: a picture was cut off in the middle, by weak Wi-Fi, by power, or by sending from two tasks.',
      fa: 'گام جریان به هم خورد: تصویری نیمه‌کاره ماند، از Wi-Fi ضعیف، از برق، یا از فرستادن از دو وظیفه.',
    },
    {
      en: 'Call sendBinary() and send() from loop() only, and when one returns false, close and connect again.',
      fa: 'sendBinary() و send() را تنها از loop() صدا بزنید و اگر یکی false داد، ببندید و دوباره وصل شوید.',
    },
    `if (!client.sendBinary((const char *)fb->buf, fb->len)) {
  client.close();                              // the rest of the frame is lost
  client.connect("{url}");
}`,
  ),
  knowledgeRow(
    'frame_desync',
    'uwebsockets',
    {
      en: 'The stream lost its step: on a socket with a time limit, write() may send only a part of a frame.',
      fa: 'گام جریان به هم خورد: روی سوکتی که مهلت دارد write() شاید تنها بخشی از قاب را بفرستد.',
    },
    {
      en: 'Set the socket blocking while sending, send from one task only, and connect again when a write fails.',
      fa: 'هنگام فرستادن سوکت را مسدودشونده کنید، تنها از یک جا بفرستید، و اگر نوشتن ناکام ماند دوباره وصل شوید.',
    },
    `ws.sock.setblocking(True)
ws.send(text)
ws.sock.settimeout(0.1)   # only for reading`,
  ),
  knowledgeRow(
    'fragment_broken',
    'any',
    {
      en: 'A message came in fragments that do not fit together.',
      fa: 'پیامی تکه‌تکه آمد و تکه‌ها به هم نمی‌خورند.',
    },
    {
      en: 'Send each message in one frame, with FIN set: one send() or sendBinary(), no stream().',
      fa: 'هر پیام را در یک قاب با FIN بفرستید: یک send() یا sendBinary()، بدون stream().',
    },
    'client.sendBinary((const char *)fb->buf, fb->len);   // one message, one frame',
  ),
  knowledgeRow(
    'message_too_large',
    'any',
    {
      en: 'A message was larger than the gateway takes: 64 KiB from a Pico, 2 MiB from a camera unless --max-frame says otherwise.',
      fa: 'پیامی بزرگ‌تر از اندازهٔ پذیرفته بود: ۶۴ کیبی‌بایت از پیکو، ۲ مبی‌بایت از دوربین مگر ‎--max-frame چیز دیگری بگوید.',
    },
    {
      en: 'Send less at a time: readings one by one, pictures smaller or with a lower quality; or raise --max-frame.',
      fa: 'هر بار کمتر بفرستید: خوانش‌ها یکی‌یکی، تصویرها کوچک‌تر یا با کیفیت کمتر؛ یا ‎--max-frame را بالا ببرید.',
    },
    'for reading in readings:\n    ws.send(json.dumps(reading))   # one at a time',
  ),
  knowledgeRow(
    'message_too_large',
    'arduino',
    {
      en: 'A picture was larger than the gateway takes: 2 MiB unless --max-frame says otherwise.',
      fa: 'تصویری بزرگ‌تر از اندازهٔ پذیرفته بود: ۲ مبی‌بایت مگر ‎--max-frame چیز دیگری بگوید.',
    },
    {
      en: 'Choose a smaller frame_size or a higher jpeg_quality number (which means less quality), or raise --max-frame.',
      fa: 'frame_size کوچک‌تر یا عدد jpeg_quality بزرگ‌تر (یعنی کیفیت کمتر) برگزینید، یا ‎--max-frame را بالا ببرید.',
    },
    `config.frame_size = FRAMESIZE_SVGA;
config.jpeg_quality = 12;`,
  ),
  knowledgeRow(
    'text_too_large',
    'any',
    {
      en: 'A text message was larger than 64 KiB. It was not read, and the connection goes on.',
      fa: 'یک پیام متنی بزرگ‌تر از ۶۴ کیبی‌بایت بود. خوانده نشد و اتصال ادامه دارد.',
    },
    {
      en: 'Send pictures as binary messages, and long texts or many readings in several messages.',
      fa: 'تصویر را به صورت پیام دودویی بفرستید و متن بلند یا خوانش‌های بسیار را در چند پیام.',
    },
    `client.sendBinary((const char *)fb->buf, fb->len);   // not as Base64 in a text`,
  ),
  knowledgeRow(
    'too_many_messages',
    'any',
    {
      en: 'The board sends more messages than the journal keeps: above 50 a second they are counted, not written down; of a camera, what is above 200 a second beside its pictures is not read at all. Readings that were acknowledged are all kept.',
      fa: 'برد بیش از آن پیام می‌فرستد که در دفتر رویدادها بماند: بیش از ۵۰ در ثانیه تنها شمرده می‌شود و نوشته نمی‌شود؛ از دوربین، هر چه جز تصویر بیش از ۲۰۰ در ثانیه باشد خوانده هم نمی‌شود. خوانش‌هایی که دریافتشان تأیید شد همه می‌مانند.',
    },
    {
      en: 'Log less often, or only when something changes; send measurements as sensor_data.',
      fa: 'کمتر گزارش بنویسید، یا تنها وقتی چیزی عوض می‌شود؛ اندازه‌ها را با sensor_data بفرستید.',
    },
    `if state != last_state:\n    ws.send(json.dumps({"type": "log", "message": state}))`,
  ),
  knowledgeRow(
    'invalid_json',
    'any',
    {
      en: 'The board sent text that is not a JSON object. It was kept in the journal, and had no effect.',
      fa: 'برد متنی فرستاد که شیء JSON نیست. در دفتر رویدادها ماند و اثری نداشت.',
    },
    {
      en: 'Make JSON with a library, not by gluing strings: quotes, commas and line breaks inside values are what breaks.',
      fa: 'JSON را با کتابخانه بسازید نه با چسباندن رشته‌ها: گیومه، ویرگول و سطر تازه درون مقدارها آن را می‌شکنند.',
    },
    `ws.send(json.dumps({"type": "log", "message": text}))`,
  ),
  knowledgeRow(
    'invalid_json',
    'arduino',
    {
      en: 'The board sent text that is not a JSON object. It was kept in the journal, and had no effect.',
      fa: 'برد متنی فرستاد که شیء JSON نیست. در دفتر رویدادها ماند و اثری نداشت.',
    },
    {
      en: 'Make JSON with ArduinoJson, not by gluing strings: quotes and line breaks inside values are what breaks.',
      fa: 'JSON را با ArduinoJson بسازید نه با چسباندن رشته‌ها: گیومه و سطر تازه درون مقدارها آن را می‌شکنند.',
    },
    `JsonDocument doc;
doc["type"] = "log";
doc["message"] = text;
String out;
serializeJson(doc, out);
client.send(out);`,
  ),
  knowledgeRow(
    'not_jpeg',
    'any',
    {
      en: 'The board sent a binary message that is no whole JPEG: {looksLike}.',
      fa: 'برد پیامی دودویی فرستاد که JPEG کامل نیست: {looksLike}.',
    },
    {
      en: 'A binary message is one JPEG, from FF D8 to FF D9; everything else goes as JSON text.',
      fa: 'هر پیام دودویی یک JPEG است، از FF D8 تا FF D9؛ هر چیز دیگر را به صورت متن JSON بفرستید.',
    },
    `config.pixel_format = PIXFORMAT_JPEG;                    // not RGB565, not GRAYSCALE
client.sendBinary((const char *)fb->buf, fb->len);       // all of it: fb->len, not sizeof`,
  ),
  knowledgeRow(
    'too_much_traffic',
    'any',
    failures.too_much_traffic.message,
    failures.too_much_traffic.hint,
    'npx darvaza device approve NAME',
  ),
  knowledgeRow(
    'silent',
    'any',
    failures.silent.message,
    failures.silent.hint,
    'npx darvaza journal --kind connection --device NAME',
  ),
]
