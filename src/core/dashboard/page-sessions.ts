import type { FailureCode } from '../../errors/errors.ts'
import type { Principal } from '../access/access.ts'
import { type Cancel, type Clock, every } from '../clock.ts'
import type { Reader } from '../diagnosis/diagnosis-text.ts'
import { atBoundary } from '../faults/faults.ts'
import { type PageConnection, PageSession, type PageSessionParts, type PersonPrincipal } from './page-session.ts'

/** Each page's session is looked up at this interval, in ms, so that its end closes the page within a second. */
export const checkEveryMs = 400

/** Every open page. */
export class PageSessions {
  readonly #parts: PageSessionParts
  readonly #clock: Clock
  readonly #open = new Map<PageSession, () => Principal | FailureCode>()
  #stopChecks: Cancel | undefined

  constructor(parts: PageSessionParts) {
    this.#parts = parts
    this.#clock = parts.clock
  }

  get size(): number {
    return this.#open.size
  }

  /** Opens a page session. `identify` looks up the person by the page's present cookie. */
  open(
    person: PersonPrincipal,
    connection: PageConnection,
    reader: Reader,
    identify: () => Principal | FailureCode,
  ): PageSession {
    this.#closeOldest(person.id)
    const pageSession = new PageSession(person, connection, reader, this.#parts)
    this.#open.set(pageSession, identify)
    this.#stopChecks ??= every(this.#clock, checkEveryMs, () => this.#check())
    return pageSession
  }

  /** Called when the page has closed. With a person's last page, the person's leases are released too. */
  remove(pageSession: PageSession): void {
    if (!this.#open.delete(pageSession)) return
    pageSession.onClosed()
    const { id } = pageSession.person
    if (![...this.#open.keys()].some(other => other.person.id === id)) this.#parts.leases.forget(id)
    if (this.#open.size > 0) return
    this.#stopChecks?.()
    this.#stopChecks = undefined
  }

  /** Closes the person's page that was used the longest ago, in favour of the new one. */
  #closeOldest(personId: string): void {
    const theirs = [...this.#open.keys()].filter(pageSession => pageSession.person.id === personId)
    theirs.sort((one, other) => one.touchedTicks - other.touchedTicks)
    for (const pageSession of theirs.slice(0, Math.max(0, theirs.length + 1 - this.#parts.limits.pagesPerPerson))) {
      pageSession.dismiss('pages_too_many')
      this.remove(pageSession)
    }
  }

  #check(): void {
    for (const [pageSession, identify] of this.#open)
      atBoundary(
        this.#parts.faults,
        'page',
        () => pageSession.check(identify()),
        () => pageSession.dismiss('internal'),
      )
  }
}
