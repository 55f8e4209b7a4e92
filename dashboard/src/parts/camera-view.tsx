import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { CameraRate } from '#protocol/vocabulary.ts'
import { useFormat } from '../format.ts'
import { live } from '../live/live.ts'
import { useSelected } from '../signal.ts'
import { Arcade } from './logo.tsx'
import { useNow } from './time.tsx'
import './camera-view.css'

/** Age at which a picture is marked as stale. Thumbnails come once a second at most, so they may be older. */
export const staleMs: Record<CameraRate, number> = { full: 2_000, thumbnail: 4_000 }

interface CameraViewProps {
  device: string
  name: string
  rate: CameraRate
  /** False: the board is offline, and its last picture is marked as old. */
  online: boolean
  /** True if the gateway keeps a last picture of the camera. */
  remembered: boolean
}

/** Shows the pictures of one camera. The page subscribes to them only while this view is on the screen. */
export function CameraView({ device, name, rate, online, remembered }: CameraViewProps) {
  const { t } = useTranslation()
  const frame = useRef<HTMLDivElement>(null)
  const [visible, setVisible] = useState(false)
  const seen = useSelected(live.pictures.lastPicture(device), picture => picture !== undefined)

  useEffect(() => {
    const place = frame.current!
    const canvas = document.createElement('canvas')
    place.prepend(canvas)
    const view = live.pictures.painter.show(device, canvas, 64)
    // The observer reports the width without forcing a layout of the page for each camera.
    const resized = new ResizeObserver(([entry]) => {
      live.pictures.painter.resize(view, Math.max(64, Math.round(entry!.contentRect.width * devicePixelRatio)))
    })
    const scrolled = new IntersectionObserver(([entry]) => setVisible(entry?.isIntersecting ?? false), {
      rootMargin: '80px',
    })
    resized.observe(place)
    scrolled.observe(place)
    return () => {
      resized.disconnect()
      scrolled.disconnect()
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

/** The age of a camera's last picture by the gateway's clock; `known` is false before the first one. */
export function useAge(device: string): { ageMs: number; known: boolean } {
  const now = useNow(250)
  const picture = live.pictures.lastPicture(device).value
  return { ageMs: picture ? Math.max(0, now - picture.receivedAt) : 0, known: picture !== undefined }
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
