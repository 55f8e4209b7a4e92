import { createInterface } from 'node:readline'
import { simulateEsp32Cam, simulatePico } from './simulator.ts'

/** One virtual board, which a gateway starts to show what it can do. */
export interface ProcessBoard {
  kind: 'pico' | 'esp32cam'
  url: string
  name: string
  token: string
}

/*
 * Virtual boards in a process of their own, so that drawing their pictures takes no time from the gateway. The first
 * line of standard input lists them as JSON, tokens included; the end of standard input ends them.
 */
for await (const line of createInterface({ input: process.stdin })) {
  for (const { kind, url, name, token } of JSON.parse(line) as ProcessBoard[]) {
    if (kind === 'pico') simulatePico({ url, token, name, deviceId: name })
    else simulateEsp32Cam({ url, token, name, fps: 8 })
  }
}
process.exit(0)
