import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls'
import type { Target } from './target.ts'

/** How to connect to the gateway once its address is known. */
export interface Route {
  target: Target
  /** An address, or a name that the system looks up. */
  address: string
  /** The client's own options for TLS: which authorities it trusts, and what it offers. */
  tls: ConnectionOptions
}

export interface Patience {
  signal: AbortSignal
  timeoutMs: number
}

/** A step took longer than allowed. `code` is that of the system's own timeouts. */
export class TimedOut extends Error {
  readonly code = 'ETIMEDOUT'
}

export function openTcp({ target, address }: Pick<Route, 'target' | 'address'>, patience: Patience): Promise<Socket> {
  return settled(connectTcp({ host: address, port: target.port }).setNoDelay(), 'connect', patience)
}

export function openTls({ target, address, tls }: Route, patience: Patience): Promise<TLSSocket> {
  const name = isIP(target.host) ? {} : { servername: target.host }
  const socket = connectTls({ ...tls, ...name, host: address, port: target.port })
  socket.setNoDelay()
  return settled(socket, 'secureConnect', patience)
}

/** Opens a connection as a board does: with TLS where the URL demands it. */
export const open = (route: Route, patience: Patience): Promise<Socket> =>
  route.target.secure ? openTls(route, patience) : openTcp(route, patience)

function settled<S extends Socket>(socket: S, event: string, { signal, timeoutMs }: Patience): Promise<S> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => end(new TimedOut(`no connection within ${timeoutMs} ms`)), timeoutMs)
    const end = (error: Error) => {
      release()
      // Later errors of a socket that is given up no longer matter.
      socket.on('error', () => {}).destroy()
      reject(error)
    }
    const abort = () => end(signal.reason)
    const close = () => end(Object.assign(new Error('the connection was closed'), { code: 'ECONNRESET' }))
    const done = () => {
      release()
      resolve(socket)
    }
    const release = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      socket.off(event, done).off('error', end).off('close', close)
    }
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    socket.once(event, done).once('error', end).once('close', close)
  })
}
