import { Button, Checkbox, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { auth, settled } from '../../auth.ts'
import { latinDigits, useFormat } from '../../format.ts'
import { Note } from '../../parts/states.tsx'
import { problemOf } from './problem.ts'
import { entered } from './sign-in.tsx'
import { SignInFrame } from './sign-in-frame.tsx'

export function SecondFactor({ onBack }: { onBack(): void }) {
  const { t } = useTranslation()
  const format = useFormat()
  const [recovery, setRecovery] = useState(false)
  const [code, setCode] = useState('')
  const [trust, setTrust] = useState(false)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()

  const submit = async () => {
    setBusy(true)
    setProblem(undefined)
    const clean = latinDigits(code).replace(/\s/g, '')
    try {
      await settled(
        recovery
          ? auth.twoFactor.verifyBackupCode({ code: clean })
          : auth.twoFactor.verifyTotp({ code: clean, trustDevice: trust }),
      )
      await entered()
    } catch (error) {
      setProblem(problemOf(error, t, format))
    } finally {
      setBusy(false)
    }
  }
  return (
    <SignInFrame title={t('entrance.second')} lead={recovery ? t('entrance.recoveryLead') : t('entrance.secondLead')}>
      <form
        className="stack"
        onSubmit={event => {
          event.preventDefault()
          void submit()
        }}
      >
        <TextInput
          key={String(recovery)}
          label={recovery ? t('entrance.recovery') : t('entrance.code')}
          dir="ltr"
          className="code-input"
          required
          autoComplete="one-time-code"
          inputMode={recovery ? 'text' : 'numeric'}
          value={code}
          autoFocus
          onChange={event => setCode(event.currentTarget.value)}
        />
        {!recovery && (
          <Checkbox
            label={t('entrance.trust')}
            checked={trust}
            onChange={event => setTrust(event.currentTarget.checked)}
          />
        )}
        {problem && (
          <div role="alert">
            <Note tone="rose">{problem}</Note>
          </div>
        )}
        <Button type="submit" loading={busy}>
          {t('entrance.enter')}
        </Button>
        <div className="buttons spread">
          <Button variant="subtle" size="compact-sm" onClick={onBack}>
            {t('act.back')}
          </Button>
          <Button variant="subtle" size="compact-sm" onClick={() => setRecovery(!recovery)}>
            {recovery ? t('entrance.useApp') : t('entrance.useRecovery')}
          </Button>
        </div>
      </form>
    </SignInFrame>
  )
}
