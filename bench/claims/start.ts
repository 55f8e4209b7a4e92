import { type Claim, lowRow, wsload } from '../harness/claim.ts'
import { darvaza } from '../harness/darvaza.ts'
import { removeFolder, temporaryFolder } from '../harness/process.ts'

export const claim: Claim = {
  name: 'start',
  about: 'a start with 10,000 known devices: milliseconds from the command until it listens',
  async run(bench) {
    const boards = bench.quick ? 2_000 : 10_000
    const work = `start with ${boards.toLocaleString('en')} known devices`
    const folder = temporaryFolder()
    try {
      {
        await using first = await darvaza({ folder }).start()
        await wsload(first, 'hold', '-n', boards, '-C', 256, '-t', 1)
        await first.kill('SIGTERM')
      }
      const values: number[] = []
      for (let round = 1; round <= bench.rounds; round++) {
        bench.say(`${work}: round ${round} of ${bench.rounds}`)
        await using gateway = await darvaza({ folder }).start()
        values.push(gateway.readyAfterMs)
      }
      return [lowRow({ work, server: 'darvaza', values, unit: 'ms', floor: 800, goal: 400 })]
    } finally {
      removeFolder(folder)
    }
  },
}
