/*
 * Durations and bounds that several parts have to agree on, and that sentences name. For values that an owner can set,
 * see core/limits.ts.
 */

export const dayMs = 86_400_000

/** How long a sign-in lasts after its last use. */
export const sessionDays = 30
/** A session is prolonged at most once a day. */
export const sessionProlongedEveryDays = 1
/** How long an invitation may be accepted. */
export const invitationDays = 7

/** A pairing window's defaults: 5 min, one board. */
export const pairingDefaults = { seconds: 300, boards: 1 } as const
/** The longest pairing window, and the most boards it can be for. */
export const pairingAtMost = { seconds: dayMs / 1000, boards: 10_000 } as const

/** The longest time that a command may set as its timeout. */
export const commandTtlAtMostMs = 3_600_000
