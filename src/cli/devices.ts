import type { DevicePage, DeviceView } from '#protocol/api.ts'
import type { Api } from './api.ts'
import { Failed } from './failure.ts'
import type { Terminal } from './terminal.ts'

/** The path of a device, by its id or its name. */
export const devicePath = (device: string, rest = ''): string => `/api/devices/${encodeURIComponent(device)}${rest}`

/** All devices that match, page after page. */
export async function listDevices(api: Api, filters: Record<string, string | undefined> = {}): Promise<DeviceView[]> {
  const found: DeviceView[] = []
  let cursor: string | undefined
  do {
    const page = await api.json<DevicePage>('GET', withQuery('/api/devices', { ...filters, limit: '1000', cursor }))
    found.push(...page.devices)
    cursor = page.nextCursor ?? undefined
  } while (cursor)
  return found
}

/**
 * Looks a device up; if none has that id or name, the error lists similar names. The name must match exactly:
 * a script that removes `roof` twice must not remove `roof-2` the second time.
 */
export async function onDevice<T>(api: Api, typed: string, ask: (device: string) => Promise<T>): Promise<T> {
  try {
    return await ask(typed)
  } catch (error) {
    if (!isUnknownDevice(error)) throw error
    const all = await everyDevice(api)
    const claims = all.filter(({ state, saysItIs }) => state === 'pending' && saysItIs === typed)
    if (claims.length > 0) throw new Failed(error.message, { ...error, hint: whoSaysSo(claims) })
    const close = closest(typed, all)
    if (close.length === 0) throw error
    throw new Failed(error.message, {
      ...error,
      hint: `Did you mean ${close.map(({ name, id }) => name || id).join(' or ')}?`,
    })
  }
}

/** Like `onDevice`, for verbs that only read: the beginning of an id or name is enough if it fits only one device. */
export async function lookAtDevice<T>(
  api: Api,
  terminal: Terminal,
  typed: string,
  ask: (device: string) => Promise<T>,
): Promise<T> {
  return await onDevice(api, typed, async device => {
    try {
      return await ask(device)
    } catch (error) {
      if (!isUnknownDevice(error)) throw error
      const begun = (await everyDevice(api)).filter(({ id, name }) => id.startsWith(typed) || name.startsWith(typed))
      if (begun.length !== 1) throw error
      terminal.say(`${typed}: taken for ${begun[0]!.name} (${begun[0]!.id}).`)
      return await ask(begun[0]!.id)
    }
  })
}

/** The hint for a name that pending boards claim. It refers to their ids, because any board may claim any name. */
function whoSaysSo(claims: readonly DeviceView[]): string {
  const [first, ...more] = claims
  return more.length === 0
    ? `A waiting board says it is called so, as anybody could. It goes by its id: ${first!.id}`
    : `Several waiting boards say they are called so. They go by their ids: ${claims.map(({ id }) => id).join(', ')}`
}

const isUnknownDevice = (error: unknown): error is Failed =>
  error instanceof Failed && error.code === 'device_not_found'

/** Lists the devices for a suggestion. A failure here must not hide the failure that asked for it. */
const everyDevice = (api: Api): Promise<DeviceView[]> => listDevices(api).catch(() => [])

function closest(typed: string, devices: readonly DeviceView[]): DeviceView[] {
  const wanted = typed.toLowerCase()
  const rank = ({ name, id }: DeviceView): number => {
    const lower = name.toLowerCase()
    if (lower.startsWith(wanted) || id.startsWith(wanted)) return 0
    if (lower.includes(wanted)) return 1
    return distance(lower, wanted) <= 2 ? 2 : 3
  }
  return devices
    .map(device => ({ device, rank: rank(device) }))
    .filter(({ rank }) => rank < 3)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, 3)
    .map(({ device }) => device)
}

/** The number of edits that turn one word into the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
    row = next
  }
  return row[b.length]!
}

/** A path with the parameters that have a value. */
export function withQuery(path: string, parameters: Record<string, string | undefined>): string {
  const given = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`
}
