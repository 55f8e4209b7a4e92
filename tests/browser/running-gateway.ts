import type { BrowserContext } from 'playwright-core'
import { Scene } from '../../src/simulator/picture/scene.ts'
import { TestPicture } from '../../src/simulator/picture/test-picture.ts'
import {
  type Esp32CamOptions,
  type PicoOptions,
  simulateEsp32Cam,
  simulatePico,
} from '../../src/simulator/simulator.ts'
import { firstOwner, type PersonClient } from '../people/person-client.ts'
import { Board } from '../support/board.ts'
import { type Overrides, startGateway, type TestGateway } from '../support/gateway.ts'
import { until } from '../support/until.ts'

const picture = new TestPicture(new Scene(640, 480, 80, 100), 'greenhouse')
/** A picture of the test card, as a camera sends it. */
export const testCard = (counter = 1): Buffer => picture.jpeg(Date.now(), counter)

/** The name and tags that a device gets when it is approved. */
interface Wish {
  name?: string
  tags?: string[]
}

/** A real gateway with a signed-in owner and simulated boards that connect over the network. */
export class RunningGateway implements AsyncDisposable {
  readonly server: TestGateway
  readonly owner: PersonClient
  readonly #resources = new AsyncDisposableStack()

  private constructor(server: TestGateway, owner: PersonClient) {
    this.server = server
    this.owner = owner
  }

  /**
   * Starts the gateway. Its limits per address are raised, because all people of a test share one address. Handshakes
   * have time: on a busy machine, a connection that Chromium opens in advance would become a refusal in the journal.
   */
  static async build(overrides: Overrides = {}): Promise<RunningGateway> {
    const server = await startGateway({
      ...overrides,
      limits: {
        guessBurst: 1_000,
        entryBurst: 1_000,
        mintBurst: 1_000,
        handshakeTimeoutMs: 600_000,
        ...overrides.limits,
      },
    })
    const gateway = new RunningGateway(server, await firstOwner(server))
    gateway.#resources.use(server)
    return gateway
  }

  get url(): string {
    return this.server.url
  }

  /** Connects a simulated camera that waits for approval. It sends only 2 pictures a second, to spare the browser. */
  async camera(name: string, options: Partial<Esp32CamOptions> = {}) {
    const board = this.#resources.use(simulateEsp32Cam({ url: this.url, name, fps: 2, ...options }))
    return { board, id: await this.#idOf(name) }
  }

  /** Connects a simulated Pico that waits for approval. */
  async pico(name: string, options: Partial<PicoOptions> = {}) {
    const board = this.#resources.use(
      simulatePico({ url: this.url, deviceId: name, sensorMs: 1_000, pingMs: 2_000, ...options }),
    )
    return { board, id: await this.#idOf(name) }
  }

  /** Connects a camera that sends a picture only when the test does so. */
  async stillCamera(wish: Wish) {
    const board = this.#resources.use(await Board.connect(this.server, { kind: 'esp32cam' }))
    const id = await board.id()
    await this.admit(id, wish)
    return { board, id }
  }

  /** Connects a camera and a Pico with the same tag, so that the Pico is steered beside the camera's picture. */
  async cockpit(tag: string) {
    const pico = await this.pico(`${tag}-pan-tilt`)
    await this.admit(pico.id, { tags: [tag] })
    const camera = await this.stillCamera({ name: `${tag}-camera`, tags: [tag] })
    let counter = 0
    const stream = setInterval(() => void camera.board.sendFrame(testCard(++counter)), 300)
    this.#resources.defer(() => clearInterval(stream))
    return { pico, camera, freeze: () => clearInterval(stream) }
  }

  /** Approves a pending device. Default name: the one it reported. */
  async admit(id: string, { name, tags }: Wish = {}): Promise<string> {
    await this.ask('POST', `/api/devices/${id}/approve`, name ? { name } : {})
    if (tags) await this.ask('PATCH', `/api/devices/${id}`, { tags })
    return id
  }

  /** Calls the API as the owner. Throws if the status is 300 or above. */
  async ask(method: string, path: string, body?: unknown) {
    const answer = await this.server.api(method, path, body)
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`)
    return answer.body
  }

  async #idOf(saysItIs: string): Promise<string> {
    const found = await until(`${saysItIs} at the gate`, async () => {
      const { devices } = await this.ask('GET', '/api/devices?limit=1000')
      return devices.find((device: { saysItIs: string }) => device.saysItIs === saysItIs)
    })
    return found.id
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#resources.disposeAsync()
  }
}

/** Gives a browser context the session cookies of a signed-in person. */
export async function signIn(context: BrowserContext, { cookies, gateway }: PersonClient): Promise<void> {
  await context.addCookies([...cookies].map(([name, value]) => ({ name, value, url: gateway.url })))
}
