import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { compareWith } from './against.ts'
import { claims } from './claims/claims.ts'
import { repository } from './harness/build.ts'
import { type Bench, type Claim, reason } from './harness/claim.ts'
import { profileIntoFolder } from './harness/darvaza.ts'
import { canPin, endAllOnExit } from './harness/process.ts'
import { id, type Line, line, markdown, parse, plain } from './harness/table.ts'

const { values: flags, positionals: names } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    minutes: { type: 'string', default: '30' },
    quick: { type: 'boolean', default: false },
    'no-peers': { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
    against: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
})

if (flags.help) {
  process.stdout.write(`npm run bench -- [claim ...] [--rounds N] [--quick] [--no-peers] [--minutes N] [--profile]

Measures the gateway against the limit of this machine and writes bench/RESULTS.md. Nothing is asserted.
Needs Linux, two cores, gcc and libssl-dev; wants the machine for itself.

claims (all of them but the soak unless named):
${claims.map(claim => `  ${claim.name.padEnd(10)} ${claim.about}`).join('\n')}

  --rounds N    rounds of ceiling, gateway, ceiling, gateway … (5); the table shows medians
  --quick       runs of a second or two and one round, to try the bench itself; nothing is written
  --no-peers    without what people use today: Mosquitto, NATS, Socket.IO, Aedes (fetched into bench/.build)
  --profile     the gateway also leaves CPU profiles; the table is then not written
  --against DIR the gateway of this checkout beside that of another, installed, in pairs: frames, pings, handshakes and idle
                memory. Ends with 1 where it is surely slower (95% interval of the median ratio below 0.97)
  --minutes N   length of the soak, and of the page's run (30)
`)
  process.exit(0)
}

endAllOnExit()

const unknown = names.filter(name => !claims.some(claim => claim.name === name))
if (unknown.length) {
  process.stderr.write(
    `bench: no claim is called ${unknown.join(', ')}. There are: ${claims.map(claim => claim.name).join(', ')}.\n`,
  )
  process.exit(2)
}

const bench: Bench = {
  rounds: flags.quick ? 1 : Number(flags.rounds),
  quick: flags.quick,
  peers: !flags['no-peers'],
  soakMinutes: Number(flags.minutes),
  say: text => process.stderr.write(`${text}\n`),
}
if (flags.profile) bench.say(`bench: CPU profiles go to ${profileIntoFolder()}`)
if (!canPin)
  bench.say('bench: taskset or a second core is missing, so server and load share their time: figures are rough')

if (flags.against !== undefined) process.exit((await compareWith(flags.against, bench, names)) ? 0 : 1)

const resultsPath = new URL('RESULTS.md', import.meta.url)
const git = (...args: string[]) =>
  execFileSync('git', args, { cwd: repository, encoding: 'utf8', stdio: 'pipe' }).trim()
const commit = git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain', '--', 'src', 'bin') ? '+' : '')
const committed = parse(attempt(() => git('show', 'HEAD:bench/RESULTS.md')) ?? '')
const results = parse(existsSync(resultsPath) ? readFileSync(resultsPath, 'utf8') : '')
const fresh: Line[] = []
const own = new Set(['ceiling', 'bare ws', 'node:tls', 'darvaza'])

for (const claim of claims.filter(({ name }) => (names.length === 0 ? name !== 'soak' : names.includes(name)))) {
  const overdue = setTimeout(giveUp, (30 + bench.soakMinutes) * 60_000, claim)
  const rows = await rowsOf(claim)
  clearTimeout(overdue)
  // New lines replace the claim's old ones. Lines of peers stay until the peers are measured again.
  if (rows.length)
    for (const [key, old] of results) if (old.claim === claim.name && own.has(old.server)) results.delete(key)
  for (const row of rows) {
    const of = line(claim.name, row, committed.get(id(row)), commit)
    results.set(id(row), of)
    fresh.push(of)
  }
  if (!bench.quick && !flags.profile && rows.length) writeFileSync(resultsPath, page())
}
process.stdout.write(plain(fresh))

/** Ends the bench when a claim hangs. The results of earlier claims are already written to the table. */
function giveUp(claim: Claim): void {
  bench.say(`${claim.name}: not measured: it hangs`)
  process.stdout.write(plain(fresh))
  process.exit(1)
}

async function rowsOf(claim: Claim) {
  try {
    return await claim.run(bench)
  } catch (error) {
    bench.say(`${claim.name}: not measured: ${reason(error)}`)
    return []
  }
}

function page(): string {
  const version = (name: string) =>
    JSON.parse(readFileSync(`${repository}/node_modules/${name}/package.json`, 'utf8')).version
  const machine = `${cpus()[0]?.model}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB, Linux ${attempt(() => execFileSync('uname', ['-r'], { encoding: 'utf8' }).trim())}`
  return `# Results

Written by \`npm run bench\`; what each work is, and how it is measured, is in \`bench/claims/\` and \`bench/README.md\`.
Server and load on a core each, on the same machine, over loopback; medians of the rounds, each on a fresh process; a
ratio is to the C ceiling in the same rounds. A row carries the commit that it was measured at.

- machine: ${machine}
- versions: Node ${process.versions.node}, ws ${version('ws')}, bufferutil ${version('bufferutil')}
- date: ${new Date().toISOString().slice(0, 10)}

${markdown(inOrder([...results.values()]))}`
}

function attempt<T>(get: () => T): T | undefined {
  try {
    return get()
  } catch {
    return undefined
  }
}

function inOrder(lines: Line[]): Line[] {
  const place = (of: Line) => claims.findIndex(claim => claim.name === of.claim)
  return lines.toSorted((a, b) => place(a) - place(b))
}
