import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Core } from '../../core/core.ts'
import type { FaultSink } from '../../core/faults/faults.ts'
import type { Accounts } from '../../core/people/accounts.ts'
import type { TrustedProxies } from '../tcp/client-address.ts'
import type { ListenerKind } from '../tcp/listener-kind.ts'

/** The parts of the program outside core that routes show or use. */
export interface Host {
  readonly version: string
  /** The public address of this gateway, if it is configured. */
  readonly publicUrl: string | undefined
  /** Whether there is an encrypted listener: if so, people are refused on the plain one. */
  readonly hasTls: boolean
  /** Folder of the built dashboard. */
  readonly dashboardDir: string
  /** Whether the gateway serves requests: false while it starts or shuts down. */
  ready(): boolean
  /** An address of this gateway, for links made where no browser sent one. */
  ownUrl(): string
  /** The URL to which boards on this very machine connect. */
  boardsAt(): string
  /** Port of the encrypted listener, if there is one. */
  tlsPort(): number | undefined
  /** Writes a link that makes an owner into a file that only the gateway's user reads. Resolves to the file's name. */
  keepOwnerLink(link: string): Promise<string>
  licences(): Promise<{ name: string; version: string; licence: string }[]>
  /** A tar archive of the data folder. */
  makeBackup(): Promise<ReadableStream<Uint8Array>>
  /** Logs a request that failed because the store failed. */
  onStoreFailure(error: unknown): void
}

/** The parts of the WebSocket endpoints that HTTP routes use. */
export interface HandshakeSource {
  /** Counts of handshakes: refused by code, dropped as stale, closed unread, served. */
  readonly counters: { refused: ReadonlyMap<string, number>; stale: number; unread: number; handshakes: number }
  /** Records a plain HTTP request for a board's endpoint. Returns what the client has to change, in its language. */
  unupgraded(request: IncomingMessage, listenerKind: ListenerKind): string | undefined
}

export interface HttpParts {
  core: Core
  accounts: Accounts
  host: Host
  webSockets: HandshakeSource
  proxies: TrustedProxies
  /** Counts and reports unforeseen exceptions. */
  faults: FaultSink & { readonly counts: ReadonlyMap<string, number> }
  /** How many connections were closed because no file descriptor was left for them. */
  connectionsClosed(): number
}

export type HttpHandler = (request: IncomingMessage, response: ServerResponse, listenerKind: ListenerKind) => void
