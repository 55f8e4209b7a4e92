import { type ServerOptions, WebSocketServer } from 'ws'

/** A server of the ws library for sockets whose handshake the gateway read itself. It takes no compressed messages. */
export function upgradeServer(
  { closeWaitMs, messageBytes }: { closeWaitMs: number; messageBytes: number },
  options: Pick<ServerOptions, 'handleProtocols'> = {},
): WebSocketServer {
  // An option of ws since 8.19, missing in its types.
  const closing = { closeTimeout: closeWaitMs }
  return new WebSocketServer({
    ...options,
    ...closing,
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: messageBytes,
  })
}
