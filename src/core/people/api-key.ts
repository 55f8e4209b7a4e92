import type { Role } from '#protocol/vocabulary.ts'

/** An API key as it is stored. Its secret is shown once, and only its `hash` is kept (SHA-256, base64url). */
export interface ApiKey {
  id: string
  hash: string
  role: Role
  label: string
  createdAt: number
  expiresAt?: number
  /** Devices (`d_…`) and tags (`#tag`) that this key gives access to. Absent: all of them. */
  grants?: string[]
  /**
   * The person who owns the key: it never has more rights than its owner, and is revoked when the person is removed.
   * Absent: the key belongs to no person.
   */
  personId?: string
}
