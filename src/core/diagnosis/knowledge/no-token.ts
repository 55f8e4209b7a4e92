import { codeExample, type KnowledgeRow, knowledgeRow } from '../knowledge-row.ts'

/** The rows for requests without a token, or without anything that could be one. */
export const noToken: readonly KnowledgeRow[] = [
  knowledgeRow('no_token', 'any', codeExample),
  knowledgeRow('no_token', 'links2004', codeExample),
  knowledgeRow(
    'no_token',
    'uwebsockets',
    `ws = uwebsockets.client.connect("{url}?auth=message")
ws.send(json.dumps({"type": "auth", "token": TOKEN}))  # before anything else

# or in uwebsockets/client.py, before send_header(b''):
send_header(b'Authorization: Bearer %s', TOKEN)`,
  ),
  knowledgeRow('no_token', 'micropython', codeExample),
  knowledgeRow('no_token', 'micropython-aiohttp', codeExample),
  knowledgeRow('no_token', 'arduino', codeExample),
  knowledgeRow('no_token', 'browser', codeExample),
  knowledgeRow(
    'proxy_dropped_authorization',
    'any',
    `# nginx
proxy_set_header Authorization $http_authorization;
# Apache
CGIPassAuth On`,
  ),
  knowledgeRow('token_empty', 'any', codeExample),
  knowledgeRow(
    'auth_message_late',
    'any',
    `ws.send(json.dumps({"type": "auth", "token": TOKEN}))  # before anything else`,
  ),
  knowledgeRow(
    'auth_message_late',
    'browser',
    `const socket = new WebSocket('{url}?auth=message')
socket.onopen = () => socket.send(JSON.stringify({ type: 'auth', token }))`,
  ),
  knowledgeRow(
    'auth_message_wrong',
    'any',
    `ws.send(json.dumps({"type": "auth", "token": TOKEN}))  # before anything else`,
  ),
]
