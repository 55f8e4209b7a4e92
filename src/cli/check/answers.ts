import { type HttpAnswer, jsonOf, valuesOf } from './http-client.ts'
import { type CheckFinding, failed } from './step.ts'

/** Recognises answers that a proxy gives in the gateway's place: redirects, its own pages, a password prompt. */
export function proxyFinding(answer: HttpAnswer): CheckFinding | undefined {
  const { status } = answer
  const first = `HTTP ${status}`
  if (status >= 300 && status < 400) {
    const to = valuesOf(answer, 'location')[0]
    return failed('redirected', `${first}: sent on to ${to ?? 'nowhere'}`, { status, location: to })
  }
  if (jsonOf(answer)?.status === 'error') return undefined
  if (status === 502 || status === 503 || status === 504)
    return failed('proxy_cannot_reach_gateway', `${first}: a proxy answers in the gateway’s place`, { status })
  if ((status === 401 && /^basic|^digest/i.test(valuesOf(answer, 'www-authenticate')[0] ?? '')) || status === 407)
    return failed('proxy_wants_password', `${first}: somebody asks for a password`, { status })
  return undefined
}

/** The gateway's own refusal, parsed. */
export interface Refusal {
  code: string
  message: string
  hint: string
}

export function refusalOf(answer: HttpAnswer): Refusal | undefined {
  const body = jsonOf(answer)
  if (body?.status !== 'error' || typeof body.code !== 'string' || typeof body.message !== 'string') return undefined
  return { code: body.code, message: body.message, hint: typeof body.hint === 'string' ? body.hint : '' }
}

export const isHtml = (answer: HttpAnswer): boolean =>
  /html/i.test(valuesOf(answer, 'content-type')[0] ?? '') || /^\s*<(!doctype|html)/i.test(answer.body)
