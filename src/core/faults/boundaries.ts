import { type BoundaryName, boundaryTexts } from '#texts/en/boundaries.ts'

export type { BoundaryName } from '#texts/en/boundaries.ts'

/**
 * Every place where an outside event enters the gateway's code: a socket, a timer, a queue, a promise. An unforeseen
 * exception ends at its boundary: its connection is closed, the exception is counted and reported, and all other
 * connections go on. Their names and sentences stand in `texts/en/boundaries.ts`; `tests/attack/boundaries.test.ts`
 * throws inside each.
 */
export const boundaryNames = Object.keys(boundaryTexts) as BoundaryName[]
