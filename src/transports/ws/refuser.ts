import type { Socket } from 'node:net'
import { addressKey, plainAddress } from '../../core/address.ts'
import type { Device } from '../../core/devices/device.ts'
import type { Holding, Refusals } from '../../core/enrolment/refusals.ts'
import { sha256 } from '../../core/ids.ts'
import type { Journal } from '../../core/journal/journal.ts'
import { redact } from '../../core/journal/redact.ts'
import { RateLimit } from '../../core/rate-limit.ts'
import type { FailureCode } from '../../errors.ts'
import { answerAndClose, holdThen } from './refuse.ts'
import { libraryOf, said, type Visit } from './visit.ts'

/** Refusals written to the journal, per address: a board that cannot get in tries for ever. */
const rowsPerMinute = 30
const rowsBurst = 60

/** Says no at the WebSocket door: with a reason, paced, and written down without any secret. */
export class Refuser {
  readonly #refusals: Refusals
  readonly #journal: Pick<Journal, 'note'>
  readonly #rows = new RateLimit(rowsPerMinute, rowsBurst)
  /** For the metrics: refusals by code, and sockets closed unread. */
  readonly counters = { refused: new Map<string, number>(), unread: 0 }

  constructor(refusals: Refusals, journal: Pick<Journal, 'note'>) {
    this.#refusals = refusals
    this.#journal = journal
  }

  /** Repeated refusals are held, as boards come back without any delay. */
  refuse(visit: Visit, code: FailureCode, device?: Device): void {
    const { socket, headers, presented } = visit
    const holding = this.#next(visit.address, code, presented.secret === undefined ? '' : sha256(presented.secret))
    if (holding.hold !== 'full') this.note(visit, code, device)
    pace(socket, holding, () => answerAndClose(socket, code, headers['accept-language']))
  }

  /** The same for a client that was let speak first (`?auth=message`): `close` says Close 4001, held where it repeats. */
  refuseOpen(
    visit: Visit,
    code: FailureCode,
    device: Device | undefined,
    secret: string | undefined,
    close: () => void,
  ): void {
    const holding = this.#next(visit.address, code, secret === undefined ? '' : sha256(secret))
    if (holding.hold !== 'full') this.note(visit, code, device, secret)
    pace(visit.socket, holding, close)
  }

  /**
   * Bytes that are no HTTP, or a handshake that never ended. TLS spoken to a plain port is told apart by its first
   * byte; the rest may hold a secret and is not looked at.
   */
  garbage(socket: Socket, error: string, firstByte: number | undefined): void {
    socket.on('error', () => {})
    if (!socket.writable) return void socket.destroy()
    const address = plainAddress(socket.remoteAddress ?? '')
    const [code, status] = meaningOf(error, firstByte)
    const holding = this.#next(address, code, code)
    if (holding.hold !== 'full' && this.#mayWrite(address)) {
      this.#journal.note({ kind: 'refusal', address, text: `refused: ${code} (${error})`, data: { code, error } })
    }
    pace(socket, holding, () => answerAndClose(socket, code, undefined, status))
  }

  /** Writes a refusal down, at most so many a minute from one address. `secret`: what was presented, if not in the headers. */
  note(visit: Visit, code: FailureCode, device?: Device, secret = visit.presented.secret): void {
    if (!this.#mayWrite(visit.address)) return
    const library = libraryOf(visit, secret)
    const path = redact(visit.path, secret).slice(0, 64)
    this.#journal.note({
      kind: 'refusal',
      deviceId: device?.id,
      address: visit.address,
      text: `refused at ${path}: ${code} (${library})`,
      data: {
        code,
        path,
        library,
        headerLines: visit.request.rawHeaders.length / 2,
        proxied: visit.proxied || undefined,
        saysItIs: said(visit, 'x-device-id', 64, secret),
        // Never the token: only enough of its hash to tell two apart.
        tokenFingerprint: secret === undefined ? undefined : sha256(secret).slice(0, 8),
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
}

function pace(socket: Socket, holding: Holding, answer: () => void): void {
  if (holding.hold === 'full') socket.destroy()
  else if (holding.hold === 'no') answer()
  else holdThen(socket, holding.ms, answer, holding.release)
}

/** What Node's error about a request means, with the HTTP status that says so. */
function meaningOf(error: string, firstByte: number | undefined): [FailureCode, number] {
  // 0x16: a TLS handshake record (RFC 8446 §5.1).
  if (firstByte === 0x16) return ['tls_on_plain_port', 400]
  if (error === 'ERR_HTTP_REQUEST_TIMEOUT') return ['handshake_timeout', 408]
  if (error === 'HPE_HEADER_OVERFLOW') return ['headers_too_large', 431]
  return ['handshake_invalid', 400]
}
