import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DeviceView } from '../../api/types.ts'
import { Arcade } from '../../parts/arch.tsx'

const everyMs = 5_000

/** A waiting camera shows one small picture every 5 s; other boards an empty gate. */
export function Preview({ device }: { device: DeviceView }) {
  const { t } = useTranslation()
  const sends = device.online && (device.messages ?? []).some(({ message }) => message.type === 'frame')
  const [turn, setTurn] = useState(0)
  const [failed, setFailed] = useState(false)

  useEffect(() => {
    if (!sends) return
    const timer = setInterval(() => {
      if (document.hidden) return
      setTurn(value => value + 1)
      setFailed(false)
    }, everyMs)
    return () => clearInterval(timer)
  }, [sends])

  if (!sends || failed) {
    return (
      <div className="preview preview-blank">
        <Arcade lit={device.online} />
      </div>
    )
  }
  return (
    <div className="preview">
      <img
        src={`/api/devices/${device.id}/preview.jpg?turn=${turn}`}
        alt={t('gate.preview')}
        onError={() => setFailed(true)}
      />
    </div>
  )
}
