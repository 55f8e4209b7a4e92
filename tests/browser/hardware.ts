import type { BrowserContext, Page } from 'playwright-core'

/** Replaces the hardware for the scripts of the page. */
interface StandIn {
  pads: ({ axes: number[] } | null)[]
  orders: { at: number; servo1: number; servo2: number }[]
}

/** Fakes a gamepad in the browser, as test machines have none, and records the steering messages of the page. */
export async function giveGamepad(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const here: StandIn = Object.assign(globalThis, { pads: [null], orders: [] })
    Object.defineProperty(navigator, 'getGamepads', { value: () => here.pads })
    const send = WebSocket.prototype.send
    WebSocket.prototype.send = function (data) {
      const message = JSON.parse(String(data))
      if (message.type === 'steer' && message.servo1 !== undefined)
        here.orders.push({ at: performance.now(), ...message })
      send.call(this, data)
    }
  })
}

export class Hand {
  readonly #page: Page

  constructor(page: Page) {
    this.#page = page
  }

  plug = () =>
    this.#page.evaluate(() => {
      ;(globalThis as unknown as StandIn).pads = [null, { axes: [0, 0, 0, 0] }]
      dispatchEvent(new Event('gamepadconnected'))
    })

  unplug = () =>
    this.#page.evaluate(() => {
      ;(globalThis as unknown as StandIn).pads = [null, null]
      dispatchEvent(new Event('gamepaddisconnected'))
    })

  /** Moves the left stick, and waits for `turns` frames of the page. */
  push = (x: number, y: number, turns = 20) =>
    this.#page.evaluate(
      async ({ x, y, turns }) => {
        const [, pad] = (globalThis as unknown as StandIn).pads
        Object.assign(pad!, { axes: [x, y, 0, 0] })
        for (let turn = 0; turn < turns; turn++) await new Promise(requestAnimationFrame)
      },
      { x, y, turns },
    )

  /** The steering messages sent since the last call. */
  orders = () => this.#page.evaluate(() => (globalThis as unknown as StandIn).orders.splice(0))
}
