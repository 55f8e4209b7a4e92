import { ActionIcon, Button, TextInput } from '@mantine/core'
import { BookmarkPlus, X } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Form } from '../../parts/form.tsx'
import type { Aim } from './aim.ts'
import type { SteeringControls } from './use-steering.ts'

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
  steering: SteeringControls
}

/** Named aims to return to, kept in this browser. */
export function Presets({ device, here, disabled, steering }: PresetsProps) {
  const { t } = useTranslation()
  const key = `darvaza.presets.${device}`
  const [presets, setPresets] = useState(() => read(key))
  // Undefined before the field is first opened; null after it was closed, when the focus returns to the button.
  const [name, setName] = useState<string | null>()
  const keep = (next: Preset[]) => {
    localStorage.setItem(key, JSON.stringify(next))
    setPresets(next)
  }
  const add = () => {
    const named = name?.trim()
    if (!named) return
    keep([...presets.filter(preset => preset.name !== named), { ...here, name: named }])
    setName(null)
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
      {name === undefined || name === null ? (
        <Button
          size="compact-sm"
          variant="subtle"
          autoFocus={name === null}
          leftSection={<BookmarkPlus size={14} />}
          onClick={() => setName('')}
        >
          {t('preset.keep')}
        </Button>
      ) : (
        <Form className="preset-new" onSubmit={add}>
          <TextInput
            size="xs"
            aria-label={t('preset.name')}
            placeholder={t('preset.name')}
            value={name}
            maxLength={24}
            autoFocus
            onChange={event => setName(event.currentTarget.value)}
            onKeyDown={event => event.key === 'Escape' && setName(null)}
          />
          <Button size="compact-sm" type="submit" disabled={!name.trim()}>
            {t('act.save')}
          </Button>
        </Form>
      )}
    </div>
  )
}
