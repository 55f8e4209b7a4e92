import { once } from 'node:events'
import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { Board } from '../support/board.ts'
import { startGateway, type TestGateway } from '../support/gateway.ts'
import { jpeg } from '../support/jpeg.ts'
import { until } from '../support/until.ts'
import { Watcher } from '../support/viewer.ts'
import { ask, basic, bearer } from './ask.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startGateway({ limits: { viewersPerCamera: 2, viewerStalledMs: 1_000 } })
})
afterAll(() => gateway[Symbol.asyncDispose]())

const camera = () => Board.active(gateway, { kind: 'esp32cam' })
const owner = () => bearer(gateway.ownerKey)

/** A viewer of the HTTP stream that splits it into its parts. */
class Player {
  readonly call: ClientRequest
  readonly response: IncomingMessage
  readonly ended: Promise<unknown>
  #bytes = Buffer.alloc(0)

  constructor(call: ClientRequest, response: IncomingMessage) {
    this.call = call
    this.response = response
    this.ended = new Promise(resolve => response.once('close', resolve).on('error', () => {}))
    response.on('data', chunk => {
      this.#bytes = Buffer.concat([this.#bytes, chunk])
    })
  }

  static async open(device: string, headers: Record<string, string>): Promise<Player> {
    const call = request(`${gateway.url}/api/devices/${device}/stream.mjpeg`, { headers, agent: false })
    call.on('error', () => {}).end()
    const [response] = await once(call, 'response')
    return new Player(call, response)
  }

  get bytes(): Buffer {
    return this.#bytes
  }

  /** The line that stands before each part. */
  get boundary(): string {
    return `--${/boundary=(.+)$/.exec(this.response.headers['content-type'] ?? '')![1]}\r\n`
  }

  /** All complete pictures. A picture is complete when the boundary after it has arrived. */
  pictures(): Buffer[] {
    const { boundary } = this
    const [before, ...parts] = this.#bytes.toString('latin1').split(boundary)
    expect(before).toBe('')
    return parts.slice(0, -1).map(part => {
      const end = part.indexOf('\r\n\r\n')
      const length = Number(/Content-Length: (\d+)/.exec(part.slice(0, end))![1])
      expect(part.slice(0, end)).toContain('Content-Type: image/jpeg')
      expect(part.length).toBe(end + 4 + length + 2)
      return Buffer.from(part.slice(end + 4, -2), 'latin1')
    })
  }

  sees(picture: Buffer): Promise<unknown> {
    return until('the picture', () => this.pictures().some(seen => seen.equals(picture)))
  }

  [Symbol.dispose](): void {
    this.call.destroy()
  }
}

describe('snapshot.jpg', () => {
  it('is the latest frame, byte for byte, with the time it came', async () => {
    await using board = await camera()
    const path = `/api/devices/${await board.id()}/snapshot.jpg`
    const none = await ask(gateway, 'GET', path, { headers: owner() })
    expect([none.status, none.json.code]).toEqual([404, 'no_frame'])
    const before = Date.now()
    await board.sendFrame(jpeg(5_000, 'first'))
    await board.sendFrame(jpeg(6_000, 'second'))
    await board.settled()
    const { status, headers, bytes } = await ask(gateway, 'GET', path, { headers: owner() })
    expect(status).toBe(200)
    expect(bytes.equals(jpeg(6_000, 'second'))).toBe(true)
    expect(headers).toMatchObject({
      'content-type': 'image/jpeg',
      'content-length': '6000',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
    const at = Date.parse(headers['x-received-at'] as string)
    expect(at).toBeGreaterThanOrEqual(before)
    expect(at).toBeLessThanOrEqual(Date.now())
    expect(headers['last-modified']).toBe(new Date(at).toUTCString())
  })

  it('of a camera that waits for approval is for nobody; a preview is for who may approve it', async () => {
    await using board = await Board.connect(gateway, { kind: 'esp32cam' })
    await board.next('connection_ack')
    const id = await board.id()
    await board.sendFrame(jpeg(4_000, 'unknown face'))
    await board.settled()
    const snapshot = await ask(gateway, 'GET', `/api/devices/${id}/snapshot.jpg`, { headers: owner() })
    expect([snapshot.status, snapshot.json.code]).toEqual([409, 'device_pending'])
    const stream = await ask(gateway, 'GET', `/api/devices/${id}/stream.mjpeg`, { headers: owner() })
    expect([stream.status, stream.json.code]).toEqual([409, 'device_pending'])
    const preview = (key: string) => ask(gateway, 'GET', `/api/devices/${id}/preview.jpg`, { headers: bearer(key) })
    expect((await preview(await gateway.key('operator'))).bytes.equals(jpeg(4_000, 'unknown face'))).toBe(true)
    expect((await preview(await gateway.key('viewer'))).status).toBe(403)
    await board.approve()
    expect((await preview(gateway.ownerKey)).json.code).toBe('no_frame')
  })
})

describe('/ws/view', () => {
  it('opens to HTTP Basic with a key as the password, and shows the last frame at once', async () => {
    await using board = await camera()
    await board.sendFrame(jpeg(3_000, 'the last'))
    await board.settled()
    const path = `${gateway.wsUrl}/ws/view/${await board.id()}`
    const key = await gateway.key('viewer')
    const viewer = new WebSocket(path, { headers: basic(key) })
    const [first, isBinary] = await once(viewer, 'message')
    expect([first.equals(jpeg(3_000, 'the last')), isBinary]).toEqual([true, true])
    const next = once(viewer, 'message')
    await board.sendFrame(jpeg(4_000, 'another'))
    expect((await next)[0].equals(jpeg(4_000, 'another'))).toBe(true)
    viewer.terminate()
  })

  it('is refused to a board’s token, by Bearer and by Basic', async () => {
    await using board = await camera()
    for (const headers of [bearer(board.token!), basic(board.token!)]) {
      const viewer = new WebSocket(`${gateway.wsUrl}/ws/view/${await board.id()}`, { headers })
      const [, response] = await once(
        viewer.on('error', () => {}),
        'unexpected-response',
      )
      expect(response.statusCode).toBe(401)
      response.resume()
    }
  })
})

describe('stream.mjpeg', () => {
  it('shows a newcomer the last frame at once, and then every frame byte for byte', async () => {
    await using board = await camera()
    await board.sendFrame(jpeg(3_000, 'last'))
    await board.settled()
    using player = await Player.open(await board.id(), owner())
    expect(player.response.headers).toMatchObject({
      'content-type': expect.stringMatching(/^multipart\/x-mixed-replace; boundary=\S+$/),
      'cache-control': 'no-store',
      connection: 'close',
      'x-content-type-options': 'nosniff',
    })
    expect(player.response.headers['transfer-encoding']).toBeUndefined()
    await player.sees(jpeg(3_000, 'last'))
    for (const seed of ['a', 'b', 'c']) {
      await board.sendFrame(jpeg(70_000, seed))
      await player.sees(jpeg(70_000, seed))
    }
    expect(player.pictures()).toHaveLength(4)
  })

  it('tells a browser of the next part right behind each picture, for it shows one only then', async () => {
    await using board = await camera()
    await board.sendFrame(jpeg(3_000, 'last'))
    await board.settled()
    const browser =
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36'
    using player = await Player.open(await board.id(), { ...owner(), 'user-agent': browser })
    await board.sendFrame(jpeg(4_000, 'next'))
    const next = `${player.boundary}Content-Type: image/jpeg\r\n\r\n`
    const whole = Buffer.concat(
      [next, jpeg(3_000, 'last'), `\r\n${next}`, jpeg(4_000, 'next'), `\r\n${next}`].map(part => Buffer.from(part)),
    )
    await until('both pictures', () => player.bytes.length >= whole.length)
    expect(player.bytes.equals(whole)).toBe(true)
  })

  it('starts before there is any frame', async () => {
    await using board = await camera()
    using player = await Player.open(await board.id(), basic(gateway.ownerKey))
    expect(player.response.statusCode).toBe(200)
    await board.sendFrame(jpeg(1_000, 'at last'))
    await player.sees(jpeg(1_000, 'at last'))
  })

  it('has a place for so many viewers, and gives it back when one leaves', async () => {
    await using board = await camera()
    const id = await board.id()
    const viewers = async () => (await board.api('GET')).body.device.viewers
    using first = await Player.open(id, owner())
    using _second = await Player.open(id, owner())
    const full = await ask(gateway, 'GET', `/api/devices/${id}/stream.mjpeg`, { headers: owner() })
    expect([full.status, full.json.code]).toEqual([503, 'viewers_full'])
    expect(await viewers()).toBe(2)
    first.call.destroy()
    await until('a free place', async () => (await viewers()) === 1)
    using third = await Player.open(id, owner())
    expect(third.response.statusCode).toBe(200)
  })

  it('asked for its head only, joins nobody', async () => {
    await using board = await camera()
    const { status, headers } = await ask(gateway, 'HEAD', `/api/devices/${await board.id()}/stream.mjpeg`, {
      headers: owner(),
    })
    expect([status, headers['content-type']]).toEqual([200, expect.stringContaining('multipart/x-mixed-replace')])
    expect((await board.api('GET')).body.device.viewers).toBe(0)
  })

  it('sends away who takes nothing, and leaves its neighbour alone', async () => {
    await using board = await camera()
    const id = await board.id()
    using stalled = await Player.open(id, owner())
    stalled.response.pause()
    stalled.response.socket.pause()
    using neighbour = await Player.open(id, owner())
    let over = false
    void until('one viewer', async () => (await board.api('GET')).body.device.viewers === 1, 15_000).finally(() => {
      over = true
    })
    for (let count = 0; !over; count++) {
      const picture = jpeg(500_000, count)
      await board.sendFrame(picture)
      await neighbour.sees(picture)
    }
    expect((await board.api('GET')).body.device.viewers).toBe(1)
    await board.sendFrame(jpeg(2_000, 'afterwards'))
    await neighbour.sees(jpeg(2_000, 'afterwards'))
  })

  it('ends when the device is blocked', async () => {
    await using board = await camera()
    using player = await Player.open(await board.id(), owner())
    await board.api('POST', '/block')
    await player.ended
    const again = await ask(gateway, 'GET', `/api/devices/${await board.id()}/stream.mjpeg`, { headers: owner() })
    expect([again.status, again.json.code]).toEqual([409, 'wrong_state'])
  })

  it.each(['stream.mjpeg', '/ws/view'])('ends over %s when the key of its viewer is revoked', async way => {
    await using board = await camera()
    const id = await board.id()
    const made = (await gateway.api('POST', '/api/keys', { role: 'viewer' })).body
    const viewers = async () => (await board.api('GET')).body.device.viewers
    if (way === 'stream.mjpeg') {
      using player = await Player.open(id, bearer(made.secret))
      await gateway.api('DELETE', `/api/keys/${made.key.id}`)
      await player.ended
    } else {
      await using watcher = await Watcher.join(gateway, id, made.secret)
      const closed = once(watcher.ws, 'close')
      await gateway.api('DELETE', `/api/keys/${made.key.id}`)
      expect((await closed)[0]).toBe(4001)
    }
    expect(await viewers()).toBe(0)
  })

  it('ends when a tag that granted it is taken away', async () => {
    await using board = await camera()
    await board.api('PATCH', '', { tags: ['shared'] })
    using player = await Player.open(await board.id(), bearer(await gateway.key('viewer', { grants: ['#shared'] })))
    await board.sendFrame(jpeg(1_000, 'still yours'))
    await player.sees(jpeg(1_000, 'still yours'))
    await board.api('PATCH', '', { tags: [] })
    await player.ended
  })

  it('ends when the gateway stops, which does not wait for it', async () => {
    const other = await startGateway()
    const board = await Board.active(other, { kind: 'esp32cam' })
    const call = request(`${other.url}/api/devices/${await board.id()}/stream.mjpeg`, {
      headers: bearer(other.ownerKey),
      agent: false,
    })
    call.on('error', () => {}).end()
    const [response] = (await once(call, 'response')) as [IncomingMessage]
    const ended = new Promise(resolve => response.on('error', () => {}).once('close', resolve))
    response.resume()
    await other[Symbol.asyncDispose]()
    await ended
  })
})
