import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { WebSocket } from 'ws'
import type { Role } from '#protocol/vocabulary.ts'
import { type Answer, overControlSocket, type TestGateway } from '../support/gateway.ts'

export const password = 'correct horse battery staple'

/** A person's HTTP client: it keeps cookies and sends `Origin`, as a browser does. */
export class PersonClient {
  readonly gateway: TestGateway
  readonly cookies = new Map<string, string>()
  id = ''
  email = ''

  constructor(gateway: TestGateway) {
    this.gateway = gateway
  }

  get cookie(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  /** Sends a request. `origin: null` sends no `Origin`. */
  async ask(
    method: string,
    path: string,
    body?: unknown,
    options: { origin?: string | null; headers?: Record<string, string> } = {},
  ): Promise<Answer & { headers: Headers }> {
    const { origin = this.gateway.url, headers } = options
    const answer = await this.gateway.api(method, path, body, {
      key: null,
      headers: {
        ...(this.cookies.size > 0 && { cookie: this.cookie }),
        ...(origin !== null && { origin }),
        ...headers,
      },
    })
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '' || /max-age=0/i.test(line)) this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
    return answer
  }

  signIn(email = this.email, word = password): Promise<Answer> {
    return this.ask('POST', '/api/auth/sign-in/email', { email, password: word })
  }

  /** Opens the dashboard's socket with this client's cookies. */
  dashboard(options: { origin?: string | null } = {}): Page {
    const { origin = this.gateway.url } = options
    return new Page(
      new WebSocket(`${this.gateway.wsUrl}/ws/dashboard`, {
        headers: { cookie: this.cookie, ...(origin !== null && { origin }) },
      }),
    )
  }
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into messages of every shape
type Message = any

/** The socket of an open page. It keeps all messages and pictures it receives. */
export class Page implements AsyncDisposable {
  readonly ws: WebSocket
  readonly said: Message[] = []
  readonly pictures: Buffer[] = []
  readonly closed: Promise<{ code: number; reason: string }>
  /** Resolves to the HTTP status if the handshake is rejected. */
  readonly refused: Promise<number>

  constructor(ws: WebSocket) {
    this.ws = ws
    ws.on('message', (data: Buffer, isBinary) => {
      if (isBinary) this.pictures.push(data)
      else this.said.push(JSON.parse(data.toString()))
      ws.emit('told')
    })
    ws.on('error', () => {})
    this.closed = new Promise(resolve => ws.on('close', (code, reason) => resolve({ code, reason: reason.toString() })))
    this.refused = new Promise(resolve =>
      ws.on('unexpected-response', (_request, response) => {
        response.resume()
        ws.terminate()
        resolve(response.statusCode ?? 0)
      }),
    )
  }

  say(message: object): void {
    this.ws.send(JSON.stringify(message))
  }

  /** The first message that fits, among those received already or later. */
  async heard(isIt: (message: Message) => boolean): Promise<Message> {
    for (;;) {
      const found = this.said.find(isIt)
      if (found) return found
      await once(this.ws, 'told')
    }
  }

  async shown(count: number): Promise<Buffer[]> {
    while (this.pictures.length < count) await once(this.ws, 'told')
    return this.pictures
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.ws.terminate()
    await this.closed
  }
}

/** The code of a fresh owner link, requested as the command line on the gateway's host does. */
export async function ownerCode(gateway: TestGateway): Promise<string> {
  const { body } = await overControlSocket(gateway.dataDir, 'POST', '/api/owner/reset', {})
  return (body as { link: string }).link.split('#')[1]!
}

/** Creates the first owner and returns a signed-in client. */
export async function firstOwner(gateway: TestGateway): Promise<PersonClient> {
  const client = new PersonClient(gateway)
  client.email = 'mina@example.org'
  const { status, body } = await client.ask('POST', '/api/setup', {
    code: await ownerCode(gateway),
    name: 'Mina',
    email: client.email,
    password,
  })
  if (status !== 201) throw new Error(`no owner: ${JSON.stringify(body)}`)
  client.id = body.person.id
  return client
}

/** Invites a person as the owner and returns a signed-in client for that person. */
export async function guest(owner: PersonClient, role: Role, grants?: string[]): Promise<PersonClient> {
  const client = new PersonClient(owner.gateway)
  client.email = `${role}-${Math.random().toString(36).slice(2)}@example.org`
  const invited = await owner.ask('POST', '/api/people', {
    name: role,
    email: client.email,
    role,
    ...(grants && { grants }),
  })
  const code = invited.body.invitation.split('#')[1]
  const { status, body } = await client.ask('POST', '/api/invite', { code, name: role, password })
  if (status !== 201) throw new Error(`no guest: ${JSON.stringify(body)}`)
  client.id = body.person.id
  return client
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** The code that an authenticator shows for an `otpauth://…` URI at time `at` (RFC 6238: SHA-1, 30 s, six digits). */
export function totp(uri: string, at = Date.now()): string {
  const secret = new URL(uri).searchParams.get('secret') ?? ''
  const bits = [...secret.replace(/=+$/, '')]
    .map(letter => letters.indexOf(letter).toString(2).padStart(5, '0'))
    .join('')
  const key = Buffer.from(bits.match(/.{8}/g)!.map(byte => Number.parseInt(byte, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)))
  const mac = createHmac('sha1', key).update(counter).digest()
  const offset = mac[19]! & 15
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}
