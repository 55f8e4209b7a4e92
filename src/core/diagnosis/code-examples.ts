import type { LibraryId } from './library.ts'

/** For each library, code that connects and sends its token. fill-placeholders.ts fills in the placeholders. */
export const codeExamples: Readonly<Record<LibraryId | 'any', string>> = {
  any: 'Authorization: Bearer YOUR_TOKEN',
  micropython: `# in the handshake of the client, before the empty line that ends it:
send_header(b"Authorization: Bearer %s", TOKEN.strip())

ws = uwebsockets.client.connect("{url}")`,
  uwebsockets: `ws = uwebsockets.client.connect("{url}?auth=message")
ws.send(json.dumps({"type": "auth", "token": TOKEN.strip()}))  # before anything else`,
  'micropython-aiohttp': `session = aiohttp.ClientSession(headers={"Authorization": "Bearer " + TOKEN.strip()})
async with session.ws_connect("{url}") as ws:
    ...`,
  arduino: `void setup() {
  client.addHeader("Authorization", "Bearer YOUR_TOKEN");  // once
}
void reconnect() {
  client.connect("{url}");  // and only this again
}`,
  links2004: `webSocket.{begin}("{host}", {port}, "{door}");
webSocket.setAuthorization("Bearer YOUR_TOKEN");  // after begin(), which erases it`,
  'esp-idf': `esp_websocket_client_config_t config = {
  .uri = "{url}",
  .headers = "Authorization: Bearer YOUR_TOKEN\\r\\n",
};`,
  'python-websockets': `headers = {"Authorization": f"Bearer {token.strip()}"}
async with websockets.connect("{url}", additional_headers=headers) as ws:  # before 14: extra_headers
    ...`,
  'python-aiohttp': `headers = {"Authorization": f"Bearer {token.strip()}"}
async with session.ws_connect("{url}", headers=headers) as ws:
    ...`,
  browser: `const socket = new WebSocket('{url}', ['darvaza.bearer', token.trim()])`,
  ws: `wscat -H "Authorization: Bearer $TOKEN" -c {url}`,
  curl: `curl -s {base}/public/tokens                      # curl fetches a token
wscat -H "Authorization: Bearer $TOKEN" -c {url}  # a WebSocket client dials`,
  go: `header := http.Header{"Authorization": {"Bearer " + strings.TrimSpace(token)}}
conn, _, err := websocket.DefaultDialer.Dial("{url}", header)
// coder/websocket: websocket.Dial(ctx, "{url}", &websocket.DialOptions{HTTPHeader: header})`,
  rust: `let mut request = "{url}".into_client_request()?;
request.headers_mut().insert("Authorization", format!("Bearer {}", token.trim()).parse()?);
let (socket, _) = tungstenite::connect(request)?;`,
  darvaza: `npx darvaza simulate pico --url {base}`,
}
