import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { z } from 'zod'
import { fa } from 'zod/locales'
import { withoutTrailingSlashes } from '#protocol/paths.ts'
import type { Language } from '#protocol/vocabulary.ts'
import { StoreFailure } from '../../core/store-failure.ts'
import { DarvazaError, errorBody, type FailureCode, languageOf } from '../../errors/errors.ts'
import { methodsOf, socketAt } from '../access-table.ts'
import { shapeOf } from '../tcp/request-shape.ts'
import type { HttpEnv } from './request-context.ts'

/** Answers any failure, as JSON in the reader's language. An unforeseen exception is reported by its shape only. */
export function onError(error: Error, c: Context<HttpEnv>): Response {
  const known = error instanceof DarvazaError ? error : fromHono(error)
  if (known?.cause !== undefined) c.env.host.onStoreFailure(known.cause)
  if (known) return failed(c, known)
  if (error instanceof StoreFailure) {
    c.env.host.onStoreFailure(error)
    return failed(c, new DarvazaError('store_unavailable'))
  }
  c.env.faults.caught('request', error, () => shapeOf(c.env.incoming))
  return failed(c, new DarvazaError('internal'))
}

/**
 * Answers a request that matches no route: no such path, another method, or a WebSocket path that was requested without
 * an upgrade.
 */
export function onNotFound(c: Context<HttpEnv>): Response {
  const path = withoutTrailingSlashes(c.req.path) || '/'
  if (socketAt(path)) {
    c.header('Upgrade', 'websocket')
    const hint = c.env.webSockets.unupgraded(c.env.incoming, c.env.listenerKind)
    return failed(c, new DarvazaError('upgrade_required', hint === undefined ? {} : { details: { hint } }))
  }
  const methods = methodsOf(path)
  if (methods.length === 0) return failed(c, new DarvazaError('not_found'))
  c.header('Allow', methods.join(', '))
  if (c.req.method === 'OPTIONS') return c.body(null, 204)
  return failed(c, new DarvazaError('method_not_allowed'))
}

/** The most issues that one answer lists: a body of 64 KiB may be wrong in thirty thousand places. */
const mostIssues = 20

/** Runs after each validation of a request. */
export function onValidated(
  result: { success: true } | { success: false; error: z.ZodError },
  c: Context<HttpEnv>,
): void {
  if (result.success) return
  const language = languageOf(c.req.header('accept-language'))
  throw invalid(
    ...result.error.issues
      .slice(0, mostIssues)
      .map(issue => ({ path: issue.path.join('.'), message: say(issue, language) })),
  )
}

/** The error for values of a request that no schema can judge alone. */
export const invalid = (...issues: { path: string; message: string }[]): DarvazaError =>
  new DarvazaError('invalid_request', { details: { issues } })

/** The interval at which the gateway itself tries a full or slow disk again. */
const storeRetryAfterS = 2

const persian = fa().localeError

function say(issue: z.core.$ZodIssue, language: Language): string {
  if (language !== 'fa' || issue.code === 'custom') return issue.message
  const sentence = persian(issue as z.core.$ZodRawIssue)
  return (typeof sentence === 'object' ? sentence?.message : sentence) ?? issue.message
}

function failed(c: Context<HttpEnv>, error: DarvazaError): Response {
  const retryAfterS = error.retryAfterS ?? (error.code === 'store_unavailable' ? storeRetryAfterS : undefined)
  if (retryAfterS !== undefined) c.header('Retry-After', String(retryAfterS))
  const details = { ...error.details, ...(retryAfterS !== undefined && { retryAfterS }) }
  const body = errorBody(error.code, languageOf(c.req.header('accept-language')), details, error.sentences)
  return c.json(body, error.status as ContentfulStatusCode)
}

function fromHono(error: Error): DarvazaError | undefined {
  if (!(error instanceof HTTPException)) return undefined
  const codes: Record<number, FailureCode> = { 400: 'invalid_json', 413: 'body_too_large', 415: 'invalid_json' }
  const code = codes[error.status]
  return code && new DarvazaError(code)
}
