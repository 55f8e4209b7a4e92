import { readFile } from 'node:fs/promises'
import { loadOnce } from '../core/load-once.ts'

export interface Licence {
  name: string
  version: string
  licence: string
}

const known = loadOnce(read)

/**
 * The packages this program is built on, as the lock file names them. Packages that only its tests need are left out.
 */
export const licences = (): Promise<Licence[]> => known().catch(() => [])

async function read(): Promise<Licence[]> {
  const lock = JSON.parse(await readFile(new URL('../../package-lock.json', import.meta.url), 'utf8')) as {
    packages: Record<string, { version?: string; license?: string; dev?: boolean; devOptional?: boolean }>
  }
  const all = Object.entries(lock.packages).flatMap(([path, { version, license, dev, devOptional }]) => {
    const name = path.split('node_modules/').at(-1) ?? ''
    return name === '' || dev || devOptional || !version ? [] : [{ name, version, licence: license ?? '?' }]
  })
  const once = new Map(all.map(licence => [`${licence.name}@${licence.version}`, licence]))
  return [...once.values()].sort((one, other) => (one.name < other.name ? -1 : 1))
}
