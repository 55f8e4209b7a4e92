import type { Socket } from 'node:net'
import { deviceIdHeader } from '#protocol/headers.ts'
import { addressKey, plainAddress } from '../../core/address.ts'
import type { Device } from '../../core/devices/device.ts'
import { type Diagnosis, diagnosisText, recorded } from '../../core/diagnosis/diagnosis-text.ts'
import type { DiagnosisFacts } from '../../core/diagnosis/fill-placeholders.ts'
import { symptomOfBytes } from '../../core/diagnosis/recognise.ts'
import { symptoms } from '../../core/diagnosis/symptoms.ts'
import type { Holding, RefusalPacing } from '../../core/enrolment/refusal-pacing.ts'
import { atBoundary, type FaultSink } from '../../core/faults/faults.ts'
import { sha256 } from '../../core/ids.ts'
import type { JournalWriter } from '../../core/journal/journal-ports.ts'
import { redact } from '../../core/journal/redact.ts'
import { RateLimit } from '../../core/rate-limit.ts'
import { type FailureCode, languageOf } from '../../errors/errors.ts'
import type { Excess } from '../tcp/request-limits.ts'
import { baseOf, cluesIn, diagnose } from './handshake-diagnosis.ts'
import { type HandshakeRequest, headerValueOf } from './handshake-request.ts'
import { answerAndClose, holdThen } from './refusal-answer.ts'

/** Refusals recorded in the journal, per address: a refused board tries for ever. */
const rowsPerMinute = 30
const rowsBurst = 60

/** The most bytes that are read of a request that is not HTTP: a header block as libraries write it is shorter. */
const gleanedBytes = 8 * 1024

/** Refuses WebSocket handshakes: with a reason, paced, and recorded in the journal without any secret. */
export class RefusalSender {
  readonly #refusals: RefusalPacing
  readonly #journal: JournalWriter
  readonly #rows = new RateLimit(rowsPerMinute, rowsBurst)
  /** For the metrics: refusals by code, and sockets closed unread. */
  readonly counters = { refused: new Map<string, number>(), unread: 0 }

  readonly #publicUrl: string | undefined
  readonly #faults: FaultSink

  constructor(refusals: RefusalPacing, journal: JournalWriter, faults: FaultSink, publicUrl: string | undefined) {
    this.#refusals = refusals
    this.#journal = journal
    this.#faults = faults
    this.#publicUrl = publicUrl
  }

  /** Refuses a handshake. Repeated refusals are held, as boards reconnect without any delay. */
  refuse(handshake: HandshakeRequest, code: FailureCode, device?: Device): void {
    const { socket, headers, presented } = handshake
    const holding = this.#next(handshake.address, code, presented.secret === undefined ? '' : sha256(presented.secret))
    if (holding.hold === 'full') return void socket.destroy()
    const diagnosis = diagnose(handshake, code, { publicUrl: this.#publicUrl })
    this.#note(handshake, code, diagnosis, device)
    // Only this header is held: a header block may be a megabyte.
    const language = headers['accept-language']
    this.#pace(socket, holding, () => answerAndClose(socket, code, language, diagnosis))
  }

  /** Refuses a client that has its 101 already (`?auth=message`). `close` sends Close 4001; repeated ones are held. */
  refuseOpen(handshake: HandshakeRequest, code: FailureCode, device: Device | undefined, close: () => void): void {
    const { secret } = handshake.presented
    const holding = this.#next(handshake.address, code, secret === undefined ? '' : sha256(secret))
    if (holding.hold === 'full') return void handshake.socket.destroy()
    this.#note(handshake, code, diagnose(handshake, code, { publicUrl: this.#publicUrl, byMessage: true }), device)
    this.#pace(handshake.socket, holding, close)
  }

  /** Records a request to a board's path that has no upgrade. Returns the remedy, in the client's language. */
  unupgraded(handshake: HandshakeRequest): string | undefined {
    const code = 'upgrade_required'
    const diagnosis = diagnose(handshake, code, { publicUrl: this.#publicUrl })
    this.counters.refused.set(code, (this.counters.refused.get(code) ?? 0) + 1)
    // The rest of the token, behind the line break, arrives next: it is not HTTP, and `garbage` records it.
    if (diagnosis?.diagnosis !== 'token_newline') this.#note(handshake, code, diagnosis)
    return diagnosis && diagnosisText(diagnosis, languageOf(handshake.headers['accept-language'])).remedy
  }

  /**
   * Refuses bytes that are not HTTP, or a handshake that never ended. `packet`: their beginning, which may hold a secret.
   * The symptom is recognised in it, and nothing of it is kept but the library's name and the gateway's own address.
   */
  garbage(socket: Socket, error: string, packet: Buffer | undefined): void {
    socket.on('error', () => {})
    if (!socket.writable) return void socket.destroy()
    const address = plainAddress(socket.remoteAddress ?? '')
    const text = packet?.subarray(0, gleanedBytes).toString('latin1') ?? ''
    const symptom = symptomOfBytes(error, text)
    const { code } = symptoms[symptom]
    const holding = this.#next(address, code, code)
    if (holding.hold === 'full') return void socket.destroy()
    const { headers, library } = cluesIn(text)
    const base = this.#publicUrl ?? baseOf({ headers, proxied: false, listenerKind: 'plain', socket }, undefined)
    const diagnosis: Diagnosis = { diagnosis: symptom, library: library.id, facts: { base } }
    if (this.#mayWrite(address)) {
      this.#journal.note({
        kind: 'refusal',
        address,
        data: { code, error, library: library.name, ...recorded(diagnosis) },
      })
    }
    this.#pace(socket, holding, () => answerAndClose(socket, code, undefined, diagnosis))
  }

  /** Refuses a request that is too large in some part: nothing else of it is read, or recorded. */
  refuseUnread(socket: Socket, code: Excess, acceptLanguage: string | undefined): void {
    const address = plainAddress(socket.remoteAddress ?? '')
    const holding = this.#next(address, code, code)
    if (holding.hold === 'full') return void socket.destroy()
    if (this.#mayWrite(address)) this.#journal.note({ kind: 'refusal', address, data: { code } })
    this.#pace(socket, holding, () => answerAndClose(socket, code, acceptLanguage))
  }

  /** Records a diagnosis of a board that is admitted all the same. */
  remark(
    handshake: HandshakeRequest,
    diagnosis: Diagnosis['diagnosis'],
    sentence: string,
    device: Device,
    more: DiagnosisFacts = {},
  ): void {
    if (!this.#mayWrite(handshake.address)) return
    const { token } = handshake.presented
    const base = this.#publicUrl ?? baseOf(handshake, token)
    this.#journal.note({
      kind: 'gateway',
      deviceId: device.id,
      address: handshake.address,
      presented: handshake.presented,
      textFacts: { sentence },
      data: {
        event: 'diagnosis',
        library: handshake.library.name,
        ...recorded({ diagnosis, library: 'unknown', facts: { base, path: handshake.path, ...more } }),
      },
    })
  }

  /** Records a refusal, at most so many a minute from one address. */
  #note(handshake: HandshakeRequest, code: FailureCode, diagnosis: Diagnosis | undefined, device?: Device): void {
    if (!this.#mayWrite(handshake.address)) return
    const { secret } = handshake.presented
    const library = handshake.library.name
    const path = redact(handshake.path, secret, 64)
    this.#journal.note({
      kind: 'refusal',
      deviceId: device?.id,
      address: handshake.address,
      data: {
        code,
        path,
        library,
        headerLines: handshake.request.rawHeaders.length / 2,
        proxied: handshake.proxied || undefined,
        saysItIs: headerValueOf(handshake, deviceIdHeader, 64, secret),
        // The token is never recorded: only enough of its hash to distinguish two tokens.
        tokenFingerprint: secret === undefined ? undefined : sha256(secret).slice(0, 8),
        ...(diagnosis && recorded(diagnosis)),
      },
    })
  }

  #next(address: string, code: FailureCode, fingerprint: string): Holding {
    const holding = this.#refusals.next(addressKey(address), fingerprint, performance.now())
    this.counters.refused.set(code, (this.counters.refused.get(code) ?? 0) + 1)
    if (holding.hold === 'full') this.counters.unread++
    return holding
  }

  #mayWrite(address: string): boolean {
    return this.#rows.take(addressKey(address), performance.now()) === 0
  }

  /** Answers now or later. Exceptions of the answer are caught here, as a timer calls a later answer. */
  #pace(socket: Socket, holding: Exclude<Holding, { hold: 'full' }>, answer: () => void): void {
    const answers = () => atBoundary(this.#faults, 'refusal', answer, () => socket.destroy())
    if (holding.hold === 'no') answers()
    else holdThen(socket, holding.ms, answers, () => atBoundary(this.#faults, 'closing', holding.release))
  }
}
