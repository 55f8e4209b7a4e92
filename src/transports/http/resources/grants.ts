import type { DeviceRegistry } from '../../../core/devices/device-registry.ts'
import { invalid } from '../failures.ts'

/** Grants hold ids, so that a renamed device stays granted. */
export function resolveGrants(grants: readonly string[], registry: DeviceRegistry): string[] {
  const resolved = grants.map((grant, index) => {
    if (/^#[^\s#,]{1,64}$/.test(grant)) return grant
    const device = registry.find(grant)
    if (!device) throw invalid({ path: `grants.${index}`, message: 'neither a device nor a "#tag"' })
    return device.id
  })
  return [...new Set(resolved)]
}
