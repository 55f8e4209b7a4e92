import type { Role } from '#protocol/vocabulary.ts'

/** An API key as the store keeps it. Its secret is shown once and lives on as `hash` (SHA-256, base64url). */
export interface ApiKey {
  id: string
  hash: string
  role: Role
  label: string
  createdAt: number
  expiresAt?: number
  /** Devices (`d_…`) and tags (`#tag`) this key reaches. Absent: all of them. */
  grants?: string[]
  /**
   * The person whose key it is: it never has more rights than they do, and ends with them. Absent: the key belongs to
   * no person.
   */
  personId?: string
}
