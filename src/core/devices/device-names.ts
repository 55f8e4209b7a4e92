import type { Kind } from '#protocol/kinds.ts'
import { randomLetters } from '../ids.ts'

const valid = /^[A-Za-z0-9:._-]{1,64}$/

/** Whether a text is a valid name: it matches `[A-Za-z0-9:._-]{1,64}`, and does not start with `d_`, as ids do. */
export const isName = (name: string): boolean => valid.test(name) && !name.startsWith('d_')

/** Makes a name of an `X-Device-ID`: invalid characters become `-`. Undefined if nothing usable is left. */
export function nameFrom(deviceId: string | undefined): string | undefined {
  const name = deviceId
    ?.trim()
    .replaceAll(/[^A-Za-z0-9:._-]+/g, '-')
    .replace(/^(d_)+/, '')
    .slice(0, 64)
  return name && isName(name) && /[A-Za-z0-9]/.test(name) ? name : undefined
}

/** A free name for a board: the name it sends, else `<kind>-<4 letters>`; with a suffix `-2`, `-3`, … if taken. */
export function freeName(kind: Kind, deviceId: string | undefined, isTaken: (name: string) => boolean): string {
  const wish = nameFrom(deviceId)
  if (!wish) {
    for (;;) {
      const name = `${kind}-${randomLetters(4)}`
      if (!isTaken(name)) return name
    }
  }
  if (!isTaken(wish)) return wish
  for (let count = 2; ; count++) {
    const suffix = `-${count}`
    const name = wish.slice(0, 64 - suffix.length) + suffix
    if (!isTaken(name)) return name
  }
}
