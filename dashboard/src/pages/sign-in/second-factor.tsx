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
    <SignInFrame title={t('entrance.second')} lead={recovery ? t('entrance.recoveryLead') : t('entrance.secondLead')}>
      <Form onSubmit={verify}>
        <CodeInput
          key={String(recovery)}
          label={recovery ? t('entrance.recovery') : t('entrance.code')}
          inputMode={recovery ? 'text' : 'numeric'}
          value={code}
          autoFocus
          onChange={setCode}
        />
        {!recovery && (
          <Checkbox
            label={t('entrance.trust')}
            checked={trust}
            onChange={event => setTrust(event.currentTarget.checked)}
          />
        )}
        <Problem text={problem} />
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
      </Form>
    </SignInFrame>
  )
}
