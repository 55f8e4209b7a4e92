import { type KnowledgeRow, knowledgeRow } from '../knowledge-row.ts'

const restore = 'npx darvaza device restore NAME'

/** The rows for well-formed tokens that the gateway rejects. */
export const tokens: readonly KnowledgeRow[] = [
  knowledgeRow('token_unknown', 'any', 'curl -s {base}/public/tokens'),
  knowledgeRow('token_of_another_gateway', 'any', 'curl -s {base}/public/tokens'),
  knowledgeRow(
    'api_key_instead',
    'any',
    `npx darvaza token create --kind pico --name NAME
npx darvaza key list`,
  ),
  knowledgeRow(
    'token_wrong_kind',
    'any',
    `curl -s {base}/public/tokens
# pico_tokens    for a Pico     /ws/pico
# esp32cam_tokens for a camera  /ws/esp32cam`,
  ),
  knowledgeRow('claim_expired', 'any', 'npx darvaza device list\nnpx darvaza device approve NAME'),
  knowledgeRow('token_revoked', 'any', restore),
  knowledgeRow('device_blocked', 'any', restore),
  knowledgeRow('device_removed', 'any', restore),
  knowledgeRow(
    'enrolment_closed',
    'any',
    'npx darvaza enrolment pair\nnpx darvaza token create --kind pico --name NAME',
  ),
  knowledgeRow('pending_full', 'any', 'npx darvaza device list'),
  knowledgeRow(
    'two_boards_one_token',
    'any',
    'npx darvaza token rotate NAME\ncurl -s {base}/public/tokens     # one for the other board',
  ),
]
