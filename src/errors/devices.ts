import { type Failure, failure } from './failure.ts'

/** What can be wrong with acting on a device, steering or watching it. */
export const deviceFailures = {
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
