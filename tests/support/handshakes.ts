import { randomBytes } from 'node:crypto'

export interface Shake {
  port: number
  /** Without a token the request has no `Authorization` header. */
  token?: string
  path?: string
  host?: string
}

/** The constant `Sec-WebSocket-Key` that all ESP32-CAMs in the field send with every handshake request. */
export const esp32Key = 'MDEyMzQ1Njc4OWFiY2RlZg=='
const randomKey = () => randomBytes(16).toString('base64')
const request = (lines: (string | false | undefined)[]): string => `${lines.filter(line => line).join('\r\n')}\r\n\r\n`
const bearer = (token: string | undefined) => token !== undefined && `Authorization: Bearer ${token}`

/** A real Pico writes this request line by line, so it arrives in many TCP segments. */
export function pico({ port, token, path = '/ws/pico', host = '127.0.0.1' }: Shake): string {
  const at = port === 80 ? host : `${host}:${port}`
  return request([
    `GET ${path} HTTP/1.1`,
    `Host: ${at}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    `Sec-WebSocket-Key: ${randomKey()}`,
    'Sec-WebSocket-Version: 13',
    `Origin: http://${at}`,
    'User-Agent: MicroPython',
    bearer(token),
  ])
}

/** `reconnects`: how often the board reconnected since it booted. Each time it repeats its five headers once more. */
export function esp32cam(
  shake: Omit<Shake, 'port'> & { deviceId?: string; reconnects?: number; type?: string | false },
): string {
  const { token, path = '/ws/esp32cam', host = '127.0.0.1', deviceId = 'A0:B1:C2:D3:E4:F5', type = 'ESP32CAM' } = shake
  const own = [
    bearer(token),
    type && `X-Device-Type: ${type}`,
    `X-Device-ID: ${deviceId}`,
    'X-Device-Version: 1.0.0',
    'X-Connection-Type: WebSocket',
  ]
  return request([
    `GET ${path} HTTP/1.1`,
    `Host: ${host}`,
    `Sec-WebSocket-Key: ${esp32Key}`,
    ...Array.from({ length: 1 + (shake.reconnects ?? 0) }, () => own).flat(),
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Version: 13',
    'User-Agent: TinyWebsockets Client',
    'Origin: https://github.com/gilmaimon/TinyWebsockets',
  ])
}

export function links2004({ port, token, path = '/ws/pico', host = '127.0.0.1' }: Shake): string {
  return request([
    `GET ${path} HTTP/1.1`,
    `Host: ${host}:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomKey()}`,
    'Sec-WebSocket-Protocol: arduino',
    'Origin: file://',
    'User-Agent: arduino-WebSocket-Client',
    bearer(token),
  ])
}

export function pythonWebsockets({ port, token, path = '/ws/pico', host = '127.0.0.1' }: Shake): string {
  return request([
    `GET ${path} HTTP/1.1`,
    `Host: ${host}:${port}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${randomKey()}`,
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits',
    bearer(token),
    'User-Agent: Python/3.11 websockets/10.4',
  ])
}

/** There are two spaces after `Authorization:` because wscat splits `-H "Authorization: Bearer T"` at the colon. */
export function wscat({ port, token, path = '/ws/pico', host = '127.0.0.1' }: Shake): string {
  return request([
    `GET ${path} HTTP/1.1`,
    token !== undefined && `Authorization:  Bearer ${token}`,
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomKey()}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits',
    `Host: ${host}:${port}`,
  ])
}

/** Browsers cannot set headers: they send the token in the first message or as a subprotocol. */
export function browser({
  port,
  path = '/ws/pico?auth=message',
  protocol,
  origin,
}: Omit<Shake, 'token'> & { protocol?: string; origin?: string }): string {
  return request([
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'Connection: Upgrade',
    'Pragma: no-cache',
    'Cache-Control: no-cache',
    'User-Agent: Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
    'Upgrade: websocket',
    `Origin: ${origin ?? `http://127.0.0.1:${port}`}`,
    'Sec-WebSocket-Version: 13',
    'Accept-Encoding: gzip, deflate, br, zstd',
    'Accept-Language: en-US,en;q=0.9',
    `Sec-WebSocket-Key: ${randomKey()}`,
    'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits',
    protocol && `Sec-WebSocket-Protocol: ${protocol}`,
  ])
}
