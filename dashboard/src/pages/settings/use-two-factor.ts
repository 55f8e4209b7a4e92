import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { refreshMe } from '../../api/queries.ts'
import { auth, settled } from '../../auth.ts'
import { useSubmit } from '../../parts/form.tsx'
import { toast } from '../../parts/toast.tsx'
import { usePerson } from '../../session.ts'
import { plainCode } from '../sign-in/code-input.tsx'

/** The new secret and its recovery codes, which become valid once a code of the secret was verified. */
export interface TwoFactorSecret {
  totpURI: string
  backupCodes: string[]
}

/** The steps that turn the second factor on (password, then a code of the new secret) or off (password alone). */
export function useTwoFactor() {
  const { t } = useTranslation()
  const on = usePerson().twoFactor === true
  // 'idle' follows a finished or cancelled step and returns the focus to the button; before the first step there is
  // no focus to move, hence undefined.
  const [step, setStep] = useState<'idle' | 'password' | 'scan'>()
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const [secret, setSecret] = useState<TwoFactorSecret>()
  const { busy, submit } = useSubmit()

  const finish = async (text: string) => {
    await refreshMe()
    setStep('idle')
    setPassword('')
    setCode('')
    toast({ tone: 'leaf', text })
  }
  const submitPassword = () =>
    submit(async () => {
      if (on) {
        await settled(auth.twoFactor.disable({ password }))
        return finish(t('account.totpOff'))
      }
      setSecret(await settled<TwoFactorSecret>(auth.twoFactor.enable({ password })))
      setStep('scan')
    })
  const submitCode = () =>
    submit(async () => {
      await settled(auth.twoFactor.verifyTotp({ code: plainCode(code) }))
      await finish(t('account.totpOn'))
    })
  return {
    on,
    step,
    secret,
    busy,
    password,
    setPassword,
    code,
    setCode,
    begin: () => setStep('password'),
    cancel: () => setStep('idle'),
    submitPassword,
    submitCode,
  }
}

export type TwoFactorSteps = ReturnType<typeof useTwoFactor>
