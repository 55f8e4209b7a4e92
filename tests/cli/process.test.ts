import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(() => gateway[Symbol.asyncDispose]())

const shell = (command: string) =>
  promisify(execFile)('bash', ['-c', command], { env: { ...process.env, DATA: gateway.dataDir, URL: gateway.url } })

/** Starts the command line as a process and waits for its first output. */
async function running(...args: string[]) {
  const child = spawn('sh', ['bin/darvaza', ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const exit = once(child, 'exit')
  await once(child.stdout, 'data')
  return { child, exit }
}

test('a secret is captured by a shell, and works', async () => {
  const { stdout, stderr } = await shell(
    'KEY=$(sh bin/darvaza key create --role viewer --data "$DATA") && sh bin/darvaza device list --url "$URL" --key - --json <<< "$KEY"',
  )
  expect(JSON.parse(stdout)).toEqual({ devices: [] })
  expect(stderr).toContain('It is shown only this once:')
})

test('Ctrl-C ends a simulated board and a followed journal with 130', async () => {
  const pico = await running('simulate', 'pico', '--url', gateway.url)
  pico.child.kill('SIGINT')
  expect(await pico.exit).toEqual([130, null])
  const journal = await running('journal', '--follow', '--data', gateway.dataDir)
  journal.child.kill('SIGINT')
  expect(await journal.exit).toEqual([130, null])
})

test('a reader that leaves early is no failure', async () => {
  const news = () => gateway.api('POST', '/api/devices', { kind: 'pico' })
  await news()
  let done = false
  const read = shell('set -o pipefail; sh bin/darvaza journal --follow --data "$DATA" | head -n 1').finally(() => {
    done = true
  })
  // Like `tail -f`, the command notices that the pipe is closed only when it writes the next line.
  while (!done) await Promise.race([read, new Promise(resolve => setTimeout(resolve, 200)).then(news)])
  const { stdout, stderr } = await read
  expect(stdout.split('\n')).toHaveLength(2)
  expect(stderr).toBe('')
})

test('serve keeps its own flags and its own help', async () => {
  const { stdout } = await shell('sh bin/darvaza serve --help')
  expect(stdout).toContain('--trusted-proxies')
  await expect(shell('sh bin/darvaza serve --port many')).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--port many'),
  })
})

test('the gateway’s own host needs no key even where the data folder lies deep', async () => {
  const deep = `${gateway.dataDir}/${'deep/'.repeat(20)}`
  await using other = await startGateway({ dataDir: deep })
  const { stdout } = await shell(`sh bin/darvaza enrolment show --json --data ${other.dataDir}`)
  expect(JSON.parse(stdout)).toMatchObject({ mode: 'approve' })
})
