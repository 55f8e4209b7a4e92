/** Counts messages too frequent for a journal row each. One row per interval holds the counts that are not zero. */
export class TrafficCounters {
  frames = 0
  frameBytes = 0
  notJpeg = 0
  sizeMismatches = 0
  unexpectedBinaries = 0
  pings = 0
  pongs = 0
  heartbeats = 0
  fpsLogs = 0
  invalidTexts = 0
  messagesNotKept = 0
  textsTooLarge = 0
  /** Messages dropped unhandled because their budget was used up. */
  overBudget = 0
  /** When counting began, on the monotonic clock. */
  sinceTicks: number

  constructor(ticks: number) {
    this.sinceTicks = ticks
  }

  /** The counts that are not zero, or undefined if there were only keep-alives. */
  report(): Record<string, number> | undefined {
    const counts = Object.entries(this).filter(([name, count]) => name !== 'sinceTicks' && count > 0)
    const worthIt = counts.some(([name]) => name !== 'pings' && name !== 'pongs' && name !== 'heartbeats')
    return worthIt ? Object.fromEntries(counts) : undefined
  }
}
