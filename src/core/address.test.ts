import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressKey, isLoopback, plainAddress } from './address.ts'

const groups = fc.array(fc.nat(0xffff), { minLength: 8, maxLength: 8 })
const whole = (numbers: readonly number[]) => numbers.map(number => number.toString(16)).join(':')

/** Spellings of one address: with a run of zeros left out, with leading zeros, or in capitals. */
const spellings = (numbers: readonly number[]): string[] => {
  const long = numbers.map(number => number.toString(16).padStart(4, '0')).join(':')
  const found = [whole(numbers), long, long.toUpperCase()]
  for (let from = 0; from < 8; from++) {
    for (let to = from + 1; to <= 8 && numbers[to - 1] === 0; to++)
      found.push(`${whole(numbers.slice(0, from))}::${whole(numbers.slice(to))}`)
  }
  const [high, low] = numbers.slice(6) as [number, number]
  found.push(`${whole(numbers.slice(0, 6))}:${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`)
  return found
}

describe('an address', () => {
  it('of IPv4 counts as itself', () => {
    fc.assert(fc.property(fc.ipV4(), address => addressKey(address) === address && plainAddress(address) === address))
  })

  it('of IPv6 counts as its /64, however it is written', () => {
    fc.assert(
      fc.property(groups, fc.nat(8), fc.nat(8), (numbers, from, length) => {
        const address = numbers.map((number, index) => (index >= from && index < from + length ? 0 : number))
        fc.pre(address.slice(0, 5).some(group => group !== 0) || address[5] !== 0xffff)
        const key = `${whole(address.slice(0, 4))}::/64`
        for (const spelling of spellings(address)) expect(addressKey(spelling), spelling).toBe(key)
      }),
    )
  })

  it('of IPv6 counts together with its neighbours in the /64, and apart from those outside', () => {
    expect(addressKey('2001:db8:1:2:3:4:5:6')).toBe(addressKey('2001:db8:1:2::1'))
    expect(addressKey('2001:db8:1:2::1')).not.toBe(addressKey('2001:db8:1:3::1'))
    expect(addressKey('fe80::1%eth0')).toBe('fe80:0:0:0::/64')
  })

  it('of IPv4 mapped into IPv6 is the plain one, however it is written', () => {
    for (const mapped of [
      '::ffff:203.0.113.7',
      '::FFFF:203.0.113.7',
      '::ffff:cb00:7107',
      '0:0:0:0:0:ffff:203.0.113.7',
    ]) {
      expect(plainAddress(mapped), mapped).toBe('203.0.113.7')
      expect(addressKey(mapped), mapped).toBe('203.0.113.7')
    }
    expect(plainAddress('::203.0.113.7')).toBe('::203.0.113.7')
    expect(plainAddress('1::ffff:203.0.113.7')).toBe('1::ffff:203.0.113.7')
  })

  it('is loopback in all of 127.0.0.0/8 and for ::1, and nowhere else', () => {
    for (const here of ['127.0.0.1', '127.255.3.9', '::1', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1', '::ffff:7f00:1'])
      expect(isLoopback(here), here).toBe(true)
    for (const elsewhere of [
      '128.0.0.1',
      '10.127.0.1',
      '::2',
      '1::1',
      '::',
      '',
      '127.0.0.1.example.org',
      '::ffff:128.0.0.1',
    ])
      expect(isLoopback(elsewhere), elsewhere).toBe(false)
  })

  it('that is none is never fatal', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...':.%f01') })), text => {
        expect(typeof addressKey(text)).toBe('string')
        expect(typeof plainAddress(text)).toBe('string')
        isLoopback(text)
      }),
    )
  })
})
