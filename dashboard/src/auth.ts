import { passkeyClient } from '@better-auth/passkey/client'
import { createAuthClient } from 'better-auth/client'
import { twoFactorClient } from 'better-auth/client/plugins'
import i18n from 'i18next'
import { ApiFailure } from './api/http.ts'

/** The client of Better Auth, the library for accounts: sign-in, second factor, passkeys, sessions. */
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

/** Returns the data of Better Auth's answer. Throws an ApiFailure for a refusal, as `call` does. */
export async function settled<T>(answer: Promise<unknown>): Promise<T> {
  const { data, error } = (await answer) as Answer<T>
  if (error) {
    const { status = 0, code, hint, retryAfterS } = error
    // Better Auth's messages are English: a text in the reader's language replaces the frequent ones.
    const text = code === undefined ? '' : i18n.t(`accountProblem.${code}`, { defaultValue: '' })
    const message = text || error.message
    // The answer is an error page of a proxy: the gateway behind it did not answer.
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

/** The reason why this page cannot use passkeys, as the last part of a text key; undefined if it can. */
export function passkeysForbidden(): 'secure' | 'browser' | undefined {
  if (!isSecureContext) return 'secure'
  return 'PublicKeyCredential' in window ? undefined : 'browser'
}
