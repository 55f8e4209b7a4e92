import type { WebSocket } from 'ws'

/** Time between protocol pings to viewers: a browser that vanished without a Close is noticed within two of them. */
const viewerPingMs = 20_000

/**
 * Pings `ws` until it closes, and terminates it when the previous ping was not answered.
 * `guarded`: runs each ping inside the caller's fault boundary.
 */
export function keepViewerAlive(ws: WebSocket, guarded: (ping: () => void) => void): void {
  let isAlive = true
  const ping = () => {
    if (!isAlive) return ws.terminate()
    isAlive = false
    ws.ping()
  }
  const pings = setInterval(() => guarded(ping), viewerPingMs)
  ws.on('pong', () => {
    isAlive = true
  })
  ws.on('close', () => clearInterval(pings))
}
