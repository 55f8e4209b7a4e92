import { firstOwner, PersonClient, password } from '../people/person-client.ts'
import { startGateway } from '../support/gateway.ts'
import { postFrom } from '../support/post-from.ts'
import type { SoakOptions } from '../support/soak.ts'

export const name = 'sign-in'
export const summary =
  'made-up sign-ins from 20 addresses: a known device waits for two hashes at most; who exists is not to be timed'

const addresses = 20
const atOnce = 4
/** The number of attempts for each kind of account whose times are compared. */
const timed = 50

const path = '/api/auth/sign-in/email'

export async function run({ count = 800, signal }: SoakOptions, say: (line: string) => void): Promise<void> {
  await using gateway = await startGateway({
    limits: { unknownGuessesPerHour: 10_000, guessBurst: 40, entryBurst: 10_000 },
  })
  const owner = await firstOwner(gateway)
  await owner.ask('POST', '/api/people', { name: 'Invited', email: 'invited@example.org', role: 'viewer' })

  const counts = { hashed: 0, refused: 0 }
  const first = Promise.withResolvers<void>()
  // Several times as many requests at once as the queue holds; each client tries again as soon as it is rejected.
  const clients = Array.from({ length: addresses * atOnce }, async (_, client) => {
    for (let n = 0; n < count / (addresses * atOnce) && !signal.aborted; n++) {
      const wish = { email: `${client}-${n}@example.org`, password: 'a wrong password' }
      const { status } = await postFrom(`127.0.1.${1 + (client % addresses)}`, gateway, path, wish)
      counts[status === 503 ? 'refused' : 'hashed']++
      if (status !== 503) first.resolve()
    }
  })
  const flood = Promise.all(clients)
  flood.catch(first.reject)
  await first.promise
  const known = new PersonClient(gateway)
  for (const [cookie, value] of owner.cookies) if (cookie.includes('.device.')) known.cookies.set(cookie, value)
  for (let n = 0; n < 3 && !signal.aborted; n++) {
    const before = counts.hashed
    const started = performance.now()
    const { status } = await known.signIn(owner.email, password)
    const tookMs = Math.round(performance.now() - started)
    say(`a known device came in after ${tookMs} ms, with ${counts.hashed - before} hashes of others before it`)
    if (status !== 200 || counts.hashed - before > 2)
      throw new Error(`status ${status}, ${counts.hashed - before} before it`)
  }
  await flood
  say(`${count} made-up sign-ins: ${counts.hashed} hashed, ${counts.refused} refused`)

  const emails = { known: owner.email, invited: 'invited@example.org', nobody: 'nobody@example.org' }
  const tookMs: Record<string, number[]> = { known: [], invited: [], nobody: [] }
  for (let n = 0; n < timed && !signal.aborted; n++)
    for (const [who, email] of Object.entries(emails)) {
      const started = performance.now()
      await postFrom(`127.0.2.${1 + (n % 200)}`, gateway, path, { email, password: 'a wrong password' })
      tookMs[who]!.push(performance.now() - started)
    }
  for (const [who, all] of Object.entries(tookMs)) {
    const sorted = all.toSorted((one, other) => one - other)
    const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]?.toFixed(1)
    say(`a wrong password of ${who}: least ${at(0)} ms, a quarter ${at(0.25)} ms, median ${at(0.5)} ms`)
  }
}
