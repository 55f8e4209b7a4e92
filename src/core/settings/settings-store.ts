/** Stores small facts of the gateway itself: enrolment mode, end of the pairing window, epoch. Values are JSON. */
export interface SettingsStore {
  /** Resolves to undefined if no value was ever stored under this name. */
  getSetting(name: string): Promise<unknown>
  /** Resolves after the value is on disk. */
  putSetting(name: string, value: unknown): Promise<void>
}
