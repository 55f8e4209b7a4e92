import { ActionIcon, Tooltip } from '@mantine/core'
import { Download, Expand, Shrink } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { DeviceView } from '#protocol/api.ts'
import { useFormat } from '../../format.ts'
import { live } from '../../live/live.ts'
import { CameraView, staleMs, useAge } from '../../parts/camera-view.tsx'

interface PictureProps {
  device: DeviceView
  ackMs: number | undefined
  full: boolean
  onFull(): void
}

/** The live picture, its age, the delay that the gateway added, and the time in which the board answers. */
export function Picture({ device, ackMs, full, onFull }: PictureProps) {
  const { t } = useTranslation()
  const fullWord = full ? t('picture.small') : t('picture.full')

  return (
    <div className="picture">
      <CameraView
        device={device.id}
        name={device.name}
        rate="full"
        online={device.online}
        remembered={device.lastFrame !== null}
      />
      <div className="picture-bar">
        <Numbers device={device.id} ackMs={ackMs} />
        <div className="picture-acts">
          <Tooltip label={t('picture.snapshot')}>
            <ActionIcon
              component="a"
              href={`/api/devices/${device.id}/snapshot.jpg`}
              download={`${device.name}.jpg`}
              variant="subtle"
              aria-label={t('picture.snapshot')}
            >
              <Download size={18} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label={fullWord}>
            <ActionIcon variant="subtle" onClick={onFull} aria-label={fullWord}>
              {full ? <Shrink size={18} /> : <Expand size={18} />}
            </ActionIcon>
          </Tooltip>
        </div>
      </div>
    </div>
  )
}

function Numbers({ device, ackMs }: { device: string; ackMs: number | undefined }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { ageMs, known } = useAge(device)
  const picture = live.pictures.lastPicture(device).value
  return (
    <dl className="picture-numbers">
      <div data-late={known && ageMs > staleMs.full}>
        <dt>{t('picture.age')}</dt>
        <dd>
          {!known ? '–' : ageMs < 10_000 ? format.ms(Math.round(ageMs / 10) * 10) : format.duration(ageMs / 1_000)}
        </dd>
      </div>
      <div>
        <dt>{t('picture.added')}</dt>
        <dd>{picture && ageMs <= staleMs.full ? format.ms(picture.addedMs) : '–'}</dd>
      </div>
      <div>
        <dt>{t('picture.ack')}</dt>
        <dd>{ackMs === undefined ? '–' : format.ms(ackMs)}</dd>
      </div>
      <div>
        <dt>{t('picture.fps')}</dt>
        <dd>{picture && ageMs < 3_000 ? format.number(picture.fps, 1) : '–'}</dd>
      </div>
    </dl>
  )
}
