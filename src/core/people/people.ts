import { dayMs, invitationDays } from '#protocol/durations.ts'
import type { Role } from '#protocol/vocabulary.ts'
import { DarvazaError } from '../../errors/errors.ts'
import { type Principal, signatureOf } from '../access/access.ts'
import type { Clock } from '../clock.ts'
import { newId, newSecret, sha256 } from '../ids.ts'
import type { ActJournal } from '../journal/journal-ports.ts'
import { mustBeStrong } from './accounts.ts'
import { OwnerLink } from './owner-link.ts'
import type { Passwords, PeopleStore, Person } from './person.ts'

/** The API keys that people own. */
export interface PersonKeys {
  /** Revokes every key of a person. */
  endOf(by: Principal, personId: string): Promise<void>
}

export interface PeopleParts {
  store: PeopleStore
  keys: PersonKeys
  passwords: Passwords
  clock: Clock
  journal: ActJournal
  /** Called when the owner's link was used: stored copies of it are useless from then on. */
  onOwnerLinkUsed: () => void
}

/** The people of this gateway, their roles and their invitations. The caller has called `authorize` before. */
export class People {
  readonly #store: PeopleStore
  readonly #passwords: Passwords
  readonly #clock: Clock
  readonly #journal: ActJournal
  readonly #keys: PersonKeys
  readonly #onOwnerLinkUsed: () => void
  readonly #ownerLink: OwnerLink
  /** Invitations that are being answered: a second answer is rejected while the password is hashed. */
  readonly #answering = new Set<string>()

  constructor({ store, keys, passwords, clock, journal, onOwnerLinkUsed }: PeopleParts) {
    this.#store = store
    this.#keys = keys
    this.#onOwnerLinkUsed = onOwnerLinkUsed
    this.#passwords = passwords
    this.#clock = clock
    this.#journal = journal
    this.#ownerLink = new OwnerLink(clock)
  }

  all(): Person[] {
    return this.#store.all()
  }

  get(id: string): Person {
    const person = this.#store.get(id)
    if (!person) throw new DarvazaError('person_not_found')
    return person
  }

  /** Finds a person by id, or by the address for signing in. */
  find(idOrEmail: string): Person | undefined {
    return this.#store.get(idOrEmail) ?? this.#store.byEmail(idOrEmail.trim().toLowerCase())
  }

  /** Whether there is no owner yet who has no grants and can sign in. */
  needsOwner(): boolean {
    return !this.#store.all().some(runsTheHouse)
  }

  /** Whether this code makes an owner now. */
  opensOwnerLink(code: string): boolean {
    return this.#ownerLink.opens(code)
  }

  /** Whether this code answers an invitation now. */
  opensInvitation(code: string): boolean {
    const hash = sha256(code)
    return !this.#answering.has(hash) && this.#store.invitation(hash, this.#clock.now())?.invited === true
  }

  /** Makes a code with which a person becomes an owner, once, within an hour. `until`: epoch ms. */
  issueOwnerLink(by?: Principal): { code: string; until: number } {
    const link = this.#ownerLink.issue()
    const { until } = link
    const untilIso = new Date(until).toISOString()
    this.#journal.note(
      by
        ? { kind: 'act', data: { act: 'owner.reset', ...signatureOf(by), until: untilIso } }
        : { kind: 'gateway', data: { event: 'owner_link', until: untilIso } },
    )
    return link
  }

  /**
   * Makes an owner. An existing account with this address becomes the owner's: it gets the new password, and loses its
   * second factor, passkeys, sessions and keys. So an owner recovers an account that was stolen or is locked.
   * @throws DarvazaError setup_code_invalid, password_weak
   */
  async setUp(wish: { code: string; name: string; email: string; password: string }): Promise<Person> {
    mustBeStrong(wish.password)
    const used = this.#ownerLink.redeem(wish.code)
    if (!used) throw new DarvazaError('setup_code_invalid')
    try {
      const email = wish.email.toLowerCase()
      const known = this.#store.byEmail(email)
      const id = known?.id ?? newId('p')
      if (known) {
        this.#store.endSessions(id)
        this.#store.endSecondFactor(id)
        this.#store.update(id, { name: wish.name, role: 'owner', grants: undefined })
      } else this.#store.add({ id, name: wish.name, email, role: 'owner', createdAt: this.#clock.now() })
      await this.#passwords.set(id, wish.password)
      this.#onOwnerLinkUsed()
      const person = this.get(id)
      if (known) await this.#keys.endOf({ type: 'person', id, label: person.name, role: person.role }, id)
      return await this.#act(undefined, person, 'owner.setup')
    } catch (error) {
      used.putBack()
      throw error
    }
  }

  /** Invites a person; only this call returns the code. @throws DarvazaError email_taken */
  async invite(
    by: Principal,
    wish: { name: string; email: string; role: Role; grants?: string[] | undefined },
  ): Promise<{ person: Person; code: string }> {
    const email = wish.email.toLowerCase()
    if (this.#store.byEmail(email)) throw new DarvazaError('email_taken')
    const code = newSecret('i')
    const now = this.#clock.now()
    const id = newId('p')
    const { name, role, grants } = wish
    this.#store.add(
      { id, name, email, role, createdAt: now, ...(grants && { grants }) },
      { hash: sha256(code), until: now + invitationDays * dayMs },
    )
    const person = await this.#act(by, this.get(id), 'person.invite')
    return { person, code }
  }

  /** Accepts an invitation. @throws DarvazaError invitation_invalid, password_weak */
  async accept(answer: { code: string; name: string; password: string }): Promise<Person> {
    mustBeStrong(answer.password)
    const hash = sha256(answer.code)
    const person = this.#store.invitation(hash, this.#clock.now())
    // A person who has signed in another way meanwhile, by a provider or as an owner, needs no invitation: the code
    // would only give others access to the account.
    if (!person?.invited || this.#answering.has(hash)) throw new DarvazaError('invitation_invalid')
    this.#answering.add(hash)
    try {
      await this.#passwords.set(person.id, answer.password)
      this.#store.update(person.id, { name: answer.name })
      this.#store.endInvitation(hash)
    } finally {
      this.#answering.delete(hash)
    }
    return await this.#act(undefined, this.get(person.id), 'person.accept')
  }

  /** Changes a person; open pages follow within a second. @throws DarvazaError person_not_found, last_owner */
  async edit(
    by: Principal,
    id: string,
    change: { name?: string | undefined; role?: Role | undefined; grants?: string[] | null | undefined },
  ): Promise<Person> {
    const person = this.get(id)
    const role = change.role ?? person.role
    const grants = change.grants === undefined ? person.grants : (change.grants ?? undefined)
    this.#keepAnOwner(person, role === 'owner' && !grants)
    this.#store.update(id, { role, grants, ...(change.name !== undefined && { name: change.name }) })
    return await this.#act(by, this.get(id), 'person.edit', person.name)
  }

  /** Ends the person's sessions and keys at once. @throws DarvazaError person_not_found, last_owner */
  async remove(by: Principal, id: string): Promise<Person> {
    const person = this.get(id)
    this.#keepAnOwner(person, false)
    this.#store.remove(id)
    await this.#keys.endOf(by, id)
    return await this.#act(by, person, 'person.remove')
  }

  #keepAnOwner(person: Person, staysOne: boolean): void {
    if (staysOne || !runsTheHouse(person)) return
    if (!this.#store.all().some(other => other.id !== person.id && runsTheHouse(other)))
      throw new DarvazaError('last_owner')
  }

  /** Writes an act down. `by`: undefined if the person did it. `before`: the person's name before a change of it. */
  async #act(by: Principal | undefined, person: Person, act: PersonAct, before = person.name): Promise<Person> {
    const { id, name, role, grants } = person
    const facts = { ...(by ? signatureOf(by) : { by: name, byId: id }), person: id, name, role, grants }
    this.#journal.note(
      act === 'person.edit'
        ? { kind: 'act', data: { act, ...facts }, textFacts: { before } }
        : { kind: 'act', data: { act, ...facts } },
    )
    await this.#journal.committed()
    return person
  }
}

type PersonAct = 'owner.setup' | 'person.invite' | 'person.accept' | 'person.edit' | 'person.remove'

/** An owner without grants who can sign in. */
const runsTheHouse = (person: Person): boolean => person.role === 'owner' && !person.grants && !person.invited
