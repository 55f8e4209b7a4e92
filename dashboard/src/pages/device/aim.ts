/** Where servos are to stand, in degrees. */
export interface Aim {
  servo1: number
  servo2: number
}

/** Degrees that boards of the field clamp to; the pad shows no more than these. */
export const reach = { least: 20, most: 160 }
export const centre: Aim = { servo1: 90, servo2: 90 }

export const clampAngle = (angle: number): number => Math.min(reach.most, Math.max(reach.least, angle))
