import type { Bench } from '../harness/claim.ts'
import type { Kind } from '../harness/servers.ts'

/** What people use today, with the same work: frames as messages. */
export async function peersOf(_bench: Bench): Promise<Kind[]> {
  return []
}
