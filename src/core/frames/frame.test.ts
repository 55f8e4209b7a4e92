import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Frame, isJpeg } from './frame.ts'

const start = [0xff, 0xd8]
const end = [0xff, 0xd9]
const bytes = fc.uint8Array({ maxLength: 200 })

describe('a JPEG', () => {
  it('starts FFD8 and ends FFD9, whatever is between and however many zeros are behind', () => {
    fc.assert(
      fc.property(bytes, fc.nat(50), (middle, zeros) =>
        isJpeg(Uint8Array.from([...start, ...middle, ...end, ...new Array<number>(zeros).fill(0)])),
      ),
    )
  })

  it('is nothing else', () => {
    fc.assert(
      fc.property(bytes, noise => {
        const trimmed = [...noise]
        while (trimmed.length > 0 && trimmed.at(-1) === 0) trimmed.pop()
        const starts = noise[0] === 0xff && noise[1] === 0xd8
        const ends = trimmed.at(-2) === 0xff && trimmed.at(-1) === 0xd9
        expect(isJpeg(noise)).toBe(starts && ends && trimmed.length >= 4)
      }),
    )
    for (const no of [
      [],
      start,
      end,
      [...start, 0],
      [0xff, 0xd8, 0xd9],
      [...start, 0, 0, 0],
      [...end, ...start],
      [...start, ...end, 1],
      [0xff, 0xd9, 0xff, 0xd9],
      [0, ...start, ...end],
    ])
      expect(isJpeg(Uint8Array.from(no)), no.join()).toBe(false)
  })

  it('may be as small as its two marks', () => {
    expect(isJpeg(Uint8Array.from([...start, ...end]))).toBe(true)
    expect(isJpeg(Uint8Array.from([...start, ...end, 0, 0]))).toBe(true)
  })

  it('is told from two MiB of zeros without reading beyond them', () => {
    expect(isJpeg(Buffer.alloc(2 * 1024 * 1024))).toBe(false)
    expect(isJpeg(Buffer.concat([Buffer.from(start), Buffer.alloc(2 * 1024 * 1024)]))).toBe(false)
  })
})

describe('a frame', () => {
  it('is wrapped once for each format, and the bytes are shared', () => {
    const counts = { one: 0, two: 0 }
    const one = (jpeg: Buffer) => {
      counts.one++
      return Buffer.concat([Buffer.from('1'), jpeg])
    }
    const two = (jpeg: Buffer) => {
      counts.two++
      return Buffer.concat([Buffer.from('2'), jpeg])
    }
    const frame = new Frame(Buffer.from('jpeg'), 1, 2)
    const first = frame.as(one)
    expect([frame.as(one), frame.as(two), frame.as(two), frame.as(one)].map(String)).toEqual([
      '1jpeg',
      '2jpeg',
      '2jpeg',
      '1jpeg',
    ])
    expect(frame.as(one)).toBe(first)
    expect(counts).toEqual({ one: 1, two: 1 })
  })
})
