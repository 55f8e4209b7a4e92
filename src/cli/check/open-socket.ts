import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls, getCACertificates, type TLSSocket } from 'node:tls'
import type { Target } from './target.ts'

/** How to get to the gateway once its address is known. */
export interface Route {
  target: Target
  address: string
  /** More certificate authorities to trust, PEM. */
  ca: string | undefined
}

export interface Patience {
  signal: AbortSignal
  timeoutMs: number
}

/** A step took longer than it may. `code` as the system's own timeouts have it. */
export class TimedOut extends Error {
  readonly code = 'ETIMEDOUT'
}

export function openTcp(route: Route, patience: Patience): Promise<Socket> {
  return settled(connectTcp({ host: route.address, port: route.target.port, noDelay: true }), 'connect', patience)
}

/** Encrypts whatever the certificate is worth: judging it is a step of its own. */
export async function openTls(route: Route, patience: Patience): Promise<TLSSocket> {
  const { target, ca } = route
  const socket = await openTcp(route, patience)
  const name = isIP(target.host) ? {} : { servername: target.host }
  const authorities = ca ? { ca: [...getCACertificates('default'), ca] } : {}
  const secured = connectTls({ socket, rejectUnauthorized: false, ...authorities, ...name })
  return await settled(secured, 'secureConnect', patience)
}

/** The way a board takes: TLS where the URL says so. */
export const open = (route: Route, patience: Patience): Promise<Socket> =>
  route.target.tls ? openTls(route, patience) : openTcp(route, patience)

function settled<S extends Socket>(socket: S, event: string, { signal, timeoutMs }: Patience): Promise<S> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => end(new TimedOut(`no connection within ${timeoutMs} ms`)), timeoutMs)
    const end = (error: Error) => {
      release()
      // What else it has to say no longer matters.
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
