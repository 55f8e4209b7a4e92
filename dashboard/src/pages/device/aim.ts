/** Target angles of the two servos, in degrees. */
export interface Aim {
  servo1: number
  servo2: number
}

/** The range of degrees to which boards in the field clamp angles; the pad does not go beyond it. */
export const reach = { least: 20, most: 160 }
export const centre: Aim = { servo1: 90, servo2: 90 }

export const clampAngle = (angle: number): number => Math.min(reach.most, Math.max(reach.least, angle))
