/**
 * An interval that contains the median of the distribution behind `values` with a probability of at least 95 %. It lies
 * between two order statistics, by the binomial distribution, and holds for any distribution of the values. With fewer
 * than six values no such interval exists, and the whole range is returned.
 */
export function medianInterval(values: readonly number[]): [low: number, high: number] {
  const sorted = values.toSorted((a, b) => a - b)
  const n = sorted.length
  // P(at most k of n values lie below the median), summed from the binomial coefficients.
  let below = 0.5 ** n
  let term = below
  let k = 0
  while (k + 1 < n) {
    term *= (n - k) / (k + 1)
    if (below + term > 0.025) break
    below += term
    k++
  }
  const rank = below <= 0.025 ? k : 0
  return [sorted[rank]!, sorted[n - 1 - rank]!]
}
