import { labelOf, type Principal, signatureOf } from '../access/access.ts'
import type { Clock } from '../clock.ts'
import type { Journal } from '../journal/journal.ts'
import type { SettingsStore } from '../store.ts'
import {
  type EnrolmentMode,
  type EnrolmentSetting,
  isSetting,
  pairingDefaults,
  type Verdict,
  verdictForNewcomer,
  windowIsOpen,
} from './modes.ts'

const settingName = 'enrolment'

/** The one switch that says how new boards get in. Kept in the data folder; a restart never reopens a pairing window. */
export class Enrolment {
  readonly #store: SettingsStore
  readonly #clock: Clock
  readonly #journal: Pick<Journal, 'note'>
  #setting: EnrolmentSetting
  /** The end of the window whose owner was told that more boards came than it is for. */
  #crowdTold: number | undefined

  private constructor(store: SettingsStore, clock: Clock, journal: Pick<Journal, 'note'>, setting: EnrolmentSetting) {
    this.#store = store
    this.#clock = clock
    this.#journal = journal
    this.#setting = setting
  }

  /** `initial` only counts while the data folder holds no setting yet. */
  static async load(
    store: SettingsStore,
    clock: Clock,
    journal: Pick<Journal, 'note'>,
    initial: EnrolmentMode,
  ): Promise<Enrolment> {
    const stored = await store.getSetting(settingName)
    const enrolment = new Enrolment(store, clock, journal, isSetting(stored) ? stored : { mode: 'approve' })
    if (stored === undefined) await enrolment.set({ mode: initial })
    else if (!isSetting(stored))
      journal.note({
        kind: 'gateway',
        text: 'The enrolment mode in the data folder could not be read: new boards wait for approval.',
        data: { event: 'enrolment_unreadable' },
      })
    return enrolment
  }

  /** The setting as it is now: a pairing window that has ended reads as `approve`. */
  get setting(): EnrolmentSetting {
    if (this.#setting.mode === 'pairing' && !windowIsOpen(this.#setting, this.#clock.now())) return { mode: 'approve' }
    return this.#setting
  }

  /**
   * Resolves when the setting is on disk. `seconds` and `boards` are for pairing only. An act of `by` is noted in the
   * journal: whoever answers somebody waits for its commit.
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
    // At once: a board that comes while this is written must not put the old setting, counted up, back on top of it.
    this.#setting = setting
    try {
      await this.#store.putSetting(settingName, setting)
    } catch (error) {
      if (this.#setting === setting) this.#setting = before
      throw error
    }
    if (by) {
      const { mode, boards } = setting
      this.#journal.note({
        kind: 'act',
        text: `${labelOf(by)} set enrolment to ${mode}`,
        data: { act: 'enrolment.set', ...signatureOf(by), mode, boards, pairingUntil: setting.pairingUntil },
      })
    }
    return setting
  }

  /** What happens to a board seen for the first time, now. Counts those a pairing window lets in. */
  newcomer(claimFresh: boolean): Verdict {
    const verdict = verdictForNewcomer(this.#setting, claimFresh, this.#clock.now())
    if (this.#setting.mode !== 'pairing') return verdict
    if (verdict === 'approve-now') {
      this.#setting = { ...this.#setting, admitted: (this.#setting.admitted ?? 0) + 1 }
      void this.#store.putSetting(settingName, this.#setting).catch(() => {})
    }
    // Once for each window: strangers must not fill the journal with it.
    if (verdict === 'wait-crowded' && this.#crowdTold !== this.#setting.pairingUntil) {
      const boards = this.#setting.boards ?? pairingDefaults.boards
      this.#crowdTold = this.#setting.pairingUntil
      this.#journal.note({
        kind: 'gateway',
        text: `More boards came than the pairing window was opened for (${boards}); they wait for approval.`,
        data: { event: 'pairing_crowded', boards },
      })
    }
    return verdict
  }
}
