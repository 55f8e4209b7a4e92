/*
 * Defines once each set of fixed values: for the schemas of the API, for core, the store, the command line and the
 * dashboard. This file has no zod, so that a page can import values from it.
 */

/** The languages of Darvaza's texts. */
export const languages = ['en', 'fa'] as const
export type Language = (typeof languages)[number]

// Devices

/** `removed` devices are kept for a while, so that a mistake can be undone. */
export const deviceStates = ['pending', 'active', 'blocked', 'removed'] as const
export type DeviceState = (typeof deviceStates)[number]

export const presences = ['online', 'reconnecting', 'offline'] as const
export type Presence = (typeof presences)[number]

/**
 * How a board proved its identity when it first connected. `claim`: from `GET /public/tokens`; `shared`: a token of a
 * fleet.
 */
export const credentialSources = ['claim', 'owner', 'shared', 'loopback'] as const
export type CredentialSource = (typeof credentialSources)[number]

/** `rotating`: the token before the last rotation still works. `shared`: the device has no token of its own. */
export const tokenStates = ['live', 'rotating', 'revoked', 'shared'] as const
export type TokenState = (typeof tokenStates)[number]

/**
 * The enrolment modes. `approve`: a person approves each board; `pairing`: boards are accepted for a limited time;
 * `open`: boards are accepted at once; `closed`: boards are refused.
 */
export const enrolmentModes = ['approve', 'pairing', 'open', 'closed'] as const
export type EnrolmentMode = (typeof enrolmentModes)[number]

// People and keys

/** In order of rights, from the role with the fewest to the one with the most. */
export const roles = ['viewer', 'operator', 'owner'] as const
export type Role = (typeof roles)[number]

// Steering

/** Actions that boards support. Other actions are sent too: newer firmware may support more than this list. */
export const knownActions = [
  'reset_position',
  'emergency_stop',
  'emergency_stop_smooth',
  'system_reboot',
  'capture_photo',
  'flash_on',
  'flash_off',
  'camera_reset',
  'frame_rate',
  'resolution',
  'quality',
] as const

/**
 * Emergency stops are sent before all waiting commands, without a lease. Newer firmware may have more kinds of them.
 */
export const isStop = (action: string): boolean => action.startsWith('emergency_stop')

/** `seize` is for owners. */
export const leaseActs = ['take', 'renew', 'release', 'ask', 'grant', 'deny', 'seize'] as const
export type LeaseAct = (typeof leaseActs)[number]

/** `thumbnail`: at most one picture a second. */
export const cameraRates = ['full', 'thumbnail'] as const
export type CameraRate = (typeof cameraRates)[number]

// Journal

/**
 * Kinds of journal entries. `connection.*`: a board connected or disconnected; `refusal`: a connection was refused;
 * `message`: a board sent a message; `traffic`: counts, over an interval, of messages too frequent for a row each;
 * `command`: an operator's order with its outcome; `act`: an operator changed something; `gateway`: the gateway
 * started, stopped, or noticed something itself.
 */
export const entryKinds = [
  'connection.opened',
  'connection.closed',
  'refusal',
  'message',
  'traffic',
  'command',
  'act',
  'gateway',
] as const
export type EntryKind = (typeof entryKinds)[number]

// Health

/** `info`: good to know. `warn`: the fault costs something. `bad`: the board does not do its work. */
export const severities = ['info', 'warn', 'bad'] as const
export type Severity = (typeof severities)[number]

/** `well`: no finding above `info`. `unseen`: too few observations to judge. */
export const healthStates = ['well', 'trouble', 'unseen'] as const
export type HealthState = (typeof healthStates)[number]

/** The result of one check of a board's health. `unseen`: too few observations to judge. */
export const checkStatuses = ['found', 'clear', 'unseen'] as const
export type CheckStatus = (typeof checkStatuses)[number]

/** The faults of a board that can be found. */
export const findingCodes = [
  'token_shared',
  'brown_out',
  'rebooting',
  'memory_leak',
  'idle_cut',
  'half_open',
  'flapping',
  'wifi_stalls',
  'weak_signal',
  'camera_starving',
  'desync',
  'garbage',
  'clock_unset',
] as const
export type FindingCode = (typeof findingCodes)[number]

/** The kind of time in a board's messages. `boot`: since it booted; `set`: the time of day; `odd`: neither. */
export const clockKinds = ['boot', 'set', 'odd'] as const
export type ClockKind = (typeof clockKinds)[number]

/** How far back a chart reaches. */
export const telemetryRanges = ['15m', '24h', '30d'] as const
export type TelemetryRange = (typeof telemetryRanges)[number]

// The gateway itself

/** `degraded`: the gateway serves boards, but works without one of its `parts`. */
export const readyStates = ['ready', 'degraded'] as const

/** The parts that may fail for a while: everything that does not need them keeps working. */
export const parts = ['disk'] as const
export type Part = (typeof parts)[number]
