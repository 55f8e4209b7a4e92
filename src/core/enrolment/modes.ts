import { pairingDefaults } from '#protocol/durations.ts'
import { type EnrolmentMode, enrolmentModes } from '#protocol/vocabulary.ts'

/** The enrolment mode as it is stored. Times are milliseconds since 1970. */
export interface EnrolmentSetting {
  mode: EnrolmentMode
  /** Pairing only. A window that has ended is stored as `approve`, so that nothing reopens it. */
  pairingFrom?: number
  pairingUntil?: number
  /** Pairing only: how many boards the window admits, and how many it has admitted. */
  boards?: number
  admitted?: number
}

/** Whether a stored value has a valid mode: it may have been damaged in the data folder. */
export const isSetting = (value: unknown): value is EnrolmentSetting =>
  enrolmentModes.includes((value as EnrolmentSetting | null)?.mode as EnrolmentMode)

export type NewcomerDecision =
  | 'approve-now'
  | 'wait'
  /** The window has admitted all its boards: further ones wait for approval, and the journal records that. */
  | 'wait-crowded'
  | 'refuse'

/**
 * Decides about a board that connects for the first time. `claimFresh`: the board's claim is young enough for automatic
 * approval.
 */
export function decideOnNewcomer(setting: EnrolmentSetting, claimFresh: boolean, now: number): NewcomerDecision {
  switch (setting.mode) {
    case 'closed':
      return 'refuse'
    case 'approve':
      return 'wait'
    case 'open':
      return claimFresh ? 'approve-now' : 'wait'
    case 'pairing': {
      if (!claimFresh || !windowIsOpen(setting, now)) return 'wait'
      return (setting.admitted ?? 0) < (setting.boards ?? pairingDefaults.boards) ? 'approve-now' : 'wait-crowded'
    }
    default:
      return setting.mode satisfies never
  }
}

export const windowIsOpen = (setting: EnrolmentSetting, now: number): boolean =>
  setting.mode === 'pairing' && now >= (setting.pairingFrom ?? 0) && now < (setting.pairingUntil ?? 0)
