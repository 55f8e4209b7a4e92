import type { FromDashboard } from '#protocol/dashboard.ts'
import { type Role, roles } from '#protocol/vocabulary.ts'

/** The caller of an act. `host` is a process of the same user on the gateway's own machine, through the Unix socket. */
export type Principal =
  | { type: 'public' }
  | { type: 'board'; deviceId: string }
  | { type: 'host' }
  | {
      type: 'key' | 'person'
      id: string
      label: string
      role: Role
      /** Absent: reaches everything. */
      grants?: readonly string[] | undefined
      /** Grants of the person whose key it is. A device has to be within these as well as within the key's own. */
      within?: readonly string[] | undefined
    }

/** The fields of a device that grants depend on. */
export interface ReachedDevice {
  readonly id: string
  readonly tags: readonly string[]
}

/**
 * All acts, and the least role that may do each; `host`: only a process on the gateway's machine. An act that is not
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
 * The act that each message of an open page needs; `steer` and `lease` concern the device they name, `watch` each
 * camera.
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
  // Device names are unique in the whole gateway: a person who may choose one can find out which others are taken. Tags
  // carry grants.
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
 * Decides, alone in the gateway, whether a principal may do an action. `device` is given wherever the action is about
 * one; a device outside the principal's grants is denied as if it did not exist: callers answer 404, never 403, when
 * `reaches` is false.
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

/** The author of an act, for the journal: never a secret. */
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

/** The same for a row's data, with an id: people choose their names, and two people can have the same. */
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
