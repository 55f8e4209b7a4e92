import { auth as authSchema } from '#protocol/board.ts'
import { closeCodes } from '#protocol/close-codes.ts'
import { isProbe } from '#protocol/headers.ts'
import { diagnosisTexts } from '#texts/en/journal.ts'
import { addressKey } from '../../core/address.ts'
import type { Device } from '../../core/devices/device.ts'
import type { Admission } from '../../core/enrolment/admission.ts'
import { atBoundary, type FaultSink } from '../../core/faults/faults.ts'
import { parseJson } from '../../core/json.ts'
import type { Limits } from '../../core/limits.ts'
import type { Sessions } from '../../core/sessions/sessions.ts'
import { Slots } from '../../core/slots.ts'
import type { FailureCode } from '../../errors/errors.ts'
import { acceptBoard, budgetOf } from './accept-board.ts'
import { attachBoard } from './attach-board.ts'
import { type BoardSocket, failBoard } from './board-socket.ts'
import { headerGrowth } from './handshake-diagnosis.ts'
import { arrivalOf, type HandshakeRequest, withToken } from './handshake-request.ts'
import { ignoreMessages } from './message-handlers.ts'
import type { ProbeEndpoint } from './probe-endpoint.ts'
import type { RefusalSender } from './refusal-sender.ts'

export interface BoardEndpointParts {
  admission: Admission
  sessions: Sessions
  probes: ProbeEndpoint
  refusals: RefusalSender
  limits: Limits
  faults: FaultSink
}

/** The endpoint of boards: core decides by the facts of each handshake, and an admitted board gets a session. */
export class BoardEndpoint {
  readonly #parts: BoardEndpointParts
  readonly #unprovenSlots: Slots
  /** Clients whose token has not been received yet. */
  readonly #unproven = new Set<BoardSocket>()

  constructor(parts: BoardEndpointParts) {
    this.#parts = parts
    this.#unprovenSlots = new Slots(parts.limits.refusalsHeldPerAddress, parts.limits.refusalsHeldInAll)
  }

  /** A valid handshake. */
  receive(handshake: HandshakeRequest): void {
    const { admission, sessions, probes, refusals, limits, faults } = this.#parts
    const { token, problem } = handshake.presented
    if (problem) return refusals.refuse(handshake, problem)
    if (!token && handshake.query.get('auth') === 'message') return this.#awaitToken(handshake)
    const arrival = arrivalOf(handshake)
    if (isProbe(handshake.headers)) return probes.receive(handshake, arrival)
    const decision = admission.decide(arrival)
    if ('refused' in decision) return refusals.refuse(handshake, decision.refused, decision.device)
    this.#remark(handshake, decision)
    const board = acceptBoard(handshake, messageBytes(decision.device, limits), limits, faults)
    attachBoard(board, sessions, decision, arrival)
    board.begin()
  }

  /** Sends the Close for the gateway's shutdown to every client whose token has not been received. */
  close(): void {
    for (const board of this.#unproven)
      atBoundary(this.#parts.faults, 'closing', () => board.close(closeCodes.goingAway, 'shutting_down'))
  }

  /** Records diagnoses of boards that are admitted all the same. */
  #remark(handshake: HandshakeRequest, { device, expired }: { device: Device; expired?: boolean }): void {
    const { refusals } = this.#parts
    if (expired) {
      const text = diagnosisTexts.claimExpired(device.name)
      refusals.remark(handshake, 'claim_expired', text, device)
    }
    const repeated = headerGrowth(handshake.request.rawHeaders)
    if (repeated) {
      const text = diagnosisTexts.headersGrown(device.name, repeated.repeats, repeated.headerLines)
      refusals.remark(handshake, 'headers_grown', text, device, repeated)
    }
  }

  /** Waits for the token in the first message, for clients that cannot set headers. Nothing is sent before it. */
  #awaitToken(handshake: HandshakeRequest): void {
    const { refusals, limits, sessions, faults } = this.#parts
    const release = this.#unprovenSlots.take(addressKey(handshake.address))
    if (!release) return refusals.refuse(handshake, 'token_missing')
    const board = acceptBoard(handshake, limits.authMessageBytes, limits, faults)
    board.stranger = budgetOf(board, sessions.strangers, undefined)
    this.#unproven.add(board)
    const endWait = () => {
      clearTimeout(timer)
      release()
    }
    const onClose = () => {
      endWait()
      this.#unproven.delete(board)
    }
    const refuse: Refuse = (code, refused = handshake, device) => {
      board.handlers = { ...ignoreMessages, onClose }
      refusals.refuseOpen(refused, code, device, () => board.close(closeCodes.unauthorized, code))
    }
    const onTimeout = () =>
      atBoundary(
        faults,
        'handshake',
        () => refuse('auth_timeout'),
        () => failBoard(board),
      )
    const timer = setTimeout(onTimeout, limits.authMessageTimeoutMs)
    const onFirst = (token: string | undefined) => {
      endWait()
      if (token === undefined) return refuse('token_missing')
      if (token.length > limits.tokenCharacters) return refuse('token_too_long')
      this.#receiveToken(board, withToken(handshake, token), refuse)
    }
    board.handlers = {
      ...ignoreMessages,
      onText: text => onFirst(tokenIn(text)),
      onBinary: () => onFirst(undefined),
      onClose,
    }
    board.begin()
  }

  #receiveToken(board: BoardSocket, handshake: HandshakeRequest, refuse: Refuse): void {
    const { admission, sessions, probes, limits } = this.#parts
    const arrival = arrivalOf(handshake)
    if (isProbe(handshake.headers)) {
      const refused = probes.receiveOpen(board, handshake, arrival)
      if (refused) refuse(refused, handshake)
      else this.#unproven.delete(board)
      return
    }
    const decision = admission.decide(arrival)
    if ('refused' in decision) return refuse(decision.refused, handshake, decision.device)
    board.limitPayload(messageBytes(decision.device, limits))
    this.#unproven.delete(board)
    attachBoard(board, sessions, decision, arrival)
  }
}

/** Refuses a client whose handshake was answered already. `handshake`: with the received token, if there was one. */
type Refuse = (code: FailureCode, handshake?: HandshakeRequest, device?: Device) => void

const messageBytes = ({ kind }: Device, limits: Limits): number =>
  kind === 'pico' ? limits.textBytes : limits.frameBytes

/** The token in a first message. */
function tokenIn(text: string): string | undefined {
  try {
    return authSchema.safeParse(parseJson(text)).data?.token.trim()
  } catch {
    return undefined
  }
}
