/** Which listener a request came through. `host`: the Unix socket in the data folder, open to the gateway's own user only. */
export type ListenerKind = 'plain' | 'tls' | 'host'
