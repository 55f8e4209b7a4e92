import type { FindingTexts } from '../finding-texts.ts'

export const findings: FindingTexts = {
  token_shared: {
    title: 'یک توکن، دو برد',
    needs: 'دو بردی که یکدیگر را بیرون کنند',
    say: ({ times = 0, addresses = 1 }, write) => ({
      sentence: 'برد دیگری هم با توکن این برد می‌آید.',
      evidence: [
        times > 0
          ? `${write.number(times)} بار تازه‌واردی با همین توکن جای این برد را گرفت، در حالی که این برد زنده بود و پاسخ می‌داد.`
          : 'دو نشانی زنده پی‌درپی یکدیگر را بیرون کردند.',
        addresses > 1 ? `از ${write.number(addresses)} نشانی آمدند.` : 'هر دو از یک نشانی آمدند.',
      ],
      remedy:
        'به این برد توکنی از آنِ خودش بدهید: توکن را عوض کنید، توکن تازه را روی برد درست بگذارید و توکن قدیمی را پایان دهید.',
    }),
  },
  brown_out: {
    title: 'افت ولتاژ',
    needs: 'راه‌اندازی دوباره، و فرمانی که جریان بکشد',
    say: ({ times = 0, of = 0, said = 0 }, write) => ({
      sentence:
        said > 0 ? 'تغذیه‌اش کم می‌آورد؛ خود برد چنین می‌گوید.' : 'هر بار که چیزی جریان می‌کشد، برد از نو راه می‌افتد.',
      evidence: [
        said > 0
          ? `${write.number(said)} بار علت راه‌اندازی را افت ولتاژ (brown-out) اعلام کرد.`
          : `${write.number(times)} بار از ${write.number(of)} راه‌اندازی، تا ۱۰ ثانیه پس از حرکت سروو یا فرمانی دیگر بود.`,
      ],
      remedy:
        'برای سرووها یا چراغ تغذیهٔ جداگانه (۵ ولت، ۲ آمپر) با زمین مشترک بگذارید، سیم را کوتاه و ضخیم کنید و خازنی از ۴۷۰ میکروفاراد به بالا نزدیک برد ببندید.',
    }),
  },
  rebooting: {
    title: 'راه‌اندازی دوباره',
    needs: '`uptime` یا `timestamp` در پیام‌های برد',
    say: ({ times = 0, everyMs = 0, regular = 0 }, write) => ({
      sentence:
        regular === 1
          ? `هر ${write.time(everyMs)} یک بار از نو راه می‌افتد.`
          : `پی‌درپی از نو راه می‌افتد، تقریباً هر ${write.time(everyMs)}.`,
      evidence: [`ساعتش ${write.number(times)} بار به عقب پرید، بی‌آن‌که کسی فرمانی داده باشد.`],
      remedy:
        regular === 1
          ? 'چنین نظمی کار یک زمان‌سنج است: دنبال نگهبانی (watchdog) بگردید که کسی خبرش نمی‌دهد، یا راه‌اندازی زمان‌بندی‌شده در برنامهٔ برد.'
          : 'نخست تغذیه را ببینید: آداپتوری دیگر، سیمی کوتاه‌تر. سپس گزارش سریال را برای panic یا watchdog.',
    }),
  },
  memory_leak: {
    title: 'نشت حافظه',
    needs: '`memory_free` در پیام‌های برد، ده دقیقه بدون راه‌اندازی دوباره',
    say: ({ from = 0, to = 0, overMs = 0, perHour = 0, emptyInMs = 0 }, write) => ({
      sentence: `حافظهٔ آزادش ساعتی ${write.bytes(perHour)} کم می‌شود و تا حدود ${write.time(emptyInMs)} دیگر تمام می‌شود.`,
      evidence: [
        `از ${write.bytes(from)} به ${write.bytes(to)} در ${write.time(overMs)}، یکنواخت و بدون راه‌اندازی دوباره.`,
      ],
      remedy:
        'چیزی در برنامه‌اش گرفته می‌شود و پس داده نمی‌شود: فهرستی که فقط بزرگ می‌شود، رشته‌هایی که در حلقه ساخته می‌شوند، سوکت‌هایی که بسته نمی‌شوند. تا پیدا شدنش، روزی یک بار از نو راهش بیندازید.',
    }),
  },
  idle_cut: {
    title: 'قطع در بیکاری',
    needs: 'سه قطعی همانند',
    say: ({ times = 0, idleMs = 0, heldMs = 0, held = 0, proxied = 0 }, write) => ({
      sentence:
        held === 1
          ? `چیزی در میان راه خط را پس از ${write.time(idleMs)} سکوت قطع می‌کند؛ دروازه اکنون زودتر سخن می‌گوید و خط برقرار می‌ماند.`
          : `چیزی در میان راه خط را پس از ${write.time(idleMs)} سکوت قطع می‌کند.`,
      evidence: [
        `${write.number(times)} بار خط بی‌خبر قطع شد، هر بار پس از همان ${write.time(idleMs)} سکوت، بی‌آن‌که برد از نو راه افتاده باشد.`,
        ...(heldMs > 0 ? [`از ${write.time(heldMs)} پیش که دروازه به‌موقع سخن می‌گوید، دیگر قطع نشده است.`] : []),
      ],
      remedy:
        proxied === 1
          ? 'مهلت بیکاری پراکسی را بالا ببرید: proxy_read_timeout و proxy_send_timeout در nginx، و timeout tunnel در HAProxy. برای بردها یک ساعت خوب است.'
          : 'اگر می‌توانید، مهلت بیکاری مودم، دیوار آتش یا سرویس‌دهندهٔ میان راه را بالا ببرید. تا آن زمان دروازه خط را زنده نگه می‌دارد.',
    }),
  },
  half_open: {
    title: 'بی‌خبر ناپدید می‌شود',
    needs: 'سه خطی که بی‌صدا شده باشند',
    say: ({ times = 0, unheardMs = 0 }, write) => ({
      sentence: 'بی‌خبر ناپدید می‌شود و خط قدیمی‌اش باز می‌ماند.',
      evidence: [`${write.number(times)} بار ${write.time(unheardMs)} هیچ صدایی نیامد تا خط رها شد یا برد بازگشت.`],
      remedy:
        'وای‌فای یا برقش قطع می‌شود. برد یا اکسس‌پوینت را جابه‌جا کنید، کانال را روی ۱، ۶ یا ۱۱ ثابت کنید و بگذارید برنامه پس از ۳۰ ثانیه سکوت دوباره تماس بگیرد.',
    }),
  },
  flapping: {
    title: 'می‌آید و می‌رود',
    needs: 'پنج بار پایان خط به دست خود برد',
    say: ({ times = 0, lastedMs = 0, code = 0 }, write) => ({
      sentence: 'خودش خط را می‌بندد و بازمی‌گردد، بارها و بارها.',
      evidence: [
        `${write.number(times)} بار پس از ${write.time(lastedMs)} خودش خط را بست؛ آخرین بار با کد ${write.number(code).replaceAll('٬', '')}.`,
        'در این میان از نو راه نیفتاد.',
      ],
      remedy:
        'برنامه‌اش عمداً خط را می‌بندد: در گزارشش ببینید پیش از آن چه می‌آید؛ اغلب مهلتی کوتاه‌تر از پیام‌های زنده‌مانی است.',
    }),
  },
  wifi_stalls: {
    title: 'صرفه‌جویی وای‌فای',
    needs: 'ده دقیقه پینگ',
    say: ({ times = 0, forMs = 0, worstMs = 0, everyMs = 0, share = 0 }, write) => ({
      sentence: `هست، ولی تقریباً هر ${write.time(everyMs)} یک بار ${write.time(forMs)} پاسخ نمی‌دهد: وای‌فایش می‌خوابد.`,
      evidence: [
        `${write.number(times)} وقفه، بلندترین ${write.time(worstMs)}؛ ${write.percent(share)} از زمانی که برخط بود.`,
        'هیچ‌کدام هنگام حرکت سروو نبود.',
      ],
      remedy:
        'صرفه‌جویی را خاموش کنید: در ESP32 با WiFi.setSleep(false) و در Pico W با wlan.config(pm=network.WLAN.PM_NONE).',
    }),
  },
  weak_signal: {
    title: 'سیگنال ضعیف',
    needs: '`rssi` در پیام‌های برد',
    say: ({ dbm = 0, least = 0 }, write) => ({
      sentence: `سیگنال وای‌فایش ضعیف است: ${write.number(dbm)} dBm.`,
      evidence: [
        `ضعیف‌ترین ${write.number(least)} dBm بود. بالاتر از ${write.number(-67)} خوب و پایین‌تر از ${write.number(-75)} نامطمئن است.`,
      ],
      remedy: 'برد یا یک اکسس‌پوینت را نزدیک‌تر بیاورید، آنتن را از فلز دور کنید یا آنتن بیرونی بگذارید.',
    }),
  },
  camera_starving: {
    title: 'دوربین تصویر نمی‌رساند',
    needs: 'ده دقیقه تصویر با یک تنظیم',
    say: ({ before = 0, now = 0, sizeBefore = 0, sizeNow = 0, dbm }, write) => ({
      sentence: `تصویرهایش در راه می‌مانند: ${write.number(now, 1)} در ثانیه به‌جای ${write.number(before, 1)}.`,
      evidence: [
        dbm === undefined ? 'در همین زمان خط وقفه دارد.' : `در همین زمان سیگنال ${write.number(dbm)} dBm است.`,
        ...(sizeNow < sizeBefore * 0.6 ? [`از ${write.bytes(sizeBefore)} به ${write.bytes(sizeNow)} کوچک شدند.`] : []),
      ],
      remedy: 'وای‌فایش را قوی‌تر کنید، یا کمتر بخواهید: اندازهٔ کوچک‌تر، کیفیت پایین‌تر، تصویر کمتر در ثانیه.',
    }),
  },
  desync: {
    title: 'جریان ناهماهنگ',
    needs: 'یک اتصال',
    say: ({ times = 0 }, write) => ({
      sentence: 'جریانش ناهماهنگ می‌شود: بایت‌هایی می‌رسند که وب‌سوکت نیستند.',
      evidence: [`${write.number(times)} بار خط به همین علت بسته شد (۱۰۰۲).`],
      remedy:
        'نوشتنی نیمه‌کاره مانده است: برنامه باید ببیند چند بایت پذیرفته شد و بقیه را بفرستد. ArduinoWebsockets اگر خط ۱۰ ثانیه پر باشد، تصویر را نیمه‌کاره رها می‌کند: تصویر کوچک‌تر یا کمتر بفرستید، یا سیگنال را قوی کنید.',
    }),
  },
  garbage: {
    title: 'پیام‌های ناخوانا',
    needs: 'پیام',
    say: ({ pieces = 0 }, write) => ({
      sentence: 'چیزهایی می‌فرستد که خوانده نمی‌شوند.',
      evidence: [`${write.number(pieces)} متن که JSON نیست، یا دادهٔ دودویی که تصویر نیست.`],
      remedy: 'JSON را با کتابخانه بسازید، نه با دست: یک گیومهٔ رهاشده بس است. از تصویرها فقط JPEG کامل بفرستید.',
    }),
  },
  clock_unset: {
    title: 'ساعت تنظیم‌نشده',
    needs: '`timestamp` در پیام‌های برد',
    say: ({ shows = 0, set = 0 }, write) => ({
      sentence: set === 1 ? 'ساعتش غلط است.' : 'ساعتش هرگز تنظیم نشده است.',
      evidence: [`می‌گوید ${write.date(shows)}. این‌جا چیزی به آن وابسته نیست: هر پیام زمان رسیدنش را دارد.`],
      remedy: 'اگر خود برد به ساعت نیاز دارد، بپرسد: پاسخ {"type":"time"} زمان UTC و منطقهٔ زمانی است.',
    }),
  },
}
