import { useCallback, useRef, useState } from 'react'
import { live } from '../../live/live.ts'

const staleMs = 2_000
/** After a yes the question is not asked again for this long. */
const blindForMs = 60_000

/** Asks the person before servos move if the camera's picture is old or missing. Without a camera it does not ask. */
export function useStalePicture(camera: string | undefined) {
  const [doubt, setDoubt] = useState<{ then: () => void }>()
  const blindUntil = useRef(0)

  /** Returns true if the person has to answer the question first: `then` runs after a yes. */
  const doubted = useCallback(
    (then: () => void): boolean => {
      if (!camera || performance.now() < blindUntil.current) return false
      const picture = live.pictures.lastPicture(camera).value
      if (picture && live.clock.now() - picture.receivedAt <= staleMs) return false
      setDoubt({ then })
      return true
    },
    [camera],
  )

  const settleDoubt = (steer: boolean) => {
    if (steer && doubt) {
      blindUntil.current = performance.now() + blindForMs
      doubt.then()
    }
    setDoubt(undefined)
  }

  return { doubt: doubt !== undefined, doubted, settleDoubt }
}
