import { type Failure, failure } from './failure.ts'

/** What can be wrong with people's accounts and with their pages. */
export const peopleFailures = {
  session_missing: failure(
    401,
    false,
    { en: 'Nobody is signed in here.', fa: 'اینجا کسی وارد نشده است.' },
    {
      en: 'Sign in on the dashboard; sessions end after 30 days.',
      fa: 'در داشبورد وارد شوید؛ نشست‌ها پس از ۳۰ روز پایان می‌یابند.',
    },
    4001,
  ),
  access_changed: failure(
    401,
    true,
    { en: 'Your role or what you may reach has changed.', fa: 'نقش شما یا آنچه به آن دسترسی دارید عوض شده است.' },
    {
      en: 'Nothing to do: the page connects again with what you may do now.',
      fa: 'کاری لازم نیست: صفحه با دسترسی تازهٔ شما دوباره وصل می‌شود.',
    },
    4001,
  ),
  pages_too_many: failure(
    429,
    false,
    {
      en: 'This page rests: you have opened the dashboard in too many others since.',
      fa: 'این صفحه کنار گذاشته شد، چون داشبورد را در صفحه‌های زیادی باز کرده‌اید.',
    },
    {
      en: 'Choose “Use it here”, or close some of them. An owner can raise the limit: --limits pagesPerPerson=100.',
      fa: '«همین‌جا ادامه بده» را بزنید یا چندتایشان را ببندید. صاحب دروازه می‌تواند حد را بالا ببرد: ⁦--limits pagesPerPerson=100⁩.',
    },
    4501,
  ),
  sign_in_paused: failure(
    429,
    true,
    {
      en: 'There were many attempts to sign in to this account. Devices it does not know have to wait.',
      fa: 'تلاش‌های زیادی برای ورود به این حساب شده است. دستگاه‌هایی که حساب آن‌ها را نمی‌شناسد باید صبر کنند.',
    },
    {
      en: 'Use a browser in which you have signed in before, or a passkey; else wait as long as the Retry-After header says. An owner can make a link on the gateway’s host: npx darvaza owner reset.',
      fa: 'از مرورگری که پیش‌تر در آن وارد شده‌اید یا از کلید عبور استفاده کنید؛ وگرنه به اندازه‌ای که سرآیند Retry-After می‌گوید صبر کنید. مالک می‌تواند روی میزبان دروازه پیوند تازه بسازد: npx darvaza owner reset.',
    },
  ),
  sign_in_busy: failure(
    503,
    true,
    {
      en: 'Too many are signing in at this moment.',
      fa: 'در این لحظه افراد زیادی در حال ورودند.',
    },
    {
      en: 'Nothing was checked. Wait as long as the Retry-After header says, then try again.',
      fa: 'چیزی بررسی نشد. به اندازه‌ای که سرآیند Retry-After می‌گوید صبر کنید و دوباره تلاش کنید.',
    },
  ),
  setup_code_invalid: failure(
    401,
    false,
    {
      en: 'This link was used, is older than an hour, or was never given out.',
      fa: 'این پیوند به کار رفته، از یک ساعت گذشته، یا هرگز داده نشده است.',
    },
    {
      en: 'Make a new one on the gateway’s host: npx darvaza owner reset.',
      fa: 'تازه‌ای روی میزبان دروازه بسازید: npx darvaza owner reset.',
    },
  ),
  invitation_invalid: failure(
    401,
    false,
    {
      en: 'This invitation was used, is older than seven days, or was taken back.',
      fa: 'این دعوت به کار رفته، از هفت روز گذشته، یا پس گرفته شده است.',
    },
    { en: 'Ask the owner to remove you and to invite you again.', fa: 'از مالک بخواهید شما را حذف و دوباره دعوت کند.' },
  ),
  password_weak: failure(
    400,
    false,
    { en: 'This password is too short, or too much the same.', fa: 'این گذرواژه کوتاه یا پر از تکرار است.' },
    {
      en: 'Take at least 12 characters that do not repeat or count up: four words do well.',
      fa: 'دست‌کم ۱۲ نویسه بنویسید که تکراری یا پشت سر هم نباشند: چهار واژه خوب است.',
    },
  ),
  person_not_found: failure(
    404,
    false,
    { en: 'There is no such person.', fa: 'چنین کسی نیست.' },
    { en: 'GET /api/people lists everybody.', fa: 'GET /api/people همه را نشان می‌دهد.' },
  ),
  email_taken: failure(
    409,
    false,
    { en: 'Somebody already has this e-mail address.', fa: 'این نشانی رایانامه از آنِ کس دیگری است.' },
    {
      en: 'Use another one, or change the person who has it.',
      fa: 'نشانی دیگری به کار ببرید یا دارندهٔ آن را تغییر دهید.',
    },
  ),
  last_owner: failure(
    409,
    false,
    { en: 'This is the last owner of the whole house.', fa: 'این آخرین مالک کل خانه است.' },
    { en: 'Make somebody else an owner without limits first.', fa: 'نخست کس دیگری را مالک بی‌محدودیت کنید.' },
  ),
  accounts_unavailable: failure(
    503,
    true,
    {
      en: 'Signing in and changing accounts do not work at the moment.',
      fa: 'اکنون نمی‌توان وارد شد یا حساب‌ها را تغییر داد.',
    },
    {
      en: 'Try again in a minute. Boards and pages that are open go on. The gateway’s log says why.',
      fa: 'یک دقیقهٔ دیگر دوباره تلاش کنید. بردها و صفحه‌های باز کار می‌کنند. گزارش دروازه دلیلش را می‌گوید.',
    },
  ),
  dashboard_not_built: failure(
    503,
    true,
    {
      en: 'The dashboard is not built yet. Boards, the API and the command line work without it.',
      fa: 'داشبورد هنوز ساخته نشده است. بردها، API و خط فرمان بدون آن هم کار می‌کنند.',
    },
    {
      en: 'npm start builds it. By hand, in the program’s folder: sh bin/with-node scripts/build-dashboard.ts',
      fa: 'npm start آن را می‌سازد. به دست، در پوشهٔ برنامه: sh bin/with-node scripts/build-dashboard.ts',
    },
  ),
  simulation_failed: failure(
    500,
    true,
    { en: 'The simulated boards could not be started.', fa: 'بردهای شبیه‌سازی‌شده راه نیفتادند.' },
    { en: 'The gateway’s log says why.', fa: 'گزارش دروازه دلیلش را می‌گوید.' },
  ),
} as const satisfies Record<string, Failure>
