import type { BrowserContext, Page } from 'playwright-core'

/** What the page's scripts find in the hardware's place. */
interface StandIn {
  pads: ({ axes: number[] } | null)[]
  orders: { at: number; servo1: number; servo2: number }[]
}

/** A test machine has no gamepad: one stands in for it, at the browser's edge. Orders are seen where they leave. */
export async function giveGamepad(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const here: StandIn = Object.assign(globalThis, { pads: [null], orders: [] })
    Object.defineProperty(navigator, 'getGamepads', { value: () => here.pads })
    const send = WebSocket.prototype.send
    WebSocket.prototype.send = function (said) {
      const message = JSON.parse(String(said))
      if (message.type === 'steer' && message.servo1 !== undefined)
        here.orders.push({ at: performance.now(), ...message })
      send.call(this, said)
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

  /** Moves the left stick, and lets the page see it for so many of its turns. */
  push = (x: number, y: number, turns = 20) =>
    this.#page.evaluate(
      async ({ x, y, turns }) => {
        const [, pad] = (globalThis as unknown as StandIn).pads
        Object.assign(pad!, { axes: [x, y, 0, 0] })
        for (let turn = 0; turn < turns; turn++) await new Promise(requestAnimationFrame)
      },
      { x, y, turns },
    )

  /** What was sent to the servos since this was last asked. */
  orders = () => this.#page.evaluate(() => (globalThis as unknown as StandIn).orders.splice(0))
}
