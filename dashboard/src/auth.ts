import { passkeyClient } from '@better-auth/passkey/client'
import { createAuthClient } from 'better-auth/client'
import { twoFactorClient } from 'better-auth/client/plugins'
import i18n from 'i18next'
import { ApiFailure } from './api/http.ts'

/** Accounts as Better Auth keeps them: sign-in, second factor, passkeys, sessions. */
export const auth = createAuthClient({
  baseURL: location.origin,
  basePath: '/api/auth',
  plugins: [twoFactorClient(), passkeyClient()],
  fetchOptions: {
    onRequest: ({ headers }) => headers.set('accept-language', document.documentElement.lang || 'en'),
  },
})

interface Answer<T> {
  data: T | null
  error: {
    status?: number
    code?: string | undefined
    message?: string | undefined
    hint?: string
    retryAfterS?: number
  } | null
}

/** The answer itself; a refusal is thrown like one of the API. */
export async function settled<T>(answer: Promise<unknown>): Promise<T> {
  const { data, error } = (await answer) as Answer<T>
  if (error) {
    const { status = 0, code, hint, retryAfterS } = error
    // The library speaks English only: what people meet most is said in their own language.
    const said = code === undefined ? '' : i18n.t(`accountProblem.${code}`, { defaultValue: '' })
    const message = said || error.message
    // A proxy's own page: what stands behind it did not answer.
    if (!message) throw new Error(`HTTP ${status}`)
    throw new ApiFailure(status, {
      ...(code !== undefined && { code }),
      message,
      ...(hint !== undefined && { hint }),
      ...(retryAfterS !== undefined && { retryAfterS }),
    })
  }
  return data as T
}

/** Why passkeys cannot be had here, as a key of the texts; nothing where they can. */
export function passkeysForbidden(): 'secure' | 'browser' | undefined {
  if (!isSecureContext) return 'secure'
  return 'PublicKeyCredential' in window ? undefined : 'browser'
}
