import { Button, PasswordInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Copyable } from '../../parts/copy.tsx'
import { Form } from '../../parts/form.tsx'
import { Card } from '../../parts/page.tsx'
import { Note, Pill } from '../../parts/states.tsx'
import { CodeInput } from '../sign-in/code-input.tsx'
import { QrCode } from './qr-code.tsx'
import { type TwoFactorSecret, type TwoFactorSteps, useTwoFactor } from './use-two-factor.ts'

export function TwoFactor() {
  const { t } = useTranslation()
  const steps = useTwoFactor()
  const { on, step, secret } = steps
  return (
    <Card
      title={
        <>
          {t('account.totp')} {on && <Pill tone="leaf">{t('account.on')}</Pill>}
        </>
      }
      lead={t('account.totpLead')}
      aside={
        (step === undefined || step === 'idle') && (
          <Button variant="default" autoFocus={step === 'idle'} onClick={steps.begin}>
            {on ? t('account.turnOff') : t('account.turnOn')}
          </Button>
        )
      }
    >
      {step === 'password' && <PasswordStep steps={steps} />}
      {step === 'scan' && secret && <ScanStep steps={steps} secret={secret} />}
    </Card>
  )
}

function PasswordStep({ steps }: { steps: TwoFactorSteps }) {
  const { t } = useTranslation()
  const { on } = steps
  return (
    <Form onSubmit={steps.submitPassword}>
      <PasswordInput
        label={t('account.passwordNow')}
        required
        autoFocus
        autoComplete="current-password"
        value={steps.password}
        visibilityToggleButtonProps={{ 'aria-label': t('signIn.showPassword') }}
        onChange={event => steps.setPassword(event.currentTarget.value)}
      />
      {on && <Note tone="rose">{t('account.totpOffMeans')}</Note>}
      <div className="buttons">
        <Button variant="default" onClick={steps.cancel}>
          {t('act.cancel')}
        </Button>
        <Button type="submit" loading={steps.busy} {...(on ? { color: 'rose' } : {})}>
          {on ? t('account.turnOff') : t('act.next')}
        </Button>
      </div>
    </Form>
  )
}

function ScanStep({ steps, secret }: { steps: TwoFactorSteps; secret: TwoFactorSecret }) {
  const { t } = useTranslation()
  return (
    <Form onSubmit={steps.submitCode}>
      <p>{t('account.scan')}</p>
      <QrCode text={secret.totpURI} label={t('account.qr')} />
      <Copyable text={new URL(secret.totpURI).searchParams.get('secret') ?? ''} label={t('account.secret')} first />
      <Note tone="saffron">{t('account.recoveryLead')}</Note>
      <Copyable block text={secret.backupCodes.join('\n')} label={t('account.recovery')} />
      <CodeInput label={t('signIn.code')} value={steps.code} onChange={steps.setCode} />
      <div className="buttons">
        <Button variant="default" onClick={steps.cancel}>
          {t('act.cancel')}
        </Button>
        <Button type="submit" loading={steps.busy}>
          {t('account.turnOn')}
        </Button>
      </div>
    </Form>
  )
}
