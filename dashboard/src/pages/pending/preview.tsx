import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DeviceView } from '#protocol/api.ts'
import { Arcade } from '../../parts/logo.tsx'

const everyMs = 5_000

/** A pending camera shows one small picture every 5 s; a board without pictures shows an empty arch. */
export function Preview({ device }: { device: DeviceView }) {
  const { t } = useTranslation()
  const sends = device.lastFrame !== null
  const [turn, setTurn] = useState(0)
  const [failed, setFailed] = useState(false)

  useEffect(() => {
    if (!sends || !device.online) return
    const timer = setInterval(() => {
      if (document.hidden) return
      setTurn(value => value + 1)
      setFailed(false)
    }, everyMs)
    return () => clearInterval(timer)
  }, [sends, device.online])

  if (!sends || failed) {
    return (
      <div className="preview preview-blank">
        <Arch />
        <Arcade lit={device.online} />
      </div>
    )
  }
  return (
    <div className="preview">
      <Arch />
      <img
        src={`/api/devices/${device.id}/preview.jpg?turn=${turn}`}
        alt={t('pending.preview')}
        onError={() => setFailed(true)}
      />
    </div>
  )
}

/** The outline to which the style sheet clips the picture. */
function Arch() {
  return (
    <svg width="0" height="0" aria-hidden="true">
      <clipPath id="arch" clipPathUnits="objectBoundingBox">
        <path d="M0 1V.42C0 .2 .26 .16 .5 0C.74 .16 1 .2 1 .42V1z" />
      </clipPath>
    </svg>
  )
}
