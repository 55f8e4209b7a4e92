/** What a client's handshake tells about the library that wrote it. `headers`: first value of each, lower-case names. */
export function guessLibrary(headers: Readonly<Record<string, string | undefined>>): string {
  const agent = headers['user-agent'] ?? ''
  const origin = headers.origin ?? ''
  if (/TinyWebsockets/i.test(agent + origin)) return 'ArduinoWebsockets'
  if (
    /^arduino-WebSocket-Client/i.test(agent) ||
    headers['sec-websocket-protocol'] === 'arduino' ||
    origin === 'file://'
  )
    return 'links2004 arduinoWebSockets'
  if (/MicroPython/i.test(agent)) return 'MicroPython'
  const python = /^Python\/[\d.]{1,20} websockets\/([\d.]{1,20})/.exec(agent)
  if (python) return `Python websockets ${python[1]}`
  if (/aiohttp/i.test(agent)) return 'aiohttp'
  if (/^Go-http-client|gorilla/i.test(agent)) return 'Go'
  if (/tungstenite/i.test(agent)) return 'Rust tungstenite'
  if (/^curl\//.test(agent)) return 'curl'
  if (/Mozilla\//.test(agent)) return 'browser'
  if (/darvaza/i.test(agent)) return 'Darvaza'
  // Node's ws, wscat among it, sends no User-Agent and offers compression with just this word.
  if (agent === '' && /client_max_window_bits/.test(headers['sec-websocket-extensions'] ?? '')) return 'ws or wscat'
  return agent === '' ? 'unknown' : `unknown (${agent.slice(0, 40)})`
}
