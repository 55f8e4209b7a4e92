import { useEffect, useRef, useState } from 'react'
import { type Aim, clampAngle } from './aim.ts'
import type { SteeringControls } from './use-steering.ts'

/** A released stick reports values near zero, not zero. */
const deadZone = 0.15
const degreesPerSecond = 80

/** The deflection of an axis, -1 to 1, counted from the edge of the dead zone. */
const pushed = (axis = 0): number => (Math.sign(axis) * Math.max(0, Math.abs(axis) - deadZone)) / (1 - deadZone)
const padsNow = (): Gamepad[] => (navigator.getGamepads?.() ?? []).filter(pad => pad !== null)

/** The first pushed left stick of all pads. */
function stick(): [number, number] {
  for (const { axes } of padsNow()) {
    const [x, y] = [pushed(axes[0]), pushed(axes[1])]
    if (x !== 0 || y !== 0) return [x, y]
  }
  return [0, 0]
}

/** Steers with a gamepad's left stick while `able`. Returns the text key of the gamepad's state. */
export function useGamepad(steering: SteeringControls, here: Aim, able: boolean): string {
  const [there, setThere] = useState(false)
  const latest = useRef({ steering, here, able })
  latest.current = { steering, here, able }

  useEffect(() => {
    const update = () => setThere(padsNow().length > 0)
    update()
    addEventListener('gamepadconnected', update)
    addEventListener('gamepaddisconnected', update)
    return () => {
      removeEventListener('gamepadconnected', update)
      removeEventListener('gamepaddisconnected', update)
    }
  }, [])

  useEffect(() => {
    if (!there) return
    let before = performance.now()
    // After control was lost with the stick pushed, the stick must be released before it steers again.
    let wasReleased = false
    let aim: Aim | undefined
    const letGo = () => {
      wasReleased = false
      if (!aim) return
      aim = undefined
      latest.current.steering.release()
    }
    let turn = requestAnimationFrame(function poll(now) {
      turn = requestAnimationFrame(poll)
      const seconds = Math.min(0.1, (now - before) / 1_000)
      before = now
      const [x, y] = stick()
      const { steering, here, able } = latest.current
      if (x === 0 && y === 0) {
        letGo()
        wasReleased = true
      } else if (!able || steering.doubt) {
        letGo()
      } else if (wasReleased) {
        if (!aim) steering.hold()
        const from = aim ?? here
        aim = {
          servo1: clampAngle(from.servo1 + x * degreesPerSecond * seconds),
          servo2: clampAngle(from.servo2 - y * degreesPerSecond * seconds),
        }
        // At the end of the reach the aim no longer changes, and nothing is sent.
        if (Math.round(aim.servo1) !== Math.round(from.servo1) || Math.round(aim.servo2) !== Math.round(from.servo2))
          steering.aim(aim)
      }
    })
    document.addEventListener('visibilitychange', letGo)
    return () => {
      cancelAnimationFrame(turn)
      document.removeEventListener('visibilitychange', letGo)
      letGo()
    }
  }, [there])

  if (!navigator.getGamepads) return isSecureContext ? 'steer.gamepadUnknown' : 'steer.gamepadForbidden'
  return there ? 'steer.gamepadThere' : 'steer.gamepadPlug'
}
