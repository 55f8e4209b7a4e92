import type { Reader } from '../../core/diagnosis/diagnosis-text.ts'
import { languageOf } from '../../errors/errors.ts'
import type { RouteContext } from './request-context.ts'

/** The client's language, and the gateway's address for texts about boards whose own address for it is not known. */
export function readerOf(c: RouteContext): Reader {
  const language = languageOf(c.req.header('accept-language'))
  const { host, listenerKind, encrypted } = c.env
  const named = c.req.header('host')
  const here = listenerKind === 'host' || named === undefined ? host.ownUrl() : `http${encrypted ? 's' : ''}://${named}`
  return { language, base: host.publicUrl ?? here }
}
