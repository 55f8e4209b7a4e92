import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { CameraRate } from '#protocol/vocabulary.ts'
import { useFormat } from '../format.ts'
import { live } from '../live/live.ts'
import { useSelected } from '../signal.ts'
import { Arcade } from './logo.tsx'
import { useNow } from './time.tsx'
import './camera-view.css'

/** Older than this, a picture shows the past. A thumbnail comes once a second at most, so it may be older. */
export const staleMs: Record<CameraRate, number> = { full: 2_000, thumbnail: 4_000 }

interface CameraViewProps {
  device: string
  name: string
  rate: CameraRate
  /** False: the board is away, and its last picture is shown as a memory. */
  online: boolean
  /** Whether the gateway has a picture of it at all. */
  remembered: boolean
}

/** One camera, drawn off the main thread; watched only while it is on the screen. */
export function CameraView({ device, name, rate, online, remembered }: CameraViewProps) {
  const { t } = useTranslation()
  const frame = useRef<HTMLDivElement>(null)
  const [visible, setVisible] = useState(false)
  const seen = useSelected(live.pictures.lastPicture(device), sight => sight !== undefined)

  useEffect(() => {
    const place = frame.current!
    const canvas = document.createElement('canvas')
    place.prepend(canvas)
    const view = live.pictures.painter.show(device, canvas, 64)
    // Tells the width at once, and does not make the browser lay the page out for each camera by itself.
    const resized = new ResizeObserver(([entry]) => {
      live.pictures.painter.resize(view, Math.max(64, Math.round(entry!.contentRect.width * devicePixelRatio)))
    })
    const entered = new IntersectionObserver(([entry]) => setVisible(entry?.isIntersecting ?? false), {
      rootMargin: '80px',
    })
    resized.observe(place)
    entered.observe(place)
    return () => {
      resized.disconnect()
      entered.disconnect()
      live.pictures.painter.hide(view)
      canvas.remove()
    }
  }, [device])

  useEffect(() => {
    if (visible && (online || remembered)) return live.pictures.want(device, rate)
  }, [visible, online, remembered, device, rate])

  return (
    <div ref={frame} className="camera" role="img" aria-label={t('picture.of', { name })} data-seen={seen}>
      {!seen && (
        <div className="camera-blank">
          <Arcade lit={online} />
          <span>{online ? t('picture.coming') : t('picture.none')}</span>
        </div>
      )}
      {seen && <Stale device={device} rate={rate} online={online} />}
    </div>
  )
}

/** Whether the picture on the screen shows the past; `ageMs` by the gateway's clock. */
export function useAge(device: string): { ageMs: number; known: boolean } {
  const now = useNow(250)
  const sight = live.pictures.lastPicture(device).value
  return { ageMs: sight ? Math.max(0, now - sight.receivedAt) : 0, known: sight !== undefined }
}

function Stale({ device, rate, online }: { device: string; rate: CameraRate; online: boolean }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { ageMs } = useAge(device)
  if (online && ageMs <= staleMs[rate]) return null
  return (
    <div className="stale">
      <span>{t('picture.stale', { age: format.duration(ageMs / 1_000) })}</span>
    </div>
  )
}
