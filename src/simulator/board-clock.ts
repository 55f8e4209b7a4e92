/** The date of a Pico W's clock after a boot. Nothing sets the clock later. */
const firstMoment = Date.UTC(2021, 0, 1)

/** A MicroPython board's own time as it writes it: `2021-01-01T00:00:12`, without a zone. */
export function picoTimestamp(uptimeMs: number): string {
  return new Date(firstMoment + uptimeMs).toISOString().slice(0, 19)
}

// biome-ignore format: bytes that a garbage collector holds at a time, in the order it holds them
const garbageBytes = [0, 1_184, 2_432, 3_904, 5_760, 7_296, 9_120, 12_480, 2_016, 640, 4_352, 8_064]

/** The free heap at the `turn`-th reading: it goes up and down as on a real board. */
export function freeHeap(heapBytes: number, leakedBytes: number, turn: number): number {
  return Math.max(0, Math.round(heapBytes - leakedBytes - garbageBytes[turn % garbageBytes.length]!))
}
