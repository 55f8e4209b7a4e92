import { DarvazaError } from '../../errors/errors.ts'
import { authorize, type Principal, reaches } from '../access/access.ts'
import type { Device } from './device.ts'

/**
 * Whether a reader of the journal may see a row: a reader with grants sees only the rows about devices within them.
 * `device`: the known device that the row is about, if any.
 */
export function reachesRow(principal: Principal, device: Device | undefined): boolean {
  if (!hasGrants(principal)) return true
  return device !== undefined && authorize(principal, 'device.journal', device)
}

/**
 * The ids of the devices whose rows a reader of the journal may see; undefined: all rows, also those about no device.
 * `wanted`: the id or name of the only device to read about.
 * @throws DarvazaError device_not_found, forbidden
 */
export function readableDevices(
  principal: Principal,
  devices: { find(idOrName: string): Device | undefined; all(): Iterable<Device> },
  wanted: string | undefined,
): string[] | undefined {
  if (wanted !== undefined) {
    const device = devices.find(wanted)
    if (!device || !reaches(principal, device)) throw new DarvazaError('device_not_found')
    if (!authorize(principal, 'device.journal', device)) throw new DarvazaError('forbidden')
    return [device.id]
  }
  if (!hasGrants(principal)) return undefined
  return [...devices.all()].filter(device => authorize(principal, 'device.journal', device)).map(device => device.id)
}

const hasGrants = (principal: Principal): boolean => 'grants' in principal && principal.grants !== undefined
