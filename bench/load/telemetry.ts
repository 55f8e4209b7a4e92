// Boards that send sensor_data at a steady rate and count the acknowledgements.
// Usage: telemetry.ts URL BOARDS MESSAGES_PER_S SECONDS. Prints one JSON line after SECONDS or when the gateway ends.
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import WebSocket from 'ws'

const [url, boardCount, perSecond, seconds] = process.argv.slice(2) as [string, string, string, string]
const boards = await Promise.all(Array.from({ length: Number(boardCount) }, (_, i) => dial(i)))
const tickMs = (1000 * boards.length) / Number(perSecond)
const sentAt: number[] = []
const ackMs: number[] = []
const acknowledged = new Set<number>()
let gone = false

for (const board of boards) {
  board.on('message', text => {
    const message = JSON.parse(text.toString())
    if (message.type !== 'ack' || message.command_type !== 'sensor_data') return
    acknowledged.add(message.sequence)
    ackMs.push(performance.now() - sentAt[message.sequence]!)
  })
  board.on('close', () => {
    gone = true
  })
}

const start = performance.now()
for (let tick = 0; !gone && performance.now() - start < Number(seconds) * 1000; tick++) {
  for (const board of boards) send(board)
  await sleep(Math.max(0, start + (tick + 1) * tickMs - performance.now()))
}
ackMs.sort((a, b) => a - b)
const sequences = [...acknowledged]
process.stdout.write(
  `${JSON.stringify({
    sent: sentAt.length,
    acknowledged: acknowledged.size,
    seconds: (performance.now() - start) / 1000,
    p50_ms: ackMs[Math.floor(ackMs.length * 0.5)] ?? 0,
    p99_ms: ackMs[Math.floor(ackMs.length * 0.99)] ?? 0,
    sequences,
  })}\n`,
  () => process.exit(0),
)

async function dial(i: number): Promise<WebSocket> {
  const token = `tok-${String(i).padStart(5, '0')}`
  const board = new WebSocket(url, { headers: { Authorization: `Bearer ${token}`, 'X-Device-ID': `dev-${i}` } })
  board.on('error', () => {})
  await once(board, 'open')
  return board
}

/** Sequence numbers are unique over all boards, so that the number alone identifies a row. */
function send(board: WebSocket): void {
  const sequence = sentAt.push(performance.now()) - 1
  board.send(
    JSON.stringify({ type: 'sensor_data', sensor_type: 'climate', data: { sequence, celsius: 21.5, humidity: 40 } }),
  )
}
