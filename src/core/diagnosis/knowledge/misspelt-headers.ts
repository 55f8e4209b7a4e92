import { codeExample, type KnowledgeRow, knowledgeRow } from '../knowledge-row.ts'

/** The rows for requests whose token is present but wrongly written. */
export const misspeltHeaders: readonly KnowledgeRow[] = [
  knowledgeRow('bearer_missing', 'any', codeExample),
  knowledgeRow('bearer_missing', 'links2004', codeExample),
  knowledgeRow('bearer_doubled', 'any', codeExample),
  knowledgeRow('basic_instead', 'any', codeExample),
  knowledgeRow('basic_instead', 'links2004', codeExample),
  knowledgeRow(
    'token_quoted',
    'any',
    `token = json.loads(answer)["pico_tokens"][0]   # read the JSON, do not cut it
settings: TOKEN=YOUR_TOKEN                      # no quotes where the file is not code`,
  ),
  knowledgeRow('token_quoted', 'ws', codeExample),
  knowledgeRow(
    'token_newline',
    'any',
    `token = open("token.txt").read().strip()      # Python, MicroPython
token.trim();                                  // Arduino: after readStringUntil()
TOKEN=$(tr -d '\\r\\n' < token.txt)              # shell`,
  ),
  knowledgeRow(
    'token_newline',
    'arduino',
    `String token = file.readStringUntil('\\n');
token.trim();
client.addHeader("Authorization", "Bearer " + token);`,
  ),
  knowledgeRow(
    'token_cut',
    'any',
    `char token[97];  // 96 and the final zero
curl -s {base}/public/tokens  # a fresh one, whole`,
  ),
  knowledgeRow(
    'key_is_bytes',
    'any',
    `mpremote mip install aiohttp

# or in aiohttp_ws.py:
headers["Sec-WebSocket-Key"] = str(key, "utf-8")`,
  ),
]
