/** The pause after `failures` failed attempts in a row: `firstMs` times 1, 2, 4 and so on, at most `mostTimes`. */
export const backOffMs = (firstMs: number, failures: number, mostTimes: number): number =>
  firstMs * Math.min(mostTimes, 2 ** failures)
