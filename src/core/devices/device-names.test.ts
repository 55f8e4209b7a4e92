import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { freeName, isName, nameFrom } from './device-names.ts'

describe('a name', () => {
  it('matches [A-Za-z0-9:._-]{1,64} and does not start as ids do', () => {
    for (const good of ['a', 'A0:B1:C2', 'gate.one_2-3', '-', 'x'.repeat(64), 'D_up', 'ad_b'])
      expect(isName(good), good).toBe(true)
    for (const bad of ['', 'd_', 'd_abc', 'x'.repeat(65), 'a b', 'ä', 'a/b', 'a\n', '\na', 'درگاه', 'a,b', '%41'])
      expect(isName(bad), bad).toBe(false)
  })

  it('made of what a board says it is, is a name or nothing', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom(...'d_Ab:# ٣') })),
        text => {
          const name = nameFrom(text)
          expect(name === undefined || isName(name)).toBe(true)
        },
      ),
    )
  })

  it('is what the board says where that is one', () => {
    expect(nameFrom('A0:B1:C2:D3:E4:F5')).toBe('A0:B1:C2:D3:E4:F5')
    expect(nameFrom('  my board! ')).toBe('my-board-')
    expect(nameFrom('d_d_roof')).toBe('roof')
    expect(nameFrom('x'.repeat(100))).toBe('x'.repeat(64))
    for (const nothing of [undefined, '', '   ', '***', 'd_', '...', '-']) expect(nameFrom(nothing)).toBeUndefined()
  })
})

describe('a free name', () => {
  const taken = (...names: string[]) => {
    const set = new Set(names)
    return (name: string) => set.has(name)
  }

  it('is the wish itself, or the wish with the first free number', () => {
    expect(freeName('pico', 'roof', taken())).toBe('roof')
    expect(freeName('pico', 'roof', taken('roof'))).toBe('roof-2')
    expect(freeName('pico', 'roof', taken('roof', 'roof-2', 'roof-3'))).toBe('roof-4')
  })

  it('stays a name when a long wish gets a number', () => {
    const long = 'x'.repeat(64)
    const many = [long, ...Array.from({ length: 8 }, (_, index) => `${'x'.repeat(62)}-${index + 2}`)]
    const name = freeName('pico', long, taken(...many))
    expect(name).toBe(`${'x'.repeat(61)}-10`)
    expect(isName(name)).toBe(true)
  })

  it('is the kind and four letters without a wish', () => {
    expect(freeName('esp32cam', undefined, taken())).toMatch(/^esp32cam-[a-z2-9]{4}$/)
    let tries = 0
    expect(freeName('pico', '!!!', () => ++tries < 5)).toMatch(/^pico-/)
    expect(tries).toBe(5)
  })
})
