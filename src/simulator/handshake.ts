import { createHash, randomBytes } from 'node:crypto'
import { bracketed, hostHeader, type Target } from './target.ts'

/** ArduinoWebsockets sends this same key each time: 0123456789abcdef, in base64. */
export const arduinoKey = 'MDEyMzQ1Njc4OWFiY2RlZg=='

/** ArduinoWebsockets answers a refusal, which is HTTP, with a WebSocket frame: a masked Close, 1002. */
export const arduinoCloseFrame = Buffer.of(0x88, 0x82, 0, 0, 0, 0, 0x03, 0xea)

/** A `Sec-WebSocket-Key` of its own for each handshake (RFC 6455 §4.1). */
export const randomKey = (): string => randomBytes(16).toString('base64')

/** The `Sec-WebSocket-Accept` that proves that `key` was read (RFC 6455 §1.3). */
export const acceptFor = (key: string): string =>
  createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')

/** @throws RangeError for a name that is not allowed in `X-Device-ID`. */
export function assertName(name: string): void {
  if (!/^[A-Za-z0-9:._-]{1,64}$/.test(name)) {
    throw new RangeError(`"${name}" is no name for a board: use 1 to 64 of A-Z a-z 0-9 : . _ -`)
  }
}

/** Header lines without their ends, as the Pico W's MicroPython client writes them, in its order. */
export function picoRequest(target: Target, token: string, deviceId?: string): string[] {
  const host = `${bracketed(target)}${target.port === 80 ? '' : `:${target.port}`}`
  return [
    `GET ${target.prefix}/ws/pico HTTP/1.1`,
    `Host: ${host}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    `Sec-WebSocket-Key: ${randomKey()}`,
    'Sec-WebSocket-Version: 13',
    `Origin: http://${host}`,
    'User-Agent: MicroPython',
    `Authorization: Bearer ${token}`,
    ...(deviceId === undefined ? [] : [`X-Device-ID: ${deviceId}`]),
  ]
}

/**
 * The header lines of ArduinoWebsockets 0.5.4 on an ESP32-CAM. Its sketch adds the five custom headers before each
 * attempt and the library never drops one: `repeats` is the number of attempts since the board booted.
 */
export function esp32camRequest(target: Target, token: string, deviceId: string, path: string, repeats = 1): string[] {
  const custom = [
    `Authorization: Bearer ${token}`,
    'X-Device-Type: ESP32CAM',
    `X-Device-ID: ${deviceId}`,
    'X-Device-Version: 1.0.0',
    'X-Connection-Type: WebSocket',
  ]
  return [
    `GET ${target.prefix}${path} HTTP/1.1`,
    `Host: ${bracketed(target)}`,
    `Sec-WebSocket-Key: ${arduinoKey}`,
    ...Array.from({ length: repeats }, () => custom).flat(),
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Version: 13',
    'User-Agent: TinyWebsockets Client',
    'Origin: https://github.com/gilmaimon/TinyWebsockets',
  ]
}

/** The header lines of a program that is no board: it offers compression, as Python's websockets and wscat do. */
export function programRequest(target: Target, path: string, key: string): string[] {
  return [
    `GET ${target.prefix}${path} HTTP/1.1`,
    `Host: ${hostHeader(target)}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${key}`,
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Extensions: permessage-deflate',
    'User-Agent: darvaza-check',
  ]
}
