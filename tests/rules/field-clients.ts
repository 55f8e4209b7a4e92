import { esp32cam, links2004, pico, pythonWebsockets, type Shake, wscat } from '../support/handshakes.ts'

/** All clients in the field that can set headers, with the handshake requests that were recorded from them. */
export const fieldClients: { client: string; kind: 'pico' | 'esp32cam'; shake: (shake: Shake) => string }[] = [
  { client: 'the Pico W', kind: 'pico', shake: pico },
  { client: 'the ESP32-CAM', kind: 'esp32cam', shake: esp32cam },
  {
    client: 'an ESP32-CAM with an older flash, on /ws',
    kind: 'esp32cam',
    shake: shake => esp32cam({ ...shake, path: '/ws' }),
  },
  { client: 'links2004', kind: 'pico', shake: links2004 },
  { client: 'Python websockets 10.4', kind: 'pico', shake: pythonWebsockets },
  { client: 'wscat', kind: 'pico', shake: wscat },
]
