import { Button } from '@mantine/core'
import { Aperture, Lightbulb, LightbulbOff, RotateCcw } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { DeviceView } from '#protocol/api.ts'
import { call } from '../../api/http.ts'
import { useChange } from '../../api/queries.ts'
import { toast, toastFailure } from '../../parts/toast.tsx'

const actions = [
  { action: 'capture_photo', icon: Aperture },
  { action: 'flash_on', icon: Lightbulb },
  { action: 'flash_off', icon: LightbulbOff },
  { action: 'camera_reset', icon: RotateCcw },
] as const

/** Actions of newer camera firmware. Older boards do not answer them, which does no harm. */
export function CameraActions({ device }: { device: DeviceView }) {
  const { t } = useTranslation()
  const send = useChange((action: string) => call('POST', `/api/devices/${device.id}/action`, { action }))
  return (
    <div className="camera-actions">
      {actions.map(({ action, icon: Icon }) => (
        <Button
          key={action}
          size="compact-sm"
          variant="default"
          leftSection={<Icon size={15} />}
          disabled={!device.online || send.isPending}
          onClick={() =>
            send.mutate(action, {
              onSuccess: () => toast({ text: t('camera.sent', { what: t(`camera.${action}`) }) }),
              onError: toastFailure,
            })
          }
        >
          {t(`camera.${action}`)}
        </Button>
      ))}
      <p className="quiet">{t('camera.actionsMean')}</p>
    </div>
  )
}
