import { NativeSelect } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DeviceView } from '#protocol/api.ts'
import { useDevice, useDevices } from '../../live/live.ts'
import { hasCamera, hasServos } from '../../parts/device-bits.tsx'
import { useMay } from '../../session.ts'
import { CameraActions } from './camera-actions.tsx'
import { Picture } from './picture.tsx'
import { SteeringPanel } from './steering-panel.tsx'
import { useFullScreen } from './use-full-screen.ts'

/**
 * Shows camera and steering side by side. A camera and the servos that turn it are usually two boards: a common tag, or
 * a choice that a person made here once, pairs them.
 */
export function Cockpit({ device }: { device: DeviceView }) {
  const { t } = useTranslation()
  const maySteer = useMay('operator')
  const [partnerId, choose] = usePartner(device)
  const partner = useDevice(partnerId)
  const camera = hasCamera(device) ? device : partner
  const servos = hasServos(device) ? device : partner
  const [ackMs, setAckMs] = useState<number>()
  const [full, toggleFull] = useFullScreen()
  const place = useRef<HTMLDivElement>(null)
  // In full screen the pad gets the focus, so that the arrow keys steer at once.
  useEffect(() => {
    if (!full) return
    const before = document.activeElement as HTMLElement | null
    place.current!.querySelector<HTMLElement>('.pad[tabindex="0"]')?.focus()
    return () => before?.focus()
  }, [full])

  return (
    <div
      ref={place}
      className="cockpit"
      data-steering={maySteer && servos !== undefined}
      data-seeing={camera !== undefined}
    >
      <div className="cockpit-view">
        {camera && <Picture key={camera.id} device={camera} ackMs={ackMs} full={full} onFull={toggleFull} />}
        <Partner device={device} chosen={partnerId} onChoose={choose} />
        {camera && maySteer && camera.id === device.id && camera.kind === 'esp32cam' && (
          <CameraActions device={camera} />
        )}
      </div>
      {servos && maySteer && (
        <SteeringPanel key={servos.id} device={servos} camera={camera?.id} ackMs={ackMs} onLatency={setAckMs} />
      )}
      {servos && !maySteer && <p className="quiet">{t('steer.viewersWatch')}</p>}
    </div>
  )
}

function usePartner(device: DeviceView): [string, (id: string) => void] {
  const key = `darvaza.partner.${device.id}`
  const all = useDevices() ?? []
  const [chosen, setChosen] = useState(() => localStorage.getItem(key))
  const wanted = hasCamera(device) ? hasServos : hasCamera
  const byTag = all.find(
    other =>
      other.id !== device.id &&
      other.state === 'active' &&
      wanted(other) &&
      other.tags.some(tag => tag !== 'simulated' && device.tags.includes(tag)),
  )
  const choose = (id: string) => {
    localStorage.setItem(key, id)
    setChosen(id)
  }
  return [chosen ?? byTag?.id ?? '', choose]
}

interface PartnerProps {
  device: DeviceView
  chosen: string
  onChoose(id: string): void
}

function Partner({ device, chosen, onChoose }: PartnerProps) {
  const { t } = useTranslation()
  const maySteer = useMay('operator')
  const camera = hasCamera(device)
  const others = (useDevices() ?? []).filter(
    other => other.id !== device.id && other.state === 'active' && (camera ? hasServos(other) : hasCamera(other)),
  )
  if (others.length === 0 || (camera && !maySteer)) return null
  return (
    <NativeSelect
      className="partner"
      label={camera ? t('cockpit.steerWith') : t('cockpit.watchWith')}
      value={others.some(other => other.id === chosen) ? chosen : ''}
      onChange={event => onChoose(event.currentTarget.value)}
      data={[
        { value: '', label: camera ? t('cockpit.noServos') : t('cockpit.noCamera') },
        ...others.map(other => ({ value: other.id, label: other.name })),
      ]}
    />
  )
}
