import { Button, Checkbox } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { refreshMe } from '../../api/queries.ts'
import { auth, settled } from '../../auth.ts'
import { Form, Problem } from '../../parts/form.tsx'
import { CodeInput, plainCode } from './code-input.tsx'
import { SignInFrame } from './sign-in-frame.tsx'
import { useSignInSubmit } from './use-sign-in-submit.ts'

export function SecondFactor({ onBack }: { onBack(): void }) {
  const { t } = useTranslation()
  const [recovery, setRecovery] = useState(false)
  const [code, setCode] = useState('')
  const [trust, setTrust] = useState(false)
  const { busy, problem, submit } = useSignInSubmit()

  const verify = () =>
    submit(async () => {
      await settled(
        recovery
          ? auth.twoFactor.verifyBackupCode({ code: plainCode(code) })
          : auth.twoFactor.verifyTotp({ code: plainCode(code), trustDevice: trust }),
      )
      await refreshMe()
    })
  return (
    <SignInFrame title={t('signIn.second')} lead={recovery ? t('signIn.recoveryLead') : t('signIn.secondLead')}>
      <Form onSubmit={verify}>
        <CodeInput
          key={String(recovery)}
          label={recovery ? t('signIn.recovery') : t('signIn.code')}
          inputMode={recovery ? 'text' : 'numeric'}
          value={code}
          autoFocus
          onChange={setCode}
        />
        {!recovery && (
          <Checkbox
            label={t('signIn.trust')}
            checked={trust}
            onChange={event => setTrust(event.currentTarget.checked)}
          />
        )}
        <Problem text={problem} />
        <Button type="submit" loading={busy}>
          {t('signIn.enter')}
        </Button>
        <div className="buttons spread">
          <Button variant="subtle" size="compact-sm" onClick={onBack}>
            {t('act.back')}
          </Button>
          <Button variant="subtle" size="compact-sm" onClick={() => setRecovery(!recovery)}>
            {recovery ? t('signIn.useApp') : t('signIn.useRecovery')}
          </Button>
        </div>
      </Form>
    </SignInFrame>
  )
}
