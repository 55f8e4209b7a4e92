import { NativeSelect, TextInput } from '@mantine/core'
import { Search } from 'lucide-react'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { DeviceView, Kind } from '../../api/types.ts'

export interface Filter {
  text: string
  kind: Kind | ''
  state: 'online' | 'offline' | 'blocked' | ''
  tag: string
}
export const noFilter: Filter = { text: '', kind: '', state: '', tag: '' }

export function fits(device: DeviceView, { text, kind, state, tag }: Filter): boolean {
  if (kind && device.kind !== kind) return false
  if (tag && !device.tags.includes(tag)) return false
  if (state === 'blocked' && device.state !== 'blocked') return false
  if (state === 'online' && !device.online) return false
  if (state === 'offline' && (device.online || device.state === 'blocked')) return false
  const words = `${device.name} ${device.id} ${device.tags.join(' ')} ${device.address ?? ''}`.toLowerCase()
  return words.includes(text.trim().toLowerCase())
}

interface FilterBarProps {
  devices: readonly DeviceView[]
  filter: Filter
  onChange(filter: Filter): void
}

export function FilterBar({ devices, filter, onChange }: FilterBarProps) {
  const { t } = useTranslation()
  const tags = useMemo(() => [...new Set(devices.flatMap(device => device.tags))].sort(), [devices])
  const kinds = useMemo(() => [...new Set(devices.map(device => device.kind))].sort(), [devices])
  const set = <K extends keyof Filter>(key: K, value: string) => onChange({ ...filter, [key]: value as Filter[K] })
  return (
    <search className="filters">
      <TextInput
        type="search"
        aria-label={t('filter.search')}
        placeholder={t('filter.search')}
        leftSection={<Search size={16} aria-hidden />}
        value={filter.text}
        onChange={event => set('text', event.currentTarget.value)}
      />
      <NativeSelect
        aria-label={t('filter.state')}
        value={filter.state}
        onChange={event => set('state', event.currentTarget.value)}
        data={[
          { value: '', label: t('filter.anyState') },
          ...['online', 'offline', 'blocked'].map(value => ({ value, label: t(`presence.${value}`) })),
        ]}
      />
      {kinds.length > 1 && (
        <NativeSelect
          aria-label={t('filter.kind')}
          value={filter.kind}
          onChange={event => set('kind', event.currentTarget.value)}
          data={[
            { value: '', label: t('filter.anyKind') },
            ...kinds.map(value => ({ value, label: t(`kind.${value}`) })),
          ]}
        />
      )}
      {tags.length > 0 && (
        <NativeSelect
          aria-label={t('filter.tag')}
          value={filter.tag}
          onChange={event => set('tag', event.currentTarget.value)}
          data={[{ value: '', label: t('filter.anyTag') }, ...tags.map(value => ({ value, label: `#${value}` }))]}
        />
      )}
    </search>
  )
}
