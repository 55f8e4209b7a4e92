import { useEffect, useRef, useState } from 'react'
import type { Aim, Steering } from './use-steering.ts'

/** Sticks never rest quite at zero. */
const deadZone = 0.15
const degreesPerSecond = 80

/** Steers with a gamepad's left stick. Returns the key of the sentence that says whether one can. */
export function useGamepad(steering: Steering, here: Aim): string {
  const [there, setThere] = useState(false)
  const latest = useRef({ steering, here })
  latest.current = { steering, here }

  useEffect(() => {
    const look = () => setThere((navigator.getGamepads?.() ?? []).some(pad => pad !== null))
    addEventListener('gamepadconnected', look)
    addEventListener('gamepaddisconnected', look)
    return () => {
      removeEventListener('gamepadconnected', look)
      removeEventListener('gamepaddisconnected', look)
    }
  }, [])

  useEffect(() => {
    if (!there) return
    let before = performance.now()
    let moving = false
    let aim = latest.current.here
    let turn = requestAnimationFrame(function poll(now) {
      const seconds = Math.min(0.1, (now - before) / 1_000)
      before = now
      const pad = navigator.getGamepads().find(candidate => candidate !== null)
      const [x = 0, y = 0] = (pad?.axes ?? []).map(axis => (Math.abs(axis) < deadZone ? 0 : axis))
      const { steering, here } = latest.current
      if (x !== 0 || y !== 0) {
        if (!moving) {
          moving = true
          aim = here
          steering.hold()
        }
        aim = {
          servo1: aim.servo1 + x * degreesPerSecond * seconds,
          servo2: aim.servo2 - y * degreesPerSecond * seconds,
        }
        steering.aim(aim)
      } else if (moving) {
        moving = false
        steering.release()
      }
      turn = requestAnimationFrame(poll)
    })
    return () => cancelAnimationFrame(turn)
  }, [there])

  if (!isSecureContext || !navigator.getGamepads) return 'steer.gamepadForbidden'
  return there ? 'steer.gamepadThere' : 'steer.gamepadPlug'
}
