import { PasswordInput } from '@mantine/core'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { passwordLength, strength } from '#protocol/password.ts'
import { useFormat } from '../../format.ts'
import './password.css'

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
        label={label ?? t('signIn.password')}
        description={t('signIn.passwordRule', { least: format.number(passwordLength.least) })}
        value={value}
        required
        maxLength={passwordLength.most}
        autoComplete="new-password"
        aria-describedby={id}
        visibilityToggleButtonProps={{ 'aria-label': t('signIn.showPassword') }}
        onChange={event => onChange(event.currentTarget.value)}
      />
      <div className="strength" data-grade={value ? grade : 'none'} aria-hidden="true">
        <i />
        <i />
        <i />
      </div>
      <p id={id} className="quiet" role="status">
        {value && t(`signIn.strength${grade}`)}
      </p>
    </div>
  )
}
