/**
 * The forward DCT of Arai, Agui and Nakajima over an 8×8 block in place: 5 multiplications a row instead of 64.
 * Its results are too large by the factors in `aanScale`, so that quantisation undoes the scale for free.
 */
export function forwardDct(block: Float64Array): void {
  for (let row = 0; row < 64; row += 8) pass(block, row, 1)
  for (let column = 0; column < 8; column++) pass(block, column, 8)
}

const cosines = Array.from({ length: 8 }, (_, k) => (k === 0 ? 1 : Math.SQRT2 * Math.cos((k * Math.PI) / 16)))

/** The factor by which the coefficient at `row * 8 + column` is too large. */
export const aanScale = Float64Array.from({ length: 64 }, (_, i) => 8 * cosines[i >> 3]! * cosines[i & 7]!)

const cos4of16 = Math.cos((4 * Math.PI) / 16)
const sin2of16 = Math.cos((6 * Math.PI) / 16)
const DIFFERENCE = Math.cos((2 * Math.PI) / 16) - sin2of16
const SUM = Math.cos((2 * Math.PI) / 16) + sin2of16

function pass(b: Float64Array, at: number, step: number): void {
  const i1 = at + step
  const i2 = i1 + step
  const i3 = i2 + step
  const i4 = i3 + step
  const i5 = i4 + step
  const i6 = i5 + step
  const i7 = i6 + step
  const s07 = b[at]! + b[i7]!
  const d07 = b[at]! - b[i7]!
  const s16 = b[i1]! + b[i6]!
  const d16 = b[i1]! - b[i6]!
  const s25 = b[i2]! + b[i5]!
  const d25 = b[i2]! - b[i5]!
  const s34 = b[i3]! + b[i4]!
  const d34 = b[i3]! - b[i4]!

  const outer = s07 + s34
  const inner = s16 + s25
  const even = s07 - s34
  const turned = (s16 - s25 + even) * cos4of16
  b[at] = outer + inner
  b[i4] = outer - inner
  b[i2] = even + turned
  b[i6] = even - turned

  const low = d34 + d25
  const middle = (d25 + d16) * cos4of16
  const high = d16 + d07
  const shared = (low - high) * sin2of16
  const z2 = low * DIFFERENCE + shared
  const z4 = high * SUM + shared
  const z11 = d07 + middle
  const z13 = d07 - middle
  b[i5] = z13 + z2
  b[i3] = z13 - z2
  b[i1] = z11 + z4
  b[i7] = z11 - z4
}
