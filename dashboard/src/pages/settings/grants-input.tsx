import { Checkbox } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useDevices } from '../../live/live.ts'

interface GrantsProps {
  /** Null grants all devices. */
  value: string[] | null
  onChange(value: string[] | null): void
}

/** Grants all devices, or chosen devices and tags. */
export function GrantsInput({ value, onChange }: GrantsProps) {
  const { t } = useTranslation()
  const devices = (useDevices() ?? []).filter(device => device.state === 'active')
  const tags = [...new Set(devices.flatMap(device => device.tags))].sort().map(tag => `#${tag}`)
  const toggle = (grant: string, on: boolean) =>
    onChange(on ? [...(value ?? []), grant] : (value ?? []).filter(one => one !== grant))
  return (
    <fieldset className="grants">
      <legend>{t('grants.title')}</legend>
      <Checkbox
        label={t('grants.all')}
        checked={value === null}
        onChange={event => onChange(event.currentTarget.checked ? null : [])}
      />
      {value !== null && (
        <div className="grants-list">
          {tags.map(tag => (
            <Checkbox
              key={tag}
              label={<bdi>{tag}</bdi>}
              checked={value.includes(tag)}
              onChange={event => toggle(tag, event.currentTarget.checked)}
            />
          ))}
          {devices.map(device => (
            <Checkbox
              key={device.id}
              label={<bdi>{device.name}</bdi>}
              checked={value.includes(device.id)}
              onChange={event => toggle(device.id, event.currentTarget.checked)}
            />
          ))}
          {devices.length === 0 && <p className="quiet">{t('grants.none')}</p>}
        </div>
      )}
    </fieldset>
  )
}

export function GrantsText({ grants }: { grants: string[] | null | undefined }) {
  const { t } = useTranslation()
  const devices = useDevices() ?? []
  if (!grants || grants.length === 0) return <>{t('grants.all')}</>
  const names = grants.map(grant => devices.find(device => device.id === grant)?.name ?? grant)
  return <bdi>{names.join(t('act.comma'))}</bdi>
}
