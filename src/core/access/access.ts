import type { FromDashboard } from '#protocol/dashboard.ts'
import { type Role, roles } from '#protocol/vocabulary.ts'

/** The caller of an act. `host`: a process of the gateway's user on the same machine, through the Unix socket. */
export type Principal =
  | { type: 'public' }
  | { type: 'board'; deviceId: string }
  | { type: 'host' }
  | {
      type: 'key' | 'person'
      id: string
      label: string
      role: Role
      /** Absent: the principal has access to all devices. */
      grants?: readonly string[] | undefined
      /** Grants of the person who owns the key. A device must be within these and within the key's own grants. */
      within?: readonly string[] | undefined
    }

/** The fields of a device that grants depend on. */
export interface ReachedDevice {
  readonly id: string
  readonly tags: readonly string[]
}

/**
 * All acts, and the least role that each requires; `host`: only a process on the gateway's machine. An act that is not
 * listed is denied.
 */
export const actions = {
  'public.health': 'public',
  'public.tokens': 'public',
  'public.page': 'public',
  'public.enter': 'public',
  'public.board': 'public',
  'self.account': 'viewer',
  'self.dashboard': 'viewer',
  'device.list': 'viewer',
  'device.read': 'viewer',
  'device.watch': 'viewer',
  'device.journal': 'viewer',
  'device.steer': 'operator',
  'device.approve': 'operator',
  'device.edit': 'operator',
  'device.create': 'owner',
  'device.block': 'operator',
  'device.remove': 'owner',
  'device.restore': 'owner',
  'device.token': 'owner',
  'journal.read': 'viewer',
  'enrolment.read': 'operator',
  'enrolment.change': 'owner',
  'key.manage': 'owner',
  'metrics.read': 'viewer',
  'api.read': 'viewer',
  'people.manage': 'owner',
  'gateway.about': 'viewer',
  'gateway.admin': 'owner',
  'owner.reset': 'host',
} as const satisfies Record<string, Role | 'public' | 'host'>
export type Action = keyof typeof actions

/**
 * The right that each message of an open page requires: for `steer` and `lease` on the device that they name, for
 * `watch` on each camera.
 */
export const dashboardWords = {
  watch: 'device.watch',
  drawn: 'self.dashboard',
  follow: 'journal.read',
  steer: 'device.steer',
  lease: 'device.steer',
  ping: 'self.dashboard',
} as const satisfies Record<FromDashboard['type'], Action>

/** Actions that reach beyond a caller's grants: a principal with grants never has them. */
export const houseWide: ReadonlySet<Action> = new Set([
  // Device names are unique in the whole gateway: a person who may choose a name can find out which ones are taken.
  // Tags decide grants.
  'device.edit',
  'device.create',
  'enrolment.read',
  'enrolment.change',
  'key.manage',
  'metrics.read',
  'people.manage',
  'gateway.admin',
])

/** Actions about one's own account: for people only, as no other caller has one. */
const personal: ReadonlySet<Action> = new Set(['self.account', 'self.dashboard'])

/**
 * Decides whether a principal may do an action; no other code does. `device`: given if the action is about a device. A
 * device outside the principal's grants is denied as if it did not exist: if `reaches` is false, callers answer 404,
 * never 403.
 */
export function authorize(principal: Principal, action: Action, device?: ReachedDevice): boolean {
  if (!Object.hasOwn(actions, action)) return false
  const least = actions[action]
  if (least === 'public') return true
  if (principal.type === 'public' || principal.type === 'board') return false
  if (personal.has(action) && principal.type !== 'person') return false
  if (principal.type === 'host') return true
  if (least === 'host') return false
  if (roles.indexOf(principal.role) < roles.indexOf(least)) return false
  if (principal.grants && houseWide.has(action)) return false
  return device === undefined || reaches(principal, device)
}

/** The name of an act's author for the journal; it contains no secret. */
export function labelOf(principal: Principal): string {
  switch (principal.type) {
    case 'public':
      return 'public'
    case 'host':
      return 'host'
    case 'board':
      return `board ${principal.deviceId}`
    case 'key':
      return `key ${principal.label || principal.id}`
    case 'person':
      return principal.label
    default:
      return principal satisfies never
  }
}

/** The author for a row's data, with an id, because two people can choose the same name. */
export const signatureOf = (principal: Principal): { by: string; byId?: string } => ({
  by: labelOf(principal),
  ...('id' in principal && { byId: principal.id }),
})

/** Whether a device exists at all for this principal. */
export function reaches(principal: Principal, device: ReachedDevice): boolean {
  if (principal.type === 'host') return true
  if (principal.type === 'public') return false
  if (principal.type === 'board') return principal.deviceId === device.id
  return grant(principal.grants, device) && grant(principal.within, device)
}

const grant = (grants: readonly string[] | undefined, { id, tags }: ReachedDevice): boolean =>
  !grants || grants.some(each => each === id || (each.startsWith('#') && tags.includes(each.slice(1))))
