import type { MiddlewareHandler } from 'hono'
import { deepest, nestsDeeperThan } from '../../core/json.ts'
import { DarvazaError } from '../../errors/errors.ts'
import type { HttpEnv } from './request-context.ts'

/** Reads the body of a request that may have one, up to the limit; the validation that runs next uses it. */
export const readBody: MiddlewareHandler<HttpEnv> = async (c, next) => {
  const { requestBytes } = c.env.core.limits
  if (Number(c.req.header('content-length') ?? 0) > requestBytes) throw new DarvazaError('body_too_large')
  if (c.req.raw.body) {
    let bytes = 0
    const chunks: Uint8Array[] = []
    for (const reader = c.req.raw.body.getReader(); ; ) {
      const { done, value } = await reader.read()
      if (done) break
      chunks.push(value)
      bytes += value.length
      if (bytes > requestBytes) throw new DarvazaError('body_too_large')
    }
    const text = Buffer.concat(chunks).toString()
    if (nestsDeeperThan(text, deepest)) throw new DarvazaError('invalid_json')
    c.req.bodyCache.text = Promise.resolve(text) as never
  }
  await next()
}
