/** Returns an IPv4 address mapped into IPv6 (`::ffff:1.2.3.4`, `::FFFF:102:304`) as plain IPv4, all else unchanged. */
export function plainAddress(address: string): string {
  if (!address.includes(':')) return address
  const groups = groupsOf(address)
  if (groups.length !== 8 || groups[5] !== 0xffff || groups.slice(0, 5).some(group => group !== 0)) return address
  const [high = 0, low = 0] = groups.slice(6)
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`
}

/**
 * The block of addresses that one client can easily own: an IPv4 /32, an IPv6 /64. Limits count by this block, because
 * one home connection or one rented server has 2^64 IPv6 addresses.
 */
export function addressKey(address: string): string {
  const plain = plainAddress(address)
  if (!plain.includes(':')) return plain
  return `${groupsOf(plain)
    .slice(0, 4)
    .map(group => group.toString(16))
    .join(':')}::/64`
}

export const isLoopback = (address: string): boolean => {
  const plain = plainAddress(address)
  if (!plain.includes(':')) return /^127\.\d+\.\d+\.\d+$/.test(plain)
  return groupsOf(plain).join() === '0,0,0,0,0,0,0,1'
}

/**
 * The eight groups of an IPv6 address in any spelling. For a text that is not an address, the groups that can be read.
 */
function groupsOf(address: string): number[] {
  const read = (part: string): number[] =>
    part.split(':').flatMap(group => {
      const [a, b, c, d] = group.split('.').map(Number)
      if (d !== undefined) return [a! * 256 + b!, c! * 256 + d]
      return group === '' ? [] : [Number.parseInt(group, 16)]
    })
  const [head = '', tail] = address.split('%')[0]!.split('::')
  if (tail === undefined) return read(head)
  const [front, back] = [read(head), read(tail)]
  return [...front, ...new Array<number>(Math.max(0, 8 - front.length - back.length)).fill(0), ...back]
}
