import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest'
import { onlyIf } from '../support/only-if.ts'
import { BareSystem } from './bare-system.ts'

/** The limit for all tests of this file together, in ms. Tests that do not run within it are skipped with a reason. */
const longestMs = 400_000
const patience = { timeout: 430_000 }

/** Starts the gateway, prints the status of its page and the Node that runs it, and stops it again. */
const startAndStop = `
npm start -- --host 127.0.0.1 --port 0 --data /tmp/darvaza-bare-$$ >start.log 2>&1 &
until grep -q Next: start.log; do sleep 0.2; kill -0 $! || { cat start.log; exit 1; }; done
url=$(grep -o -m 1 'http://127.0.0.1:[0-9]*' start.log)
node -e "fetch('$url/', { headers: { accept: 'text/html' } }).then(async page =>
  console.log('page', page.status, (await page.text()).includes('/assets/')))"
for process in $(grep -l src/main.ts /proc/[0-9]*/cmdline 2>/dev/null); do
  process=\${process%/cmdline}
  case $(readlink $process/exe):$(readlink $process/cwd) in */node:"$PWD") echo "runtime $(readlink $process/exe)"; kill \${process#/proc/} ;; esac
done
wait $! || true
rm -rf /tmp/darvaza-bare-$$
`

describe(
  'with the oldest Node and npm, in a system that has only what a minimal Debian has',
  onlyIf(process.platform === 'linux', 'this is not Linux'),
  () => {
    const signal = AbortSignal.timeout(longestMs)
    let system: BareSystem | undefined
    let installed = ''
    beforeAll(async () => {
      try {
        system = await BareSystem.open(signal)
        installed = await system.run('npm ci 2>&1', { as: 'root' })
        await system.giveToNobody()
      } catch (error) {
        if (!signal.aborted) throw error
      }
    }, patience.timeout)
    afterAll(() => system?.[Symbol.asyncDispose](), patience.timeout)

    /** Runs a command as user nobody and returns its output. Skips the test when the time limit is over. */
    async function says(command: string, context: TestContext): Promise<string> {
      try {
        signal.throwIfAborted()
        return await system!.run(command, { as: 'nobody' })
      } catch (error) {
        if (!signal.aborted) throw error
        context.task.meta.skippedBecause = `a bare system takes this machine more than ${longestMs / 1000} s`
        return context.skip()
      }
    }

    it('npm ci says nothing that worries', patience, async context => {
      await says('true', context)
      expect(installed).toMatch(/^added \d+ packages/m)
      expect(installed).not.toMatch(/npm (warn|err)/i)
    })

    it('npm start serves the page', patience, async context => {
      const said = await says(startAndStop, context)
      expect(said).toContain('page 200 true')
      expect(said).toMatch(system!.isBare ? /^runtime \S+\/node24-linux/m : /^runtime \S+\/node/m)
    })

    it('npm test runs', patience, async context => {
      const said = await says('npm test -- src/protocol src/core/frames tests/rules/rule-27', context)
      expect(said.trimEnd().split('\n').at(-1)).toMatch(/^[1-9]\d* passed, 0 failed$/)
    })
  },
)
