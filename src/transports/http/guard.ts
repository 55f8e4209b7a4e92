import type { MiddlewareHandler } from 'hono'
import { type Action, authorize, type Principal, reaches } from '../../core/access/access.ts'
import type { Device } from '../../core/devices/device.ts'
import type { DeviceRegistry } from '../../core/devices/device-registry.ts'
import { DarvazaError, type FailureCode } from '../../errors/errors.ts'
import { type AccessRow, type RouteName, routes } from '../access-table.ts'
import { isOtherOrigin, mayGoOn } from '../identify.ts'
import { isForeign, isForeignByReferer } from '../origin.ts'
import type { HttpEnv, RequestContext, RouteContext } from './request-context.ts'

/**
 * Runs before every route. It checks in the order that discloses least and costs least: the right listener, the right
 * site, the caller, whether the device exists for that caller, whether the caller may do this.
 */
export function guard(name: RouteName): MiddlewareHandler<HttpEnv<true>> {
  const row: AccessRow = routes[name]
  return async (c, next) => {
    if (row.anySite) {
      c.header('Access-Control-Allow-Origin', '*')
      c.header('Cross-Origin-Resource-Policy', 'cross-origin')
    }
    const principal = isOpen(row.action) ? publicly : admit(c as RouteContext, name, row)
    c.set('principal', principal)
    let device: Device | undefined
    if (row.device) {
      device = findDevice(c.env.core.registry, c.req.param('id') ?? '', row.device)
      if (!device || !reaches(principal, device)) throw new DarvazaError('device_not_found')
      c.set('device', device)
    }
    if (!authorize(principal, row.action, device)) throw new DarvazaError('forbidden')
    // A change that cannot be stored is refused before anything changes.
    if (!name.startsWith('GET ') && !row.storeless && c.env.core.health.away.length > 0)
      throw new DarvazaError('store_unavailable')
    await next()
  }
}

/** Whether a long-running request may go on: meanwhile its key may have ended, or its grants may have changed. */
export function mayStill(
  { http, incoming, address, listenerKind, encrypted }: RequestContext,
  action: Action,
  device: Device,
): boolean {
  const headers = incoming.headers as Record<string, string | undefined>
  const now = http.identify(headers, { address, listenerKind, encrypted })
  return mayGoOn(now, principal => authorize(principal, action, device))
}

const publicly: Principal = { type: 'public' }

/**
 * Whether an action is open to every caller, on both ports and from every site, as for boards and health checks.
 * Sign-in is not.
 */
const isOpen = (action: Action): boolean => action.startsWith('public.') && action !== 'public.enter'

function admit(c: RouteContext, name: RouteName, row: AccessRow): Principal {
  const { host, http, listenerKind, encrypted, address, incoming } = c.env
  const headers = incoming.headers as Record<string, string | undefined>
  if (!host.ready()) throw new DarvazaError('shutting_down')
  if (listenerKind === 'plain' && host.hasTls) throw new DarvazaError('tls_required')
  const changes = !name.startsWith('GET ')
  const bearer = /^\s*bearer\s/i.test(headers.authorization ?? '')
  const rules = { publicUrl: host.publicUrl, encrypted }
  const foreign = isForeign(headers, rules) || isForeignByReferer(headers, rules)
  if (changes && !bearer && foreign) throw new DarvazaError('foreign_origin')
  if (row.action === 'public.enter') return publicly
  const principal = http.identify(headers, { address, listenerKind, encrypted, basic: row.basic === true })
  if (typeof principal === 'string') throw refusal(c, name, row, principal)
  // A browser sends the cookie by itself, even for another site's page: a request that changes something has to come
  // from the gateway's own page.
  if (changes && principal.type === 'person' && headers.origin === undefined) throw new DarvazaError('foreign_origin')
  // Another site may link to a picture, but its pages must not make their visitors' browsers fetch data of the gateway.
  const isLinked = principal.type === 'person' && isOtherOrigin(headers['sec-fetch-site'])
  if (isLinked && row.action !== 'device.watch') throw new DarvazaError('foreign_origin')
  return principal
}

function refusal(c: RouteContext, name: RouteName, row: AccessRow, code: FailureCode): DarvazaError {
  const { core, address } = c.env
  // One header line for each scheme, Basic first: browsers do not split one line, and many players read only the first.
  if (code.startsWith('key_'))
    c.env.outgoing.setHeader('WWW-Authenticate', row.basic ? ['Basic realm="Darvaza"', 'Bearer'] : 'Bearer')
  // Records the route's name instead of the path: people put secrets into paths by mistake.
  if (code === 'key_unknown' || code === 'key_expired')
    core.journal.note({
      kind: 'refusal',
      address,
      data: { code, route: name },
    })
  return code === 'rate_limited'
    ? new DarvazaError(code, { retryAfterS: Math.ceil(60 / core.limits.wrongKeysPerMinute) })
    : new DarvazaError(code)
}

/**
 * Finds a device by id or name. A removed device's name is free for others: if none has it, the last device that had it
 * is found.
 */
function findDevice(registry: DeviceRegistry, idOrName: string, which: 'known' | 'removed-too'): Device | undefined {
  const found = registry.find(idOrName)
  if (found || which === 'known') return found
  return [...registry.all()]
    .filter(device => device.state === 'removed' && device.name === idOrName)
    .sort((one, other) => (other.removedAt ?? 0) - (one.removedAt ?? 0))[0]
}
