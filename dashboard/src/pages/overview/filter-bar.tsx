import { NativeSelect, TextInput } from '@mantine/core'
import { Search } from 'lucide-react'
import { memo, useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DeviceView } from '#protocol/api.ts'
import type { Kind } from '#protocol/kinds.ts'
import { live } from '../../live/live.ts'
import { useSelected } from '../../signal.ts'

export interface Filter {
  text: string
  kind: Kind | ''
  state: 'online' | 'offline' | 'blocked' | ''
  tag: string
}
export const noFilter: Filter = { text: '', kind: '', state: '', tag: '' }

/** The filter is kept in the browser's history entry, so that it is restored on return from a device's page. */
export function useFilter(): [Filter, (filter: Filter) => void] {
  const [filter, setFilter] = useState<Filter>((history.state as { filter?: Filter } | null)?.filter ?? noFilter)
  const choose = useCallback((chosen: Filter) => {
    setFilter(chosen)
    try {
      history.replaceState({ filter: chosen }, '')
    } catch {
      // Some browsers allow only 100 calls in 30 s. The filter still applies, and the next call stores it.
    }
  }, [])
  return [filter, choose]
}

/** True for a device that was approved, also when it is blocked now. */
export const wasApproved = ({ state }: DeviceView): boolean => state === 'active' || state === 'blocked'

export function fits(device: DeviceView, { text, kind, state, tag }: Filter): boolean {
  if (kind && device.kind !== kind) return false
  if (tag && !device.tags.includes(tag)) return false
  if (state === 'blocked' && device.state !== 'blocked') return false
  if (state === 'online' && !device.online) return false
  if (state === 'offline' && (device.online || device.state === 'blocked')) return false
  const words = `${device.name} ${device.id} ${device.tags.join(' ')} ${device.address ?? ''}`.toLowerCase()
  return words.includes(text.trim().toLowerCase())
}

/** The distinct values, sorted. They are selected as one string, so that only a change of them draws the bar again. */
function useChoices(of: (device: DeviceView) => readonly string[]): string[] {
  const all = useSelected(live.devices.all, devices => [...new Set(devices?.flatMap(of))].sort().join('\n'))
  return all === '' ? [] : all.split('\n')
}

interface FilterBarProps {
  filter: Filter
  onChange(filter: Filter): void
}

export const FilterBar = memo(function FilterBar({ filter, onChange }: FilterBarProps) {
  const { t } = useTranslation()
  const tags = useChoices(device => (wasApproved(device) ? device.tags : []))
  const kinds = useChoices(device => (wasApproved(device) ? [device.kind] : []))
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
})
