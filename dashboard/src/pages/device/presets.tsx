import { ActionIcon, Button, TextInput } from '@mantine/core'
import { BookmarkPlus, X } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Aim, Steering } from './use-steering.ts'

type Preset = Aim & { name: string }

function read(key: string): Preset[] {
  try {
    return JSON.parse(localStorage.getItem(key) ?? '[]') as Preset[]
  } catch {
    return []
  }
}

interface PresetsProps {
  device: string
  here: Aim
  disabled: boolean
  steering: Steering
}

/** Views one comes back to. They are this browser's own. */
export function Presets({ device, here, disabled, steering }: PresetsProps) {
  const { t } = useTranslation()
  const key = `darvaza.presets.${device}`
  const [presets, setPresets] = useState(() => read(key))
  const [name, setName] = useState<string>()
  const keep = (next: Preset[]) => {
    localStorage.setItem(key, JSON.stringify(next))
    setPresets(next)
  }
  const add = () => {
    if (!name?.trim()) return
    keep([...presets.filter(preset => preset.name !== name.trim()), { ...here, name: name.trim() }])
    setName(undefined)
  }
  return (
    <div className="presets">
      {presets.map(preset => (
        <span key={preset.name} className="preset">
          <Button size="compact-sm" variant="default" disabled={disabled} onClick={() => steering.aim(preset)}>
            <bdi>{preset.name}</bdi>
          </Button>
          <ActionIcon
            size="sm"
            variant="subtle"
            color="gray"
            aria-label={t('preset.remove', { name: preset.name })}
            onClick={() => keep(presets.filter(other => other !== preset))}
          >
            <X size={12} />
          </ActionIcon>
        </span>
      ))}
      {name === undefined ? (
        <Button size="compact-sm" variant="subtle" leftSection={<BookmarkPlus size={14} />} onClick={() => setName('')}>
          {t('preset.keep')}
        </Button>
      ) : (
        <form
          className="preset-new"
          onSubmit={event => {
            event.preventDefault()
            add()
          }}
        >
          <TextInput
            size="xs"
            aria-label={t('preset.name')}
            placeholder={t('preset.name')}
            value={name}
            maxLength={24}
            data-autofocus
            onChange={event => setName(event.currentTarget.value)}
          />
          <Button size="compact-sm" type="submit">
            {t('act.save')}
          </Button>
        </form>
      )}
    </div>
  )
}
