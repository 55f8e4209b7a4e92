import type { Action } from '../core/access/access.ts'

/** One HTTP route, and the action it needs. */
export interface AccessRow {
  action: Action
  /** `{id}` in the path is a device's id or name. `removed-too`: the last name of a removed device counts as well. */
  device?: 'known' | 'removed-too'
  /** HTTP Basic with an API key as the password works too: video players and home automation send keys in this way. */
  basic?: true
  /** Other sites may read the answer in their visitors' browsers. */
  anySite?: true
  /** Works while the store cannot be written: the route stores nothing, is in force at once, or reports the failure. */
  storeless?: true
  /** Serves the dashboard; on the plain port it redirects to the encrypted one, if there is one. */
  page?: true
}

/**
 * The access table: every route there is, with its action. A route that is not in it cannot be mounted, and the gateway
 * does not start while a row has nothing mounted. `core/access/access.ts` lists the role that each action needs.
 */
export const routes = {
  'GET /': { action: 'public.health', page: true },
  'GET /health': { action: 'public.health' },
  'GET /ready': { action: 'public.health' },
  'GET /public/tokens': { action: 'public.tokens', anySite: true },

  'GET /gate': { action: 'public.page', page: true },
  'GET /devices/{page}': { action: 'public.page', page: true },
  'GET /journal': { action: 'public.page', page: true },
  'GET /settings': { action: 'public.page', page: true },
  'GET /settings/{page}': { action: 'public.page', page: true },
  'GET /sign-in': { action: 'public.page', page: true },
  'GET /setup': { action: 'public.page', page: true },
  'GET /invite': { action: 'public.page', page: true },
  'GET /assets/{file}': { action: 'public.page' },
  'GET /gate.svg': { action: 'public.page' },

  'GET /metrics': { action: 'metrics.read' },
  'GET /api/openapi.json': { action: 'api.read' },

  'GET /api/devices': { action: 'device.list' },
  'POST /api/devices': { action: 'device.create' },
  'GET /api/devices/{id}': { action: 'device.read', device: 'removed-too' },
  'PATCH /api/devices/{id}': { action: 'device.edit', device: 'known' },
  'DELETE /api/devices/{id}': { action: 'device.remove', device: 'known', storeless: true },
  'POST /api/devices/{id}/approve': { action: 'device.approve', device: 'known' },
  'POST /api/devices/{id}/block': { action: 'device.block', device: 'known', storeless: true },
  'POST /api/devices/{id}/restore': { action: 'device.restore', device: 'removed-too' },
  'POST /api/devices/{id}/confirm': { action: 'device.token', device: 'known' },
  'POST /api/devices/{id}/token/rotate': { action: 'device.token', device: 'known' },
  'POST /api/devices/{id}/token/revoke': { action: 'device.token', device: 'known', storeless: true },

  'POST /api/devices/{id}/servo': { action: 'device.steer', device: 'known', storeless: true },
  'POST /api/devices/{id}/action': { action: 'device.steer', device: 'known', storeless: true },

  'GET /api/devices/{id}/snapshot.jpg': { action: 'device.watch', device: 'known', basic: true },
  'GET /api/devices/{id}/stream.mjpeg': { action: 'device.watch', device: 'known', basic: true },
  'GET /api/devices/{id}/preview.jpg': { action: 'device.approve', device: 'known' },

  'GET /api/devices/{id}/health': { action: 'device.read', device: 'known' },
  'GET /api/devices/{id}/telemetry': { action: 'device.read', device: 'known' },

  'GET /api/journal': { action: 'journal.read' },
  'GET /api/refusals': { action: 'journal.read' },
  'GET /api/enrolment': { action: 'enrolment.read' },
  'PUT /api/enrolment': { action: 'enrolment.change', storeless: true },

  'GET /api/me': { action: 'public.enter' },
  'POST /api/setup': { action: 'public.enter', storeless: true },
  'POST /api/invite': { action: 'public.enter', storeless: true },
  'GET /api/people': { action: 'people.manage' },
  'POST /api/people': { action: 'people.manage' },
  'PATCH /api/people/{id}': { action: 'people.manage' },
  'DELETE /api/people/{id}': { action: 'people.manage' },
  'POST /api/owner/reset': { action: 'owner.reset', storeless: true },

  'GET /api/settings': { action: 'gateway.admin' },
  'PUT /api/settings': { action: 'gateway.admin' },
  'GET /api/about': { action: 'gateway.about' },
  'GET /api/backup': { action: 'gateway.admin' },
  'GET /api/simulated': { action: 'gateway.admin' },
  'POST /api/simulated': { action: 'gateway.admin' },
  'DELETE /api/simulated': { action: 'gateway.admin' },

  // Better Auth answers these account routes. Its other routes cannot be reached.
  'GET /api/auth/get-session': { action: 'public.enter' },
  'POST /api/auth/sign-in/email': { action: 'public.enter', storeless: true },
  'POST /api/auth/sign-in/social': { action: 'public.enter', storeless: true },
  'GET /api/auth/callback/{provider}': { action: 'public.enter' },
  'POST /api/auth/two-factor/verify-totp': { action: 'public.enter', storeless: true },
  'POST /api/auth/two-factor/verify-backup-code': { action: 'public.enter', storeless: true },
  'GET /api/auth/passkey/generate-authenticate-options': { action: 'public.enter' },
  'POST /api/auth/passkey/verify-authentication': { action: 'public.enter', storeless: true },
  'POST /api/auth/sign-out': { action: 'public.enter', storeless: true },
  'GET /api/auth/list-sessions': { action: 'self.account' },
  'POST /api/auth/revoke-session': { action: 'self.account', storeless: true },
  'POST /api/auth/revoke-sessions': { action: 'self.account', storeless: true },
  'POST /api/auth/revoke-other-sessions': { action: 'self.account', storeless: true },
  'POST /api/auth/change-password': { action: 'self.account', storeless: true },
  'POST /api/auth/two-factor/enable': { action: 'self.account', storeless: true },
  'POST /api/auth/two-factor/disable': { action: 'self.account', storeless: true },
  'POST /api/auth/two-factor/generate-backup-codes': { action: 'self.account', storeless: true },
  'GET /api/auth/passkey/generate-register-options': { action: 'self.account' },
  'POST /api/auth/passkey/verify-registration': { action: 'self.account', storeless: true },
  'GET /api/auth/passkey/list-user-passkeys': { action: 'self.account' },
  'POST /api/auth/passkey/delete-passkey': { action: 'self.account', storeless: true },

  'GET /api/keys': { action: 'key.manage' },
  'POST /api/keys': { action: 'key.manage' },
  'DELETE /api/keys/{id}': { action: 'key.manage', storeless: true },
} as const satisfies Record<`${'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'} /${string}`, AccessRow>

export type RouteName = keyof typeof routes
export const routeNames = Object.keys(routes) as RouteName[]

/**
 * The access table of WebSockets: a handshake for any other path is refused. A board is identified by its token, see
 * `core/enrolment/admission.ts`; the messages that an open page may send are listed in `core/access/access.ts`.
 */
export const sockets = {
  '/ws': { action: 'public.board' },
  '/ws/pico': { action: 'public.board' },
  '/ws/esp32cam': { action: 'public.board' },
  '/ws/view/{id}': { action: 'device.watch', device: 'known', basic: true },
  '/ws/dashboard': { action: 'self.dashboard' },
} as const satisfies Record<`/ws${string}`, AccessRow>

export type SocketName = keyof typeof sockets
export const socketNames = Object.keys(sockets) as SocketName[]

const patternOf = (path: string): RegExp =>
  new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '([^/]+)')}$`)

const socketPatterns = socketNames.map(name => ({ name, path: patternOf(name) }))

/** Finds the socket of the table for a path, and the device that the path names, still percent-encoded. */
export function socketAt(path: string): { name: SocketName; device: string | undefined } | undefined {
  for (const { name, path: pattern } of socketPatterns) {
    const found = pattern.exec(path)
    if (found) return { name, device: found[1] }
  }
  return undefined
}

const patterns = routeNames.map(name => {
  const [method = '', path = ''] = name.split(' ')
  return { method, path: patternOf(path) }
})

/** The methods that a path allows; none when there is no such path. */
export function methodsOf(path: string): string[] {
  const methods = patterns.filter(pattern => pattern.path.test(path)).map(({ method }) => method)
  if (methods.length === 0) return []
  return [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS']
}
