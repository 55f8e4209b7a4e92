import { once } from 'node:events'
import { type IncomingHttpHeaders, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http'
import { buffer } from 'node:stream/consumers'

export interface Reply {
  status: number
  headers: IncomingHttpHeaders
  /** The header lines as they were sent. */
  lines: string[]
  bytes: Buffer
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  json: any
}

/** Sends a request with exactly these headers, as `fetch` adds some and forbids others. */
export async function ask(
  where: { url: string } | { socketPath: string },
  method: string,
  path: string,
  { headers = {}, body }: { headers?: OutgoingHttpHeaders; body?: string | Buffer | undefined } = {},
): Promise<Reply> {
  const to = 'url' in where ? { host: '127.0.0.1', port: new URL(where.url).port } : where
  const call = request({ ...to, method, path, headers: length(body, headers), agent: false })
  call.end(body)
  const [response] = await once(call, 'response')
  const bytes = await buffer(response)
  const { rawHeaders } = response as IncomingMessage
  const isJson = response.headers['content-type']?.startsWith('application/json') && bytes.length > 0
  return {
    status: response.statusCode,
    headers: response.headers,
    lines: Array.from({ length: rawHeaders.length / 2 }, (_, at) => `${rawHeaders[at * 2]}: ${rawHeaders[at * 2 + 1]}`),
    bytes,
    json: isJson ? JSON.parse(bytes.toString()) : undefined,
  }
}

const length = (body: string | Buffer | undefined, headers: OutgoingHttpHeaders): OutgoingHttpHeaders =>
  body === undefined || 'transfer-encoding' in headers
    ? headers
    : { 'content-length': Buffer.byteLength(body), ...headers }

export const bearer = (key: string) => ({ authorization: `Bearer ${key}` })
export const basic = (password: string, user = 'player') => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
})
