import { closeCodes } from '#protocol/close-codes.ts'
import { addressKey } from '../../core/address.ts'
import type { Arrival } from '../../core/arrival.ts'
import type { Admission } from '../../core/enrolment/admission.ts'
import { atBoundary, type FaultSink } from '../../core/faults/faults.ts'
import type { Limits } from '../../core/limits.ts'
import type { StrangerBudgets } from '../../core/sessions/stranger-budgets.ts'
import { Slots } from '../../core/slots.ts'
import type { FailureCode } from '../../errors/errors.ts'
import { hasProxyHeader } from '../tcp/client-address.ts'
import { acceptBoard, budgetOf } from './accept-board.ts'
import { attachProbe, type Seen } from './attach-probe.ts'
import type { BoardSocket } from './board-socket.ts'
import type { HandshakeRequest } from './handshake-request.ts'
import type { RefusalSender } from './refusal-sender.ts'

/** Connection tests: boards' handshakes with `X-Darvaza-Probe`. They are answered, but bind and create nothing. */
export class ProbeEndpoint {
  readonly #admission: Admission
  readonly #strangers: StrangerBudgets
  readonly #refusals: RefusalSender
  readonly #limits: Limits
  readonly #faults: FaultSink
  readonly #slots: Slots
  readonly #open = new Set<BoardSocket>()

  constructor(parts: {
    admission: Admission
    strangers: StrangerBudgets
    refusals: RefusalSender
    limits: Limits
    faults: FaultSink
  }) {
    this.#admission = parts.admission
    this.#strangers = parts.strangers
    this.#refusals = parts.refusals
    this.#limits = parts.limits
    this.#faults = parts.faults
    this.#slots = new Slots(parts.limits.probesPerAddress, parts.limits.refusalsHeldInAll)
  }

  /** Answers the valid handshake request of a connection test: opens its WebSocket, or refuses it. */
  receive(handshake: HandshakeRequest, arrival: Arrival): void {
    const release = this.#admit(arrival)
    if (typeof release === 'string') return this.#refusals.refuse(handshake, release)
    const probe = acceptBoard(handshake, this.#limits.textBytes, this.#limits, this.#faults)
    this.#attach(probe, handshake, release)
    probe.begin()
  }

  /** Answers a probe with `?auth=message` on its open socket, once it sent its token. Returns the code of a refusal. */
  receiveOpen(probe: BoardSocket, handshake: HandshakeRequest, arrival: Arrival): FailureCode | undefined {
    const release = this.#admit(arrival)
    if (typeof release === 'string') return release
    this.#attach(probe, handshake, release)
    return undefined
  }

  /** Sends every probe the Close for the gateway's shutdown. */
  close(): void {
    for (const probe of this.#open)
      atBoundary(this.#faults, 'closing', () => probe.close(closeCodes.goingAway, 'shutting_down'))
  }

  /** Takes a slot; returns the function that releases it, or the code of the refusal. */
  #admit(arrival: Arrival): (() => void) | FailureCode {
    const answer = this.#admission.wouldAdmit(arrival)
    if ('refused' in answer) return answer.refused
    return this.#slots.take(addressKey(arrival.address)) ?? 'probes_full'
  }

  #attach(probe: BoardSocket, handshake: HandshakeRequest, release: () => void): void {
    this.#open.add(probe)
    const stranger = budgetOf(probe, this.#strangers, `probes of ${addressKey(handshake.address)}`)
    attachProbe(probe, seenOf(handshake), this.#limits, stranger, () => {
      this.#open.delete(probe)
      release()
    })
  }
}

const seenOf = ({ address, proxied, headers, socket }: HandshakeRequest): Seen => ({
  address,
  port: socket.remotePort,
  host: headers.host,
  forwarded: proxied ? 'trusted' : hasProxyHeader(headers) ? 'ignored' : 'none',
})
