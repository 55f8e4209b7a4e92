/** The median of the values; NaN if there are none. */
export function median(values: readonly number[]): number {
  if (values.length === 0) return Number.NaN
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** The differences between neighbouring values. */
export const gaps = (times: readonly number[]): number[] => times.slice(1).map((time, index) => time - times[index]!)

/**
 * The straight line through points, by least squares. `slope`: y per x. `certainty`: the slope divided by its standard
 * error; above 4, chance alone explains fewer than 1 slope in 10,000.
 */
export function trend(points: readonly (readonly [x: number, y: number])[]): { slope: number; certainty: number } {
  const count = points.length
  if (count < 3) return { slope: 0, certainty: 0 }
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / count
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / count
  let [xx, xy] = [0, 0]
  for (const [x, y] of points) {
    xx += (x - meanX) ** 2
    xy += (x - meanX) * (y - meanY)
  }
  if (xx === 0) return { slope: 0, certainty: 0 }
  const slope = xy / xx
  const residual = points.reduce((sum, [x, y]) => sum + (y - meanY - slope * (x - meanX)) ** 2, 0)
  const error = Math.sqrt(residual / (count - 2) / xx)
  return { slope, certainty: error === 0 ? (slope === 0 ? 0 : Number.POSITIVE_INFINITY) : Math.abs(slope) / error }
}
