/** Headers of a request by lower-case names. */
type Headers = Readonly<Record<string, string | undefined>>

/** Facts about the connection of a request, and about the gateway's own name. */
export interface OriginRules {
  publicUrl: string | undefined
  /** Whether the client's own connection is encrypted, as far as the gateway knows: see `TrustedProxies.isEncrypted`. */
  encrypted: boolean
}

/**
 * Whether the Origin header names another site. False without one: the client is no browser, or requests something that
 * a page cannot read anyway.
 *
 * On an encrypted connection the whole origin is compared, scheme and port included: a page of `http://NAME` can be
 * forged by an attacker on the way. The same holds for the host of an https `publicUrl`. Otherwise host and port are
 * compared: the scheme is not known, as a proxy that is not configured may have ended TLS.
 */
export function isForeign(headers: Headers, rules: OriginRules): boolean {
  return headers.origin !== undefined && isForeignOrigin(headers.origin, headers.host, rules)
}

/** Compares the Referer in the same way, for a browser that sends no Origin. False without either. */
export function isForeignByReferer(headers: Headers, rules: OriginRules): boolean {
  const { origin, referer, host } = headers
  return origin === undefined && referer !== undefined && isForeignOrigin(referer, host, rules)
}

function isForeignOrigin(url: string, host: string | undefined, { publicUrl, encrypted }: OriginRules): boolean {
  if (!URL.canParse(url)) return true
  const { origin, protocol, host: site } = new URL(url)
  const publicSite = publicUrl === undefined ? undefined : new URL(publicUrl)
  if (publicSite?.origin === origin) return encrypted && protocol !== 'https:'
  const secureHost = hostOf(host, 'https:')
  const isPublicHost = publicSite?.protocol === 'https:' && publicSite.host === secureHost
  if (encrypted || isPublicHost) return secureHost === undefined || origin !== `https://${secureHost}`
  return site !== hostOf(host, protocol)
}

/** A Host header without the port that its scheme implies, in lower case, as URLs write it. */
function hostOf(host: string | undefined, protocol: string): string | undefined {
  const url = `${protocol}//${host}`
  return host !== undefined && URL.canParse(url) ? new URL(url).host : undefined
}
