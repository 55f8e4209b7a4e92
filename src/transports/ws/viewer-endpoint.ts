import type { WebSocketServer } from 'ws'
import { type Action, authorize } from '../../core/access/access.ts'
import type { DeviceRegistry } from '../../core/devices/device-registry.ts'
import type { FaultSink } from '../../core/faults/faults.ts'
import type { CameraStreams } from '../../core/frames/camera-streams.ts'
import type { Limits } from '../../core/limits.ts'
import { type Identify, mayGoOn } from '../identify.ts'
import { chosenProtocol } from '../tcp/handshake-headers.ts'
import { attachViewer } from './attach-viewer.ts'
import { type HandshakeRequest, requestFor } from './handshake-request.ts'
import type { RefusalSender } from './refusal-sender.ts'
import { upgradeServer } from './upgrade-server.ts'

/** Largest message of a viewer, which has nothing to send but control frames. */
const messageBytes = 4 * 1024

export interface ViewerEndpointParts {
  registry: DeviceRegistry
  streams: CameraStreams
  refusals: RefusalSender
  identify: Identify
  limits: Limits
  faults: FaultSink
  /** Whether operators are refused on the plain listener, as there is an encrypted one beside it. */
  operatorsNeedTls: boolean
}

/** The endpoint of programs that watch one camera, with a key or a session's cookie. */
export class ViewerEndpoint {
  readonly #parts: ViewerEndpointParts
  readonly #server: WebSocketServer

  constructor(parts: ViewerEndpointParts) {
    this.#parts = parts
    this.#server = upgradeServer(
      { closeWaitMs: parts.limits.closeWaitMs, messageBytes },
      { handleProtocols: protocols => chosenProtocol([...protocols]) },
    )
  }

  /** A valid handshake for the camera with this id or name. */
  receive(handshake: HandshakeRequest, idOrName: string, action: Action): void {
    const { registry, streams, refusals, identify, limits, faults, operatorsNeedTls } = this.#parts
    const { socket, headers, address, listenerKind, encrypted } = handshake
    if (operatorsNeedTls && listenerKind === 'plain') return refusals.refuse(handshake, 'tls_required')
    const identifyNow = () => identify(headers, { address, listenerKind, encrypted })
    const principal = identifyNow()
    if (typeof principal === 'string') return refusals.refuse(handshake, principal)
    const device = registry.find(idOrName)
    if (!device || !authorize(principal, action, device)) return refusals.refuse(handshake, 'device_not_found')
    if (device.state === 'pending') return refusals.refuse(handshake, 'device_pending')
    const stream = streams.of(device.id)
    if (stream.viewers >= limits.viewersPerCamera) return refusals.refuse(handshake, 'viewers_full')
    const mayStay = () => mayGoOn(identifyNow(), now => authorize(now, action, device))
    this.#server.handleUpgrade(requestFor(handshake), socket, handshake.head, ws =>
      attachViewer(ws, socket, { stream, mayStay, faults }),
    )
  }
}
