import { failures } from '../../../errors/errors.ts'
import { type KnowledgeRow, knowledgeRow } from '../knowledge-row.ts'

const restore = 'npx darvaza device restore NAME'

/** A token came whole, but opens nothing here. */
export const tokens: readonly KnowledgeRow[] = [
  knowledgeRow(
    'token_unknown',
    'any',
    failures.token_unknown.message,
    {
      en: 'Fetch a token from {base}/public/tokens and copy it whole, or ask the owner for one.',
      fa: 'توکنی از {base}/public/tokens بگیرید و کامل رونوشت کنید، یا از صاحب دروازه بخواهید.',
    },
    'curl -s {base}/public/tokens',
  ),
  knowledgeRow(
    'token_of_another_gateway',
    'any',
    {
      en: 'The token is a whole one of Darvaza’s, but of another gateway, or of this one before its data folder was replaced.',
      fa: 'توکن درست و کامل است ولی از دروازه‌ای دیگر، یا از همین دروازه پیش از عوض شدن پوشهٔ داده.',
    },
    {
      en: 'Fetch a token from this very gateway, {base}/public/tokens; if gateway.key was lost, restore it from a backup.',
      fa: 'از همین دروازه توکن بگیرید، {base}/public/tokens؛ اگر gateway.key گم شده، آن را از پشتیبان برگردانید.',
    },
    'curl -s {base}/public/tokens',
  ),
  knowledgeRow(
    'api_key_instead',
    'any',
    {
      en: 'This is a key for people and programs, or a link’s secret, where a board’s token belongs.',
      fa: 'این کلیدِ آدم‌ها و برنامه‌ها یا رازِ یک پیوند است، به جای توکن برد.',
    },
    {
      en: 'Give the board a token of its own; and revoke that key if others may have seen it.',
      fa: 'به برد توکن خودش را بدهید؛ و اگر شاید کسی آن کلید را دیده، باطلش کنید.',
    },
    `npx darvaza token create --kind pico --name NAME
npx darvaza key list`,
  ),
  knowledgeRow(
    'token_wrong_kind',
    'any',
    failures.token_wrong_kind.message,
    {
      en: 'A pico token opens /ws/pico, an esp32cam token opens /ws/esp32cam; /ws without X-Device-Type takes either.',
      fa: 'توکن pico در ‎/ws/pico را باز می‌کند و توکن esp32cam در ‎/ws/esp32cam را؛ ‎/ws بدون X-Device-Type هر دو را می‌پذیرد.',
    },
    `curl -s {base}/public/tokens
# pico_tokens    for a Pico     /ws/pico
# esp32cam_tokens for a camera  /ws/esp32cam`,
  ),
  knowledgeRow(
    'claim_expired',
    'any',
    {
      en: 'This board’s token is too old to be approved by itself, so the board waits for a click.',
      fa: 'توکن این برد برای تأیید خودکار کهنه است، پس برد در انتظار یک کلیک است.',
    },
    {
      en: 'Approve it on the page of the gate, or with npx darvaza device approve NAME. The board needs nothing new.',
      fa: 'در صفحهٔ دروازه یا با npx darvaza device approve NAME تأییدش کنید. برد چیز تازه‌ای نمی‌خواهد.',
    },
    'npx darvaza device list\nnpx darvaza device approve NAME',
  ),
  knowledgeRow('token_revoked', 'any', failures.token_revoked.message, failures.token_revoked.hint, restore),
  knowledgeRow('device_blocked', 'any', failures.device_blocked.message, failures.device_blocked.hint, restore),
  knowledgeRow(
    'device_removed',
    'any',
    failures.device_removed.message,
    {
      en: 'Fetch a new token from {base}/public/tokens, or have the owner restore the board: npx darvaza device restore NAME.',
      fa: 'توکن تازه‌ای از {base}/public/tokens بگیرید، یا صاحب دروازه برد را بازگرداند: npx darvaza device restore NAME.',
    },
    restore,
  ),
  knowledgeRow(
    'enrolment_closed',
    'any',
    failures.enrolment_closed.message,
    failures.enrolment_closed.hint,
    'npx darvaza enrolment pair\nnpx darvaza token create --kind pico --name NAME',
  ),
  knowledgeRow(
    'pending_full',
    'any',
    failures.pending_full.message,
    failures.pending_full.hint,
    'npx darvaza device list',
  ),
  knowledgeRow(
    'two_boards_one_token',
    'any',
    {
      en: 'Two boards use one token, from {addresses}, and push each other out.',
      fa: 'دو برد یک توکن دارند، از {addresses}، و یکدیگر را بیرون می‌کنند.',
    },
    {
      en: 'Give each board a token of its own; if one of them is not yours, rotate the token.',
      fa: 'به هر برد توکن خودش را بدهید؛ اگر یکی از آن‌ها مال شما نیست، توکن را عوض کنید.',
    },
    'npx darvaza token rotate NAME\ncurl -s {base}/public/tokens     # one for the other board',
  ),
]
