import { pairingDefaults } from '#protocol/durations.ts'
import type { EnrolmentMode } from '#protocol/vocabulary.ts'
import { inForce } from '../../errors/errors.ts'
import { type Principal, signatureOf } from '../access/access.ts'
import type { Cancel, Clock } from '../clock.ts'
import type { JournalWriter } from '../journal/journal-ports.ts'
import type { SettingsStore } from '../settings/settings-store.ts'
import { decideOnNewcomer, type EnrolmentSetting, isSetting, type NewcomerDecision, windowIsOpen } from './modes.ts'

const settingName = 'enrolment'
/** The pause after a failed write before the setting in force is written again, in ms. */
const writeAgainMs = 5_000

/**
 * The enrolment mode, which decides how new boards are admitted; it is kept in the data folder. A pairing window ends
 * when its duration is over by the monotonic clock, or when its end has come by the system's clock, whichever is first.
 * Its end is then stored: the window stays closed after a restart, whatever the system's clock shows.
 */
export class Enrolment {
  readonly #store: SettingsStore
  readonly #clock: Clock
  readonly #journal: JournalWriter
  #setting: EnrolmentSetting
  /** The end of the pairing window whose row about too many boards is already in the journal. */
  #crowdedUntil: number | undefined
  /** The latest end of the pairing window, on the monotonic clock. */
  #windowEndTicks = 0
  #cancelTimer: Cancel = () => {}
  #cancelWrite: Cancel = () => {}
  /** Whether the stored setting may differ from the one in force, because a write failed. */
  #isUnwritten = false

  private constructor(store: SettingsStore, clock: Clock, journal: JournalWriter, setting: EnrolmentSetting) {
    this.#store = store
    this.#clock = clock
    this.#journal = journal
    this.#setting = setting
    this.#watchWindow()
  }

  /** Loads the stored setting. `initial` applies only while the data folder holds none. */
  static async load(
    store: SettingsStore,
    clock: Clock,
    journal: JournalWriter,
    initial: EnrolmentMode,
  ): Promise<Enrolment> {
    const stored = await store.getSetting(settingName)
    const enrolment = new Enrolment(store, clock, journal, isSetting(stored) ? stored : { mode: 'approve' })
    if (stored === undefined) await enrolment.set({ mode: initial })
    else if (!isSetting(stored))
      journal.note({
        kind: 'gateway',
        data: { event: 'enrolment_unreadable' },
      })
    return enrolment
  }

  /** The present setting: a pairing window that has ended reads as `approve`. */
  get setting(): EnrolmentSetting {
    this.#endWindowWhenOver()
    if (this.#setting.mode === 'pairing' && !windowIsOpen(this.#setting, this.#clock.now())) return { mode: 'approve' }
    return this.#setting
  }

  /** Stops the timer of the window, and tries once more to store a setting that could not be stored. */
  async close(): Promise<void> {
    this.#cancelTimer()
    this.#cancelWrite()
    if (this.#isUnwritten) await this.#store.putSetting(settingName, this.#setting)
  }

  /**
   * Sets the mode. It is in force at once, and the promise resolves when it is on disk; if that fails, a mode that
   * admits more boards is undone. `seconds` and `boards` are for pairing only. An act of `by` is noted in the journal:
   * callers await its commit before they answer.
   * @throws the store's error, or DarvazaError store_unavailable if the setting is in force and is stored later
   */
  async set(
    change: { mode: EnrolmentMode; seconds?: number | undefined; boards?: number | undefined },
    by?: Principal,
  ): Promise<EnrolmentSetting> {
    const now = this.#clock.now()
    const setting: EnrolmentSetting =
      change.mode === 'pairing'
        ? {
            mode: 'pairing',
            pairingFrom: now,
            pairingUntil: now + (change.seconds ?? pairingDefaults.seconds) * 1000,
            boards: change.boards ?? pairingDefaults.boards,
            admitted: 0,
          }
        : { mode: change.mode }
    const before = this.#setting
    // Set before the write: a board that connects meanwhile must not store the old setting, with a new count, over it.
    this.#setting = setting
    this.#watchWindow()
    const failure = await this.#store.putSetting(settingName, setting).then(
      () => undefined,
      (error: Error) => error,
    )
    // A mode that admits more boards waits for the disk; one that admits fewer does not.
    if (failure && (setting.mode === 'open' || setting.mode === 'pairing')) {
      if (this.#setting === setting) this.#setting = before
      this.#watchWindow()
      // The store may only have been slow and have stored the new setting by now, so the one in force is written again.
      this.#writeAgain()
      throw failure
    }
    if (failure) this.#writeAgain()
    if (by) {
      const { mode, boards } = setting
      this.#journal.note({
        kind: 'act',
        data: { act: 'enrolment.set', ...signatureOf(by), mode, boards, pairingUntil: setting.pairingUntil },
      })
    }
    if (failure) throw inForce(failure)
    return setting
  }

  /**
   * Decides about a board that connects for the first time, and counts the boards that a pairing window admits.
   */
  decide(claimFresh: boolean): NewcomerDecision {
    this.#endWindowWhenOver()
    const verdict = decideOnNewcomer(this.#setting, claimFresh, this.#clock.now())
    if (this.#setting.mode !== 'pairing') return verdict
    if (verdict === 'approve-now') {
      this.#setting = { ...this.#setting, admitted: (this.#setting.admitted ?? 0) + 1 }
      this.#store.putSetting(settingName, this.#setting).catch(() => this.#writeAgain())
    }
    // One row is written for each window, so that strangers cannot fill the journal with it.
    if (verdict === 'wait-crowded' && this.#crowdedUntil !== this.#setting.pairingUntil) {
      const boards = this.#setting.boards ?? pairingDefaults.boards
      this.#crowdedUntil = this.#setting.pairingUntil
      this.#journal.note({
        kind: 'gateway',
        data: { event: 'pairing_crowded', boards },
      })
    }
    return verdict
  }

  /** Starts the timer of a loaded or new window, at most for its whole length, even if the clock was set back. */
  #watchWindow(): void {
    this.#cancelTimer()
    const { mode, pairingFrom = 0, pairingUntil = 0 } = this.#setting
    if (mode !== 'pairing') return
    const leftMs = Math.min(pairingUntil - this.#clock.now(), pairingUntil - pairingFrom)
    this.#windowEndTicks = this.#clock.ticks() + leftMs
    // The timer stores the end of the window, because the next read may come only after a restart.
    this.#cancelTimer = this.#clock.after(Math.max(0, leftMs), () => this.#endWindowWhenOver())
  }

  #endWindowWhenOver(): void {
    const { mode, pairingUntil = 0 } = this.#setting
    if (mode !== 'pairing') return
    if (this.#clock.now() < pairingUntil && this.#clock.ticks() < this.#windowEndTicks) return
    this.#cancelTimer()
    const over: EnrolmentSetting = { mode: 'approve' }
    this.#setting = over
    this.#store.putSetting(settingName, over).catch(() => this.#writeAgain())
  }

  /** Retries until a write succeeds. Each attempt writes the setting then in force. */
  #writeAgain(): void {
    this.#isUnwritten = true
    this.#cancelWrite()
    this.#cancelWrite = this.#clock.after(writeAgainMs, () => {
      this.#isUnwritten = false
      this.#store.putSetting(settingName, this.#setting).catch(() => this.#writeAgain())
    })
  }
}
