import { PasswordInput } from '@mantine/core'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../format.ts'

export const leastLength = 12

/** Length first: 0 too short, 1 enough, 2 good, 3 strong. Repeats and runs count once, for they add nothing. */
export function strength(password: string): 0 | 1 | 2 | 3 {
  const letters = [...password]
  if (letters.length < leastLength) return 0
  const worth = letters.filter((letter, index) => {
    const before = letters[index - 1]
    if (before === undefined) return true
    const step = letter.codePointAt(0)! - before.codePointAt(0)!
    return Math.abs(step) > 1
  }).length
  const varied = new Set(letters).size
  if (varied < 5 || worth < 6) return 0
  return worth >= 20 && varied >= 10 ? 3 : worth >= 15 ? 2 : 1
}

interface NewPasswordProps {
  value: string
  onChange(value: string): void
  label?: string
}

export function NewPassword({ value, onChange, label }: NewPasswordProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const id = useId()
  const grade = strength(value)
  return (
    <div>
      <PasswordInput
        label={label ?? t('entrance.password')}
        description={t('entrance.passwordRule', { least: format.number(leastLength) })}
        value={value}
        required
        maxLength={128}
        autoComplete="new-password"
        aria-describedby={id}
        visibilityToggleButtonProps={{ 'aria-label': t('entrance.showPassword') }}
        onChange={event => onChange(event.currentTarget.value)}
      />
      <div className="strength" data-grade={value ? grade : 'none'} aria-hidden="true">
        <i />
        <i />
        <i />
      </div>
      <p id={id} className="quiet" role="status">
        {value && t(`entrance.strength${grade}`)}
      </p>
    </div>
  )
}
