/**
 * Whether a browser says that another site asks. `headers`: lower-case names. Who sends no Origin is no browser, or asks
 * for something a page cannot read anyway.
 */
export function isForeign(
  headers: Readonly<Record<string, string | undefined>>,
  publicUrl: string | undefined,
): boolean {
  const { origin, host } = headers
  if (origin === undefined) return false
  if (!URL.canParse(origin)) return true
  const site = new URL(origin)
  if (publicUrl !== undefined && site.origin === new URL(publicUrl).origin) return false
  return site.host !== hostOf(host, site.protocol)
}

/** A Host header without the port that its scheme implies, in lower case, as URLs write it. */
function hostOf(host: string | undefined, protocol: string): string | undefined {
  const url = `${protocol}//${host}`
  return host !== undefined && URL.canParse(url) ? new URL(url).host : undefined
}
