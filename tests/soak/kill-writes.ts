import { rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { type SpawnedGateway, spawnGateway, temporaryFolder } from '../support/gateway.ts'
import { type SoakOptions, seededRandom } from '../support/soak.ts'
import { startLoad } from './kill-writes/load.ts'
import { Promises } from './kill-writes/promises.ts'

export const name = 'kill-writes'
export const summary =
  'kill -9 at random moments under readings, enrolment, rotation and settings: no acknowledged write is lost or half done'

/** The default number of kills. */
const kills = 200
/** The longest time that the load runs before the kill. */
const longestLoadMs = 500

/** Kills gateways of one data folder again and again. Each next start is checked first and then loaded itself. */
export async function run(
  { count = kills, seconds, seed, signal }: SoakOptions,
  say: (line: string) => void,
): Promise<void> {
  const random = seededRandom(seed)
  const dataDir = await temporaryFolder()
  const args = ['--enrolment', 'open', '--log-level', 'error']
  const deadline = seconds === undefined ? Number.POSITIVE_INFINITY : performance.now() + seconds * 1_000
  const promises = new Promises()
  let gateway: SpawnedGateway | undefined
  try {
    gateway = await spawnGateway({ dataDir, args })
    let done = 0
    for (; done < count && performance.now() < deadline && !signal.aborted; done++) {
      const load = await startLoad(gateway, promises)
      await sleep(random() * longestLoadMs)
      gateway.kill('SIGKILL')
      await gateway.exited
      await load.ended
      gateway = await spawnGateway({ dataDir, args })
      await promises.mustBeKept(gateway)
      if ((done + 1) % 20 === 0) say(`${done + 1} kills: ${promises}`)
    }
    say(`${done} kills in all: ${promises}`)
  } finally {
    gateway?.kill('SIGKILL')
    await gateway?.exited
    await rm(dataDir, { recursive: true, force: true })
  }
}
