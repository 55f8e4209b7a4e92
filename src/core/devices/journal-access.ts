import { DarvazaError } from '../../errors/errors.ts'
import { authorize, type Principal, reaches } from '../access/access.ts'
import type { Device } from './device.ts'

/**
 * Whether a reader of the journal reaches a row: one with grants reaches the rows about its devices and no others.
 * `device`: the known device that the row is about, if any.
 */
export function reachesRow(principal: Principal, device: Device | undefined): boolean {
  if (!hasGrants(principal)) return true
  return device !== undefined && authorize(principal, 'device.journal', device)
}

/**
 * Ids of the devices whose rows a reader of the journal may see; undefined: all rows, those about no device included.
 * `wanted`: id or name of the one device to read about.
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
