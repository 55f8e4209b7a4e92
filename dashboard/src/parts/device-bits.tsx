import { Camera, CircuitBoard, Joystick } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { DeviceView } from '#protocol/api.ts'
import type { Kind } from '#protocol/kinds.ts'
import { Ago } from './time.tsx'

const icons = { esp32cam: Camera, pico: Joystick, generic: CircuitBoard }

export function KindIcon({ kind, size = 16 }: { kind: Kind; size?: number }) {
  const Icon = icons[kind]
  return <Icon size={size} strokeWidth={1.75} aria-hidden />
}

/** The presence of a device, in colour and in words. */
export function PresenceMark({ device }: { device: DeviceView }) {
  const { t } = useTranslation()
  const state = device.state === 'active' ? device.presence : device.state
  return (
    <span className="presence" data-state={state}>
      <i aria-hidden />
      {device.state === 'active' && device.presence === 'offline' && device.lastSeen ? (
        <span>
          {t('presence.offline')}
          {t('act.comma')}
          <Ago at={device.lastSeen} />
        </span>
      ) : (
        t(`presence.${state}`)
      )}
    </span>
  )
}

export const isSimulated = (device: DeviceView): boolean => device.tags.includes('simulated')
export const hasCamera = (device: DeviceView): boolean => device.kind === 'esp32cam' || device.lastFrame !== null
export const hasServos = (device: DeviceView): boolean => device.kind !== 'esp32cam'
