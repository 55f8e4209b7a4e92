import { type Principal, signatureOf } from '../access/access.ts'
import type { ActJournal } from '../journal/journal-ports.ts'
import type { Limits } from '../limits.ts'
import type { SettingsStore } from './settings-store.ts'

const settingName = 'retention'
type Kept = Pick<Limits, 'journalMaxAgeMs' | 'journalMaxBytes'>

/**
 * How much of the journal is kept: the owner's setting, or else the value of the start options. A change takes effect
 * at the next cleanup.
 */
export class RetentionSetting implements Kept {
  readonly #store: SettingsStore
  readonly #journal: ActJournal
  #kept: Kept

  private constructor(store: SettingsStore, journal: ActJournal, kept: Kept) {
    this.#store = store
    this.#journal = journal
    this.#kept = kept
  }

  static async load(
    store: SettingsStore,
    journal: ActJournal,
    { journalMaxAgeMs, journalMaxBytes }: Kept,
  ): Promise<RetentionSetting> {
    const stored = (await store.getSetting(settingName)) as Kept | undefined
    return new RetentionSetting(store, journal, stored ?? { journalMaxAgeMs, journalMaxBytes })
  }

  get journalMaxAgeMs(): number {
    return this.#kept.journalMaxAgeMs
  }

  get journalMaxBytes(): number {
    return this.#kept.journalMaxBytes
  }

  async set(by: Principal, kept: Kept): Promise<void> {
    try {
      await this.#store.putSetting(settingName, kept)
    } catch (error) {
      // The store may only have been slow and have stored the new value by now, so the kept one is written again.
      this.#store.putSetting(settingName, this.#kept).catch(() => {})
      throw error
    }
    this.#kept = kept
    const days = kept.journalMaxAgeMs / 86_400_000
    const megabytes = kept.journalMaxBytes / 1024 / 1024
    this.#journal.note({
      kind: 'act',
      data: { act: 'retention.set', ...signatureOf(by), days, megabytes },
    })
    await this.#journal.committed()
  }
}
