/**
 * The remedies of `darvaza check`: one for each fault between a board and its gateway. They are in English only,
 * like all texts of the command line itself.
 */
export const remedies = {
  // Name lookup and TCP
  dns_not_found: 'Check the spelling. A new name needs an A record at your DNS provider, and up to an hour to spread.',
  dns_no_answer: 'This machine’s own DNS does not answer: check its network, then try again.',
  dns_only_ipv6: 'Add an A record: the Pico W and the ESP32-CAM dial IPv4 addresses only.',
  tcp_refused:
    'Is the gateway running, and on this port? It prints its address when it starts. From outside: does the router forward this port to the gateway’s machine?',
  tcp_timeout:
    'Something swallows the connection: usually a firewall, or a router without port forwarding. Inside the same network use the local address: many routers do not lead their outside address back in.',
  tcp_unreachable: 'This machine knows no way there: check its network, and the address.',
  tcp_some_failed: 'Boards take the first address they are given: remove the DNS records that lead nowhere.',

  // TLS
  tls_to_plain_port: 'Use http:// (ws:// for boards) with this port, or the gateway’s TLS port with https://.',
  plain_to_tls_port: 'Use https:// (wss:// for boards) with this port, or the gateway’s plain port with http://.',
  tls_expired: 'Renew the certificate. The gateway reads changed files by itself; a proxy must be reloaded.',
  tls_not_yet_valid: 'Check the clock of this machine, then the date from which the certificate counts.',
  tls_expires_soon: 'See whether its renewal works: it should have been renewed by now.',
  tls_self_signed:
    'Get a certificate that others trust (Let’s Encrypt, for free), or give your own authority to this test with --ca FILE and to your boards.',
  tls_chain_incomplete:
    'The server must send its intermediate certificates as well: configure the full chain (fullchain.pem), not the certificate alone.',
  tls_wrong_name: 'Use a name that the certificate holds, or get one for this name.',
  tls_failed: 'The two sides found no common TLS: look at the log of the gateway or of the proxy in front of it.',

  // Answers of the server
  redirected:
    'Boards follow no redirects. Give them the final address, or have the proxy serve /ws, /public and /health on this one too.',
  html_instead_of_json:
    'Something else lives at this address: check the port, and the path your proxy leads to the gateway.',
  not_the_gateway: 'Check the port, and the path your proxy leads to the gateway.',
  proxy_cannot_reach_gateway:
    'A proxy answers, but the gateway behind it does not: is it running, and is the proxy’s upstream right?',
  proxy_wants_password:
    'A proxy in front asks for a password, and boards have none: let it pass /ws, /public and /health.',
  no_answer: 'The port is open, but what listens there does not answer HTTP: check the port.',
  health_failed: 'The gateway’s log says more.',

  // Tokens
  tokens_closed:
    'New boards cannot fetch a token now. Open the gate (npx darvaza enrolment pair), or test with --token.',
  tokens_limited: 'Wait a minute, then run the test again.',
  tokens_shape:
    'Boards read pico_tokens and esp32cam_tokens from the answer: is this a Darvaza gateway of this version?',
  tokens_cached: 'A cache on the way hands out the same token twice: have it pass /public/tokens uncached.',
  tokens_storable: 'The answer lacks Cache-Control: no-store: a proxy removes it, and may keep tokens.',

  // Refusals of the gateway
  upgrade_dropped:
    'A proxy on the way drops the Upgrade header. nginx: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade"; Apache: mod_proxy_wstunnel.',
  authorization_dropped:
    'A proxy on the way drops the Authorization header. nginx: proxy_set_header Authorization $http_authorization; Apache: CGIPassAuth or SetEnvIf; and switch off the proxy’s own password on /ws.',
  door_not_found: 'The proxy does not lead this path to the gateway: let it pass everything below /ws unchanged.',
  door_is_a_page: 'A web page lives at this path: let the proxy pass everything below /ws to the gateway.',
  proxy_cannot_upgrade:
    'The proxy could not speak WebSocket with the gateway: is the gateway running, and does the proxy pass Upgrade on?',
  handshake_closed:
    'Something on the way ends connections that become WebSocket: a firewall, a carrier’s proxy, or a gateway under attack. TLS (https://) usually gets through.',
  handshake_timeout:
    'Something on the way holds the handshake back: a proxy that waits for a body, or a gateway without time to answer.',
  handshake_slow: 'An ESP32-CAM gives up after 1 s: look for a slow proxy, a long way, or a gateway under load.',
  handshake_refused: 'The gateway says why above.',
  token_of_another_gateway:
    'The gateway that issues the tokens and the one that checks them are not the same: do several share this address?',
  no_acknowledgement: 'The door opened, but what is behind it does not speak as Darvaza does: check the proxy’s path.',
  token_not_sent: 'Mend the certificate first; then the test can show your token to the gateway.',

  // The exact form of the answer to a handshake
  answer_version: 'Boards look for HTTP/1.1 in the first line: have the proxy speak HTTP/1.1 to them.',
  answer_connection:
    'An ESP32-CAM takes only Connection: Upgrade, alone. The proxy adds its own word: switch keep-alive off for /ws.',
  answer_upgrade: 'Boards expect Upgrade: websocket in the answer: have the proxy pass it on.',
  answer_spacing: 'An ESP32-CAM expects exactly one space after each colon: a proxy on the way rewrites the headers.',
  answer_accept: 'A proxy on the way answers in the gateway’s place, or mixes answers up.',
  answer_extensions: 'No board can unpack compressed messages: switch compression off for /ws in the proxy.',
  answer_protocol: 'Nobody asked for a subprotocol: a proxy on the way adds one.',

  // The client's address and the host name that the gateway receives
  proxy_untrusted:
    'Start the gateway with --trusted-proxies and the address of the proxy as the gateway sees it (127.0.0.1 on the same machine): until then all boards have the proxy’s address, and share one address’s limits.',
  address_hidden:
    'Have the proxy say who comes, and start the gateway with --trusted-proxies. nginx: proxy_set_header X-Forwarded-For $remote_addr; proxy_set_header Host $http_host; HAProxy: option forwardfor; until then all boards have the proxy’s address, and share one address’s limits.',
  host_rewritten:
    'Have the proxy pass on the name that was called (nginx: proxy_set_header Host $http_host), or start the gateway with --public-url: else browsers are refused, as their Origin seems foreign.',

  // Single libraries (--from-board)
  repeated_header_refused:
    'This proxy refuses a repeated Authorization header, which such a camera sends from its second connection on. nginx has no setting for it: lead the boards through HAProxy or Caddy, or past the proxy; or call addHeader() once, in setup(), not before each connect().',
  header_block_refused:
    'This proxy takes no header block of that size, and the camera adds its headers again at each reconnect. HAProxy: tune.bufsize 524288 and tune.http.maxhdr 10000; nginx: large_client_header_buffers 8 128k; or call addHeader() once, in setup().',
  host_refused:
    'This library sends its Host without a port, an Origin of its own and always the same key: let the proxy answer to the bare name (server_name, not name:port) and leave Origin to the gateway.',
  origin_refused:
    'Something on the way judges the Origin header, and boards send all sorts: let it pass /ws/pico, /ws/esp32cam and /ws whatever the Origin.',
  pieces_refused:
    'Over a poor line a request arrives in many small pieces, and something on the way does not wait for them all: raise its client header timeout to 10 s.',
  protocol_dropped:
    'A proxy on the way drops Sec-WebSocket-Protocol, in which browsers carry their token: have it pass the header on, or use ?auth=message.',
  query_dropped:
    'The gateway did not see ?auth=message: have the proxy pass the query on, or the rewrite rule keep it.',
  arduino_gives_up: 'An ESP32 hangs up this long after its request: look for a slow proxy, or a long way.',
  dialect_refused: 'The other libraries get through: compare their headers with these in the log of the proxy.',

  // Handshakes that the gateway must refuse
  open_to_everyone:
    'Strangers get in without a token. Does the gateway run with --trust-loopback behind a proxy on the same host? Start it without.',
  forged_accepted: 'Any token opens this door: what answers here does not check them. Is this the gateway?',
  loopback_open: 'Fine while no proxy runs on this machine; else start the gateway without --trust-loopback.',
  refusal_unclear: 'A board that is refused should read why: have the proxy pass the gateway’s answers unchanged.',
  refusal_unread:
    'The gateway closes refused connections unread when too many are held. Run the test again in a minute.',

  // Messages over the open connection
  pong_missing: 'The connection is open but carries nothing: a proxy on the way holds small messages back (buffering).',
  pong_slow: 'The way there is long or congested: steering will feel slow.',
  protocol_pong_missing: 'Python clients close without protocol pongs: a proxy on the way eats control frames.',
  cut_while_idle:
    'Something on the way ends quiet connections. nginx: proxy_read_timeout 3600s; HAProxy: timeout tunnel 1h; a carrier’s NAT: nothing to set.',
  closed_by_gateway: 'The journal says why: npx darvaza journal --kind connection --since 5m.',
  garbled: 'What arrives is no WebSocket: something on the way changes bytes. TLS (https://) prevents that.',
  seldom_spoken_to: 'A Pico W hangs up after 30 s without a word: a proxy on the way holds small messages back.',
} as const

export type RemedyCode = keyof typeof remedies

/** The titles of the steps of `darvaza check`. */
export const stepTitles = {
  dns: 'name',
  tcp: 'connection',
  tls: 'TLS',
  health: 'gateway',
  tokens: 'tokens',
  handshake: 'handshake',
  answer: 'its answer',
  address: 'whom it sees',
  'no-token': 'without token',
  'forged-token': 'forged token',
  loopback: 'loopback',
  ping: 'ping',
  'protocol-ping': 'protocol ping',
  'keep-alive': 'keep-alive',
  'board:micropython': 'Pico W',
  'board:micropython-bytes': '… byte by byte',
  'board:uwebsockets': 'uwebsockets',
  'board:aiohttp': 'MicroPython aiohttp',
  'board:arduino': 'ArduinoWebsockets',
  'board:arduino-2': '… 2nd connection',
  'board:arduino-40': '… 40th',
  'board:arduino-1500': '… 1,500th',
  'board:links2004': 'links2004',
  'board:python': 'Python websockets',
  'board:wscat': 'wscat',
  'board:go': 'Go',
  'board:rust': 'Rust tungstenite',
  'board:browser-protocol': 'browser, protocol',
  'board:browser-message': 'browser, message',
} as const satisfies Record<string, string>
