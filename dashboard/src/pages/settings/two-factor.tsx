import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { encode } from 'uqr'
import { me, queryClient } from '../../api/queries.ts'
import { auth, settled } from '../../auth.ts'
import { latinDigits } from '../../format.ts'
import { Copyable } from '../../parts/copy.tsx'
import { Card } from '../../parts/page.tsx'
import { Note, Pill } from '../../parts/states.tsx'
import { toast, toastFailure } from '../../parts/toast.tsx'
import { usePerson } from '../../session.ts'

interface Enabled {
  totpURI: string
  backupCodes: string[]
}

export function TwoFactor() {
  const { t } = useTranslation()
  const on = usePerson().twoFactor === true
  // Undefined: nothing has been asked for. The focus goes along with the steps, and comes back at their end.
  const [step, setStep] = useState<'rest' | 'password' | 'scan'>()
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const [secret, setSecret] = useState<Enabled>()
  const [busy, setBusy] = useState(false)

  const attempt = async (act: () => Promise<void>) => {
    setBusy(true)
    try {
      await act()
    } catch (error) {
      toastFailure(error)
    } finally {
      setBusy(false)
    }
  }
  const done = async (text: string) => {
    await queryClient.fetchQuery({ ...me, staleTime: 0 })
    setStep('rest')
    setPassword('')
    setCode('')
    toast({ tone: 'leaf', text })
  }
  const start = () =>
    attempt(async () => {
      if (on) {
        await settled(auth.twoFactor.disable({ password }))
        return done(t('account.totpOff'))
      }
      setSecret(await settled<Enabled>(auth.twoFactor.enable({ password })))
      setStep('scan')
    })
  const verify = () =>
    attempt(async () => {
      await settled(auth.twoFactor.verifyTotp({ code: latinDigits(code).replace(/\s/g, '') }))
      await done(t('account.totpOn'))
    })

  return (
    <Card
      title={
        <>
          {t('account.totp')} {on && <Pill tone="leaf">{t('account.on')}</Pill>}
        </>
      }
      lead={t('account.totpLead')}
      aside={
        (step === undefined || step === 'rest') && (
          <Button variant="default" autoFocus={step === 'rest'} onClick={() => setStep('password')}>
            {on ? t('account.turnOff') : t('account.turnOn')}
          </Button>
        )
      }
    >
      {step === 'password' && (
        <form
          className="stack"
          onSubmit={event => {
            event.preventDefault()
            void start()
          }}
        >
          <PasswordInput
            label={t('account.passwordNow')}
            required
            autoFocus
            autoComplete="current-password"
            value={password}
            visibilityToggleButtonProps={{ 'aria-label': t('entrance.showPassword') }}
            onChange={event => setPassword(event.currentTarget.value)}
          />
          {on && <Note tone="rose">{t('account.totpOffMeans')}</Note>}
          <div className="buttons">
            <Button variant="default" onClick={() => setStep('rest')}>
              {t('act.cancel')}
            </Button>
            <Button type="submit" loading={busy} {...(on ? { color: 'rose' } : {})}>
              {on ? t('account.turnOff') : t('act.next')}
            </Button>
          </div>
        </form>
      )}
      {step === 'scan' && secret && (
        <form
          className="stack"
          onSubmit={event => {
            event.preventDefault()
            void verify()
          }}
        >
          <p>{t('account.scan')}</p>
          <QrCode text={secret.totpURI} label={t('account.qr')} />
          <Copyable text={new URL(secret.totpURI).searchParams.get('secret') ?? ''} label={t('account.secret')} first />
          <Note tone="saffron">{t('account.recoveryLead')}</Note>
          <Copyable block text={secret.backupCodes.join('\n')} label={t('account.recovery')} />
          <TextInput
            label={t('entrance.code')}
            dir="ltr"
            className="code-input"
            required
            inputMode="numeric"
            autoComplete="one-time-code"
            value={code}
            onChange={event => setCode(event.currentTarget.value)}
          />
          <div className="buttons">
            <Button variant="default" onClick={() => setStep('rest')}>
              {t('act.cancel')}
            </Button>
            <Button type="submit" loading={busy}>
              {t('account.turnOn')}
            </Button>
          </div>
        </form>
      )}
    </Card>
  )
}

function QrCode({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { border: 2 })
  const path = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('')
  return (
    <svg className="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shapeRendering="crispEdges">
      <path d={path} />
    </svg>
  )
}
