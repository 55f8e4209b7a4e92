import { codeExample, type KnowledgeRow, knowledgeRow } from '../knowledge-row.ts'

/** The rows for boards that requested a wrong path or port, or whose request was changed on the way. */
export const pathsAndProxies: readonly KnowledgeRow[] = [
  knowledgeRow('wrong_path', 'any', codeExample),
  knowledgeRow('plain_http', 'any', codeExample),
  knowledgeRow('plain_http', 'curl', codeExample),
  knowledgeRow('plain_http', 'browser', codeExample),
  knowledgeRow(
    'proxy_dropped_upgrade',
    'any',
    `# nginx
proxy_http_version 1.1;
proxy_set_header Upgrade $http_upgrade;
proxy_set_header Connection "upgrade";`,
  ),
  knowledgeRow(
    'tls_on_plain_port',
    'any',
    `ws://YOUR-GATEWAY:3000/ws/pico                 # plain
npm start -- --tls-port 3443 --tls-cert FILE --tls-key FILE`,
  ),
  knowledgeRow('plain_on_tls_port', 'any', 'wss://YOUR-GATEWAY/ws/pico    # with s, on this port'),
  knowledgeRow(
    'headers_grown',
    'any',
    `void setup() {
  client.addHeader("Authorization", "Bearer YOUR_TOKEN");  // moved here
}
void reconnect() {
- client.addHeader("Authorization", "Bearer YOUR_TOKEN");
  client.connect("{url}");
}`,
  ),
  knowledgeRow(
    'headers_too_large',
    'any',
    `void setup() {
  client.addHeader("Authorization", "Bearer YOUR_TOKEN");  // once, not before each connect()
}`,
  ),
  knowledgeRow('handshake_invalid', 'any', codeExample),
  knowledgeRow('handshake_unfinished', 'any', 'send_header(b"")  # the empty line that ends the request'),
  knowledgeRow('not_http', 'any', 'GET /ws/pico HTTP/1.1\\r\\n'),
]
