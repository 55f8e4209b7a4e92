import type { Config } from '../config.ts'

/** Addresses of this gateway. Its listeners report their ports when they are bound. */
export class OwnAddresses {
  readonly #config: Pick<Config, 'host' | 'publicUrl'>
  #ports: { port: number; tlsPort: number | undefined } | undefined

  constructor(config: Pick<Config, 'host' | 'publicUrl'>) {
    this.#config = config
  }

  /** Stores the ports of the listeners, which are bound now. */
  bound(ports: { port: number; tlsPort: number | undefined }): void {
    this.#ports = ports
  }

  /** The port of the encrypted listener, if there is one. */
  get tlsPort(): number | undefined {
    return this.#ports?.tlsPort
  }

  /** The URL to which boards on this machine connect. */
  get forBoards(): string {
    return `http://${hostHere(this.#config.host)}:${this.#mustBeBound().port}`
  }

  /** The address for links: the public address, or else the one by which this machine reaches the gateway. */
  get forLinks(): string {
    const { host, publicUrl } = this.#config
    const { tlsPort } = this.#mustBeBound()
    return publicUrl ?? (tlsPort === undefined ? this.forBoards : `https://${hostHere(host)}:${tlsPort}`)
  }

  #mustBeBound(): { port: number; tlsPort: number | undefined } {
    if (!this.#ports) throw new Error('no listener is bound yet')
    return this.#ports
  }
}

/** The address by which this machine reaches a listener of its own. */
function hostHere(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}
