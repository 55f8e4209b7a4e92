import type { DeviceView, JournalEntryView } from '../../src/protocol/api.ts'

export type StandInDevice = DeviceView & { frozen?: boolean }

export function devices(now: number): StandInDevice[] {
  const ago = (seconds: number) => new Date(now - seconds * 1_000).toISOString()
  const base: StandInDevice = {
    id: '',
    name: '',
    kind: 'esp32cam',
    state: 'active',
    source: 'claim',
    tags: [],
    online: true,
    presence: 'online',
    lastSeen: ago(1),
    address: '203.0.113.24',
    saysItIs: null,
    firmware: '1.0.0',
    library: 'ArduinoWebsockets',
    memoryFree: 4_112_640,
    signal: -58,
    uptime: 90_412,
    roundTripMs: 41.2,
    fps: 9.8,
    angles: null,
    viewers: 1,
    lastFrame: ago(0),
    createdAt: ago(900_000),
    approvedAt: ago(800_000),
    blockedAt: null,
    blockedReason: null,
    removedAt: null,
    connectionId: 'c_1',
    contested: false,
    tokenState: 'live',
  }
  const pico: StandInDevice = {
    ...base,
    kind: 'pico',
    library: 'MicroPython',
    firmware: '2.1.0',
    memoryFree: 118_432,
    fps: null,
    lastFrame: null,
    viewers: 0,
    angles: { servo1: 72, servo2: 118 },
  }
  return [
    { ...base, id: 'd_roof', name: 'roof-camera', tags: ['roof'] },
    { ...pico, id: 'd_pan', name: 'roof-pan-tilt', tags: ['roof'] },
    { ...base, id: 'd_garden', name: 'garden-gate', tags: ['garden'], signal: -71 },
    { ...base, id: 'd_frozen', name: 'greenhouse', tags: ['garden'], frozen: true },
    {
      ...base,
      id: 'd_off',
      name: 'workshop',
      online: false,
      presence: 'offline',
      lastSeen: ago(7_500),
      connectionId: null,
      fps: null,
    },
    {
      ...pico,
      id: 'd_back',
      name: 'solar-tracker',
      online: false,
      presence: 'reconnecting',
      angles: { servo1: 140, servo2: 40 },
    },
    {
      ...pico,
      id: 'd_twin',
      name: 'a-board-with-quite-a-long-name-that-must-not-break-anything-at-all',
      contested: true,
      tags: ['simulated'],
    },
    {
      ...pico,
      id: 'd_blocked',
      name: 'old-pico',
      state: 'blocked',
      online: false,
      presence: 'offline',
      blockedAt: ago(5_000),
      blockedReason: 'Lost on the train',
    },
    {
      ...base,
      id: 'd_new1',
      name: 'esp32cam-kqtz',
      state: 'pending',
      saysItIs: '24:6F:28:AE:51:0C',
      approvedAt: null,
      createdAt: ago(40),
      messages: [
        { at: ago(30), message: { type: 'connection', status: 'connected', device: 'ESP32CAM' } },
        { at: ago(10), message: { type: 'frame', size: 30_112, width: 640, height: 480 } },
      ],
    },
    {
      ...pico,
      id: 'd_new2',
      name: 'pico-wmrd',
      state: 'pending',
      angles: null,
      approvedAt: null,
      createdAt: ago(4_000),
      online: false,
      presence: 'offline',
      messages: [],
    },
  ]
}

export function entries(now: number): JournalEntryView[] {
  const rows: [string, string | null, string, Record<string, unknown> | null][] = [
    [
      'command',
      'roof-pan-tilt',
      'Parisa moved servos to 72°, 118°: done in 84 ms',
      { servo1: 72, servo2: 118, latencyMs: 84 },
    ],
    ['connection.opened', 'roof-camera', 'came from 203.0.113.24 (ArduinoWebsockets)', null],
    [
      'refusal',
      null,
      'refused at /ws/pico: token_missing (links2004 arduinoWebSockets)',
      { code: 'token_missing', library: 'links2004 arduinoWebSockets', path: '/ws/pico' },
    ],
    [
      'refusal',
      null,
      'refused at /ws/pico: token_missing (links2004 arduinoWebSockets)',
      { code: 'token_missing', library: 'links2004 arduinoWebSockets', path: '/ws/pico' },
    ],
    [
      'refusal',
      null,
      'refused at /ws/esp32cam: token_wrong_kind (ArduinoWebsockets)',
      { code: 'token_wrong_kind', library: 'ArduinoWebsockets', saysItIs: 'cam-2' },
    ],
    ['act', 'garden-gate', 'Parisa approved garden-gate', { act: 'device.approve' }],
    ['message', 'roof-pan-tilt', 'log: servo 1 reached 72', { message: 'servo 1 reached 72' }],
    ['traffic', 'roof-camera', '594 frames, 17.8 MB in 60 s', { frames: 594 }],
    ['connection.closed', 'workshop', 'left after 3 h 12 min: silent too long', null],
    ['gateway', null, 'started', { version: '0.1.0' }],
  ]
  return Array.from({ length: 60 }, (_, index) => {
    const [kind, device, text, data] = rows[index % rows.length]!
    return {
      id: 9_000 - index,
      at: new Date(now - index * 47_000).toISOString(),
      node: 'n_one',
      epoch: 3,
      kind,
      deviceId: device === 'roof-camera' ? 'd_roof' : device === 'roof-pan-tilt' ? 'd_pan' : device ? 'd_garden' : null,
      device,
      connectionId: 'c_1',
      address: '203.0.113.24',
      text,
      data,
    }
  })
}

export function telemetry(device: StandInDevice, range: string, now: number) {
  const lengthMs = { '15m': 900_000, '24h': 86_400_000, '30d': 2_592_000_000 }[range] ?? 900_000
  const stepMs = lengthMs / 200
  const wave = (middle: number, swing: number) =>
    Array.from({ length: 200 }, (_, index) => {
      const at = now - lengthMs + index * stepMs
      if (index > 90 && index < 104) return [at, null, null, null]
      const value = middle + Math.sin(index / 14) * swing + Math.sin(index * 7.1) * swing * 0.15
      return [at, value, value - swing * 0.25, value + swing * 0.25]
    })
  const series =
    device.kind === 'pico'
      ? {
          memoryFree: wave(118_000, 9_000),
          signal: wave(-60, 6),
          latency: wave(44, 12),
          'thermometer.celsius': wave(27, 4),
        }
      : { fps: wave(9.6, 0.7), signal: wave(-60, 6), latency: wave(44, 12) }
  return { series, stepMs }
}
