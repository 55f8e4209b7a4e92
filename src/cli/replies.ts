/** The gateway's answers, as far as the CLI shows them. Times are ISO 8601 in UTC. Strings may hold a board's words. */

export interface Device {
  id: string
  name: string
  kind: string
  state: string
  presence: string
  source?: string
  tags?: string[]
  online?: boolean
  lastSeen?: string | null
  address?: string | null
  saysItIs?: string | null
  firmware?: string | null
  memoryFree?: number | null
  signal?: number | null
  uptime?: number | null
  angles?: { servo1: number; servo2: number } | null
  createdAt?: string
  approvedAt?: string | null
  blockedReason?: string | null
  connectionId?: string | null
  contested?: boolean
  tokenState?: string
  messages?: unknown[]
}

export interface Key {
  id: string
  role: string
  label?: string
  grants?: string[] | null
  createdAt?: string
  expiresAt?: string | null
}

export interface Enrolment {
  mode: string
  pairingUntil?: string | null
  boards?: number | null
  approved?: number | null
  waiting?: number
}

export interface JournalEntry {
  id: number
  at: string
  kind: string
  deviceId?: string | null
  /** Its name. */
  device?: string | null
  address?: string | null
  text: string
  data?: Record<string, unknown> | null
}

export interface ServoReply {
  ack?: { status?: string; detail?: unknown; message?: string }
  latencyMs?: number
}
