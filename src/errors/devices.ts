import { failureTable } from './failure.ts'

/** What can be wrong with acting on a device, steering or watching it. */
export const deviceFailures = failureTable({
  device_not_found: {
    status: 404,
    retry: false,
    en: ['There is no such device.', 'darvaza device list shows the devices you can reach, with names and ids.'],
    fa: ['چنین دستگاهی نیست.', 'darvaza device list دستگاه‌هایی را که به آن‌ها دسترسی دارید با نام و شناسه نشان می‌دهد.'],
  },
  device_offline: {
    status: 409,
    retry: true,
    en: ['The device is not connected.', 'Wait until it is back; its journal says when and why it left.'],
    fa: ['دستگاه وصل نیست.', 'صبر کنید تا برگردد؛ گزارش آن می‌گوید کی و چرا رفت.'],
  },
  device_pending: {
    status: 409,
    retry: false,
    en: ['The device still waits for approval.', 'Approve it first: darvaza device approve NAME.'],
    fa: ['دستگاه هنوز در انتظار تأیید است.', 'نخست تأییدش کنید: darvaza device approve NAME.'],
  },
  device_contested: {
    status: 409,
    retry: false,
    en: [
      'Two boards are using this device’s token, so steering is paused.',
      'Confirm that all is well (POST …/confirm), or rotate the token so that only one board has it.',
    ],
    fa: [
      'دو برد از توکن این دستگاه استفاده می‌کنند، پس هدایت متوقف است.',
      'تأیید کنید که مشکلی نیست (POST …/confirm)، یا توکن را عوض کنید تا تنها یک برد آن را داشته باشد.',
    ],
  },
  changed_since_seen: {
    status: 409,
    retry: false,
    en: [
      'Another connection used this claim since you looked.',
      'Look at the board again, then approve the connection you see.',
    ],
    fa: [
      'از وقتی نگاه کردید، اتصال دیگری از این توکن استفاده کرده است.',
      'دوباره به برد نگاه کنید و سپس اتصالی را که می‌بینید تأیید کنید.',
    ],
  },
  wrong_state: {
    status: 409,
    retry: false,
    en: ['The device is not in a state where this makes sense.', 'Look at its state first: darvaza device show NAME.'],
    fa: ['دستگاه در وضعیتی نیست که این کار معنا داشته باشد.', 'نخست وضعیتش را ببینید: darvaza device show NAME.'],
  },
  name_taken: {
    status: 409,
    retry: false,
    en: ['Another device already has this name.', 'Choose another name.'],
    fa: ['دستگاه دیگری این نام را دارد.', 'نام دیگری برگزینید.'],
  },
  name_invalid: {
    status: 400,
    retry: false,
    en: ['This cannot be a name.', 'Names are 1 to 64 characters from A-Z a-z 0-9 : . _ - and do not start with "d_".'],
    fa: ['این نمی‌تواند نام باشد.', 'نام‌ها ۱ تا ۶۴ نویسه از A-Z a-z 0-9 : . _ - دارند و با «d_» آغاز نمی‌شوند.'],
  },

  ack_timeout: {
    status: 504,
    retry: true,
    en: [
      'The board did not acknowledge the command in time.',
      'It may still be moving, or its Wi-Fi stalls. The command may yet be carried out.',
    ],
    fa: ['برد فرمان را به‌موقع تأیید نکرد.', 'شاید هنوز در حرکت است یا Wi-Fi آن کند است. ممکن است فرمان هنوز اجرا شود.'],
  },
  superseded: {
    status: 409,
    retry: false,
    en: [
      'A newer command took this one’s place before it was sent.',
      'Nothing to do: the newer command is on its way.',
    ],
    fa: ['فرمان تازه‌تری پیش از ارسال، جای این یکی را گرفت.', 'کاری لازم نیست: فرمان تازه‌تر در راه است.'],
  },
  command_expired: {
    status: 409,
    retry: true,
    en: ['The command became too old before it could be sent.', 'Send it again if you still mean it.'],
    fa: ['فرمان پیش از آن‌که بتوان فرستاد کهنه شد.', 'اگر هنوز می‌خواهید، دوباره بفرستید.'],
  },
  lease_held: {
    status: 409,
    retry: true,
    en: ['Somebody else is steering this device.', 'Ask them to hand it over, or wait until they let go.'],
    fa: ['کس دیگری این دستگاه را هدایت می‌کند.', 'از او بخواهید واگذار کند یا صبر کنید تا رها کند.'],
  },
  angle_unknown: {
    status: 400,
    retry: false,
    en: [
      'One angle is missing, and the gateway does not know where that servo stands.',
      'Send both servo1 and servo2 the first time.',
    ],
    fa: ['یک زاویه نیامده و دروازه نمی‌داند آن سروو کجاست.', 'بار نخست هر دو servo1 و servo2 را بفرستید.'],
  },
  no_frame: {
    status: 404,
    retry: true,
    en: [
      'This device has sent no frame yet.',
      'Wait for its first picture; after a start of the gateway that takes a moment.',
    ],
    fa: ['این دستگاه هنوز قابی نفرستاده است.', 'منتظر نخستین تصویر بمانید؛ پس از آغاز به کار دروازه کمی زمان می‌برد.'],
  },
})
