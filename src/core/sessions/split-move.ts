import type { Angles } from '#protocol/board.ts'

/**
 * Splits a long smooth move into steps of at most `stepDegrees` on each servo; the last step ends exactly at `to`. The
 * firmware reads a stop only after its current move ends, and a full smooth sweep takes up to 16 s: between two steps
 * a stop takes effect. A move from an unknown position cannot be split.
 */
export function splitMove(from: Angles | undefined, to: Angles, stepDegrees: number): Angles[] {
  if (!from) return [to]
  const farthest = Math.max(Math.abs(to.servo1 - from.servo1), Math.abs(to.servo2 - from.servo2))
  const count = Math.max(1, Math.ceil(farthest / stepDegrees))
  return Array.from({ length: count }, (_, index) => {
    const share = (index + 1) / count
    return {
      servo1: Math.round(from.servo1 + (to.servo1 - from.servo1) * share),
      servo2: Math.round(from.servo2 + (to.servo2 - from.servo2) * share),
    }
  })
}
