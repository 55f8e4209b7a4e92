import { once } from 'node:events'
import { request } from 'node:http'
import { text } from 'node:stream/consumers'

export interface PostReply {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  body: any
  /** Seconds from the `Retry-After` header; 0 without one. */
  retryAfter: number
}

/** Sends a POST from an address of 127.0.0.0/8, without the headers that a browser adds. */
export async function postFrom(
  address: string,
  gateway: { port: number },
  path: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<PostReply> {
  const call = request({
    ...{ host: '127.0.0.1', port: gateway.port, localAddress: address, method: 'POST', path, agent: false },
    headers: { 'content-type': 'application/json', ...headers },
  })
  call.end(JSON.stringify(body))
  const [response] = await once(call, 'response')
  const answer = await text(response)
  return {
    status: response.statusCode,
    body: JSON.parse(answer),
    retryAfter: Number(response.headers['retry-after'] ?? 0),
  }
}
