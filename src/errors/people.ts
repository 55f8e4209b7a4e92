import { closeCodes } from '../protocol/close-codes.ts'
import { failureTable } from './failure.ts'

/** What can be wrong with people's accounts and with their pages. */
export const peopleFailures = failureTable({
  session_missing: {
    status: 401,
    retry: false,
    close: closeCodes.unauthorized,
    en: ['Nobody is signed in here.', 'Sign in on the dashboard; sessions end after 30 days.'],
    fa: ['اینجا کسی وارد نشده است.', 'در داشبورد وارد شوید؛ نشست‌ها پس از ۳۰ روز پایان می‌یابند.'],
  },
  access_changed: {
    status: 401,
    retry: true,
    close: closeCodes.unauthorized,
    en: [
      'Your role or what you may reach has changed.',
      'Nothing to do: the page connects again with what you may do now.',
    ],
    fa: [
      'نقش شما یا آنچه به آن دسترسی دارید عوض شده است.',
      'کاری لازم نیست: صفحه با دسترسی تازهٔ شما دوباره وصل می‌شود.',
    ],
  },
  pages_too_many: {
    status: 429,
    retry: false,
    close: closeCodes.pagesTooMany,
    en: [
      'This page rests: you have opened the dashboard in too many others since.',
      'Choose “Use it here”, or close some of them. An owner can raise the limit: --limits pagesPerPerson=100.',
    ],
    fa: [
      'این صفحه کنار گذاشته شد، چون داشبورد را در صفحه‌های زیادی باز کرده‌اید.',
      '«همین‌جا ادامه بده» را بزنید یا چندتایشان را ببندید. صاحب دروازه می‌تواند حد را بالا ببرد: ⁦--limits pagesPerPerson=100⁩.',
    ],
  },
  sign_in_paused: {
    status: 429,
    retry: true,
    en: [
      'There were many attempts to sign in to this account. Devices it does not know have to wait.',
      'Use a browser in which you have signed in before, or a passkey; else wait as long as the Retry-After header says. An owner can make a link on the gateway’s host: npx darvaza owner reset.',
    ],
    fa: [
      'تلاش‌های زیادی برای ورود به این حساب شده است. دستگاه‌هایی که حساب آن‌ها را نمی‌شناسد باید صبر کنند.',
      'از مرورگری که پیش‌تر در آن وارد شده‌اید یا از کلید عبور استفاده کنید؛ وگرنه به اندازه‌ای که سرآیند Retry-After می‌گوید صبر کنید. مالک می‌تواند روی میزبان دروازه پیوند تازه بسازد: npx darvaza owner reset.',
    ],
  },
  sign_in_busy: {
    status: 503,
    retry: true,
    en: [
      'Too many are signing in at this moment.',
      'Nothing was checked. Wait as long as the Retry-After header says, then try again.',
    ],
    fa: [
      'در این لحظه افراد زیادی در حال ورودند.',
      'چیزی بررسی نشد. به اندازه‌ای که سرآیند Retry-After می‌گوید صبر کنید و دوباره تلاش کنید.',
    ],
  },
  setup_code_invalid: {
    status: 401,
    retry: false,
    en: [
      'This link was used, is older than an hour, or was never given out.',
      'Make a new one on the gateway’s host: npx darvaza owner reset.',
    ],
    fa: [
      'این پیوند به کار رفته، از یک ساعت گذشته، یا هرگز داده نشده است.',
      'تازه‌ای روی میزبان دروازه بسازید: npx darvaza owner reset.',
    ],
  },
  invitation_invalid: {
    status: 401,
    retry: false,
    en: [
      'This invitation was used, is older than seven days, or was taken back.',
      'Ask the owner to remove you and to invite you again.',
    ],
    fa: [
      'این دعوت به کار رفته، از هفت روز گذشته، یا پس گرفته شده است.',
      'از مالک بخواهید شما را حذف و دوباره دعوت کند.',
    ],
  },
  password_weak: {
    status: 400,
    retry: false,
    en: [
      'This password is too short, or too much the same.',
      'Take at least 12 characters that do not repeat or count up: four words do well.',
    ],
    fa: [
      'این گذرواژه کوتاه یا پر از تکرار است.',
      'دست‌کم ۱۲ نویسه بنویسید که تکراری یا پشت سر هم نباشند: چهار واژه خوب است.',
    ],
  },
  person_not_found: {
    status: 404,
    retry: false,
    en: ['There is no such person.', 'GET /api/people lists everybody.'],
    fa: ['چنین کسی نیست.', 'GET /api/people همه را نشان می‌دهد.'],
  },
  email_taken: {
    status: 409,
    retry: false,
    en: ['Somebody already has this e-mail address.', 'Use another one, or change the person who has it.'],
    fa: ['این نشانی رایانامه از آنِ کس دیگری است.', 'نشانی دیگری به کار ببرید یا دارندهٔ آن را تغییر دهید.'],
  },
  last_owner: {
    status: 409,
    retry: false,
    en: ['This is the last owner of the whole house.', 'Make somebody else an owner without limits first.'],
    fa: ['این آخرین مالک کل خانه است.', 'نخست کس دیگری را مالک بی‌محدودیت کنید.'],
  },
  accounts_unavailable: {
    status: 503,
    retry: true,
    en: [
      'Signing in and changing accounts do not work at the moment.',
      'Try again in a minute. Boards and pages that are open go on. The gateway’s log says why.',
    ],
    fa: [
      'اکنون نمی‌توان وارد شد یا حساب‌ها را تغییر داد.',
      'یک دقیقهٔ دیگر دوباره تلاش کنید. بردها و صفحه‌های باز کار می‌کنند. گزارش دروازه دلیلش را می‌گوید.',
    ],
  },
  dashboard_not_built: {
    status: 503,
    retry: true,
    en: [
      'The dashboard is not built yet. Boards, the API and the command line work without it.',
      'npm start builds it. By hand, in the program’s folder: sh bin/with-node scripts/build-dashboard.ts',
    ],
    fa: [
      'داشبورد هنوز ساخته نشده است. بردها، API و خط فرمان بدون آن هم کار می‌کنند.',
      'npm start آن را می‌سازد. به دست، در پوشهٔ برنامه: sh bin/with-node scripts/build-dashboard.ts',
    ],
  },
  simulation_failed: {
    status: 500,
    retry: true,
    en: ['The simulated boards could not be started.', 'The gateway’s log says why.'],
    fa: ['بردهای شبیه‌سازی‌شده راه نیفتادند.', 'گزارش دروازه دلیلش را می‌گوید.'],
  },
})
