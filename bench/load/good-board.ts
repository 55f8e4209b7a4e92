// An approved board that sends pings and readings at a steady rate while the gateway is under attack.
// Usage: good-board.ts URL SECONDS. Prints one JSON line: how much was sent and answered, and the delays.
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import WebSocket from 'ws'

const [url, seconds] = process.argv.slice(2) as [string, string]
const everyMs = 20
/** Each tenth ping is followed by a reading. */
const readingEvery = 10
const board = new WebSocket(url, { headers: { Authorization: 'Bearer tok-00000', 'X-Device-ID': 'good' } })
await once(board, 'open')
const sentAt: number[] = []
const pingMs: number[] = []
let readings = 0
let acknowledged = 0
board.on('message', data => {
  const message = JSON.parse(data.toString())
  // Pongs carry no number, but they arrive in the order of the pings.
  if (message.type === 'pong') pingMs.push(performance.now() - sentAt[pingMs.length]!)
  if (message.type === 'ack' && message.command_type === 'sensor_data') acknowledged++
  if (message.type === 'ping') board.send('{"type":"pong"}')
})
const start = performance.now()
for (let tick = 0; performance.now() - start < Number(seconds) * 1_000; tick++) {
  sentAt.push(performance.now())
  board.send('{"type":"ping"}')
  if (tick % readingEvery === 0)
    board.send(JSON.stringify({ type: 'sensor_data', sensor_type: 'climate', data: { sequence: ++readings } }))
  await sleep(Math.max(0, start + (tick + 1) * everyMs - performance.now()))
}
// Wait up to 5 s for outstanding answers.
for (let waited = 0; waited < 50 && (pingMs.length < sentAt.length || acknowledged < readings); waited++)
  await sleep(100)
pingMs.sort((a, b) => a - b)
const at = (share: number) => pingMs[Math.min(pingMs.length - 1, Math.floor(pingMs.length * share))] ?? 0
process.stdout.write(
  `${JSON.stringify({
    pings: sentAt.length,
    answered: pingMs.length,
    p50_ms: at(0.5),
    p99_ms: at(0.99),
    max_ms: at(1),
    readings,
    acknowledged,
  })}\n`,
  () => process.exit(0),
)
