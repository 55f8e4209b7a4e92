import type { FailureCode } from '../../errors/errors.ts'
import type { Principal } from '../access/access.ts'
import type { Cancel, Clock } from '../clock.ts'
import type { Reader } from '../diagnosis/diagnosis-text.ts'
import { atBoundary } from '../faults/faults.ts'
import { PageSession, type PageSessionParts, type PageConnection, type PersonPrincipal } from './page-session.ts'

/** A session that ended closes its pages within a second: they are asked for this often. */
export const checkEveryMs = 400

/** Every open page. */
export class PageSessions {
  readonly #house: PageSessionParts
  readonly #clock: Clock
  readonly #open = new Map<PageSession, () => Principal | FailureCode>()
  #cancel: Cancel | undefined

  constructor(house: PageSessionParts) {
    this.#house = house
    this.#clock = house.clock
  }

  get size(): number {
    return this.#open.size
  }

  /** `asks`: who the page's cookie belongs to, now. */
  open(person: PersonPrincipal, line: PageConnection, reader: Reader, asks: () => Principal | FailureCode): PageSession {
    this.#makeRoom(person.id)
    const desk = new PageSession(person, line, reader, this.#house)
    this.#open.set(desk, asks)
    if (!this.#cancel) this.#checkLater()
    return desk
  }

  /** The page is gone. With a person's last one goes what they steered. */
  left(desk: PageSession): void {
    if (!this.#open.delete(desk)) return
    desk.left()
    const { id } = desk.person
    if (![...this.#open.keys()].some(other => other.person.id === id)) this.#house.leases.forget(id)
    if (this.#open.size > 0) return
    this.#cancel?.()
    this.#cancel = undefined
  }

  /** The newest is where the person is: it is the one that was touched the longest ago that has to go. */
  #makeRoom(personId: string): void {
    const theirs = [...this.#open.keys()].filter(desk => desk.person.id === personId)
    theirs.sort((one, other) => one.touchedTicks - other.touchedTicks)
    for (const desk of theirs.slice(0, Math.max(0, theirs.length + 1 - this.#house.limits.pagesPerPerson))) {
      desk.dismiss('pages_too_many')
      this.left(desk)
    }
  }

  #checkLater(): void {
    this.#cancel = this.#clock.after(checkEveryMs, () => {
      this.#checkLater()
      for (const [desk, asks] of this.#open)
        atBoundary(
          this.#house.faults,
          'page',
          () => desk.check(asks()),
          () => desk.dismiss('internal'),
        )
    })
  }
}
