import type { Darvaza } from './darvaza.ts'

/** Signs in the first owner and returns the session cookies by name. */
export async function becomeOwner(gateway: Darvaza): Promise<Map<string, string>> {
  const url = `http://127.0.0.1:${gateway.port}`
  const { link } = await gateway.api<{ link: string }>('POST', '/api/owner/reset', {})
  const account = { name: 'Bench', email: 'bench@example.org', password: 'four words do well' }
  const answer = await fetch(`${url}/api/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ code: link.split('#')[1], ...account }),
    signal: AbortSignal.timeout(30_000),
  })
  if (!answer.ok) throw new Error(`no owner: ${answer.status} ${await answer.text()}`)
  return new Map(
    answer.headers.getSetCookie().map(line => {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      return [name, value]
    }),
  )
}
