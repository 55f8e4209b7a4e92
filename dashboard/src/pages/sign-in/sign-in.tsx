import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Fingerprint, LogIn } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { me, queryClient } from '../../api/queries.ts'
import { auth, passkeysForbidden, settled } from '../../auth.ts'
import { useFormat } from '../../format.ts'
import { Note } from '../../parts/states.tsx'
import { problemOf } from './problem.ts'
import { SecondFactor } from './second-factor.tsx'
import { SignInFrame } from './sign-in-frame.tsx'

/** A session began: ask who it is, and the door opens by itself. */
export const entered = () => queryClient.fetchQuery({ ...me, staleTime: 0 })

/** A provider sends people back with the reason, which is not for them to read. */
const cameBackRefused = (): boolean => new URLSearchParams(location.search).has('error')

export default function SignIn() {
  const { t } = useTranslation()
  const format = useFormat()
  const { data } = useQuery(me)
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [step, setStep] = useState<'password' | 'second'>('password')
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState(cameBackRefused() ? t('entrance.provider') : undefined)
  const forbidden = passkeysForbidden()

  const attempt = async (act: () => Promise<unknown>) => {
    setBusy(true)
    setProblem(undefined)
    try {
      await act()
    } catch (error) {
      setProblem(problemOf(error, t, format))
    } finally {
      setBusy(false)
    }
  }
  const withPassword = () =>
    attempt(async () => {
      const answer = await settled<{ twoFactorRedirect?: boolean }>(
        auth.signIn.email({ email: email.trim(), password }),
      )
      if (answer.twoFactorRedirect) setStep('second')
      else await entered()
    })
  const withPasskey = () =>
    attempt(async () => {
      await settled(auth.signIn.passkey())
      await entered()
    })

  if (step === 'second') return <SecondFactor onBack={() => setStep('password')} />
  return (
    <SignInFrame title={t('entrance.signIn')} lead={t('entrance.signInLead')}>
      <form
        className="stack"
        onSubmit={event => {
          event.preventDefault()
          void withPassword()
        }}
      >
        <TextInput
          label={t('entrance.email')}
          type="email"
          dir="ltr"
          required
          autoComplete="username webauthn"
          value={email}
          onChange={event => setEmail(event.currentTarget.value)}
        />
        <PasswordInput
          label={t('entrance.password')}
          required
          autoComplete="current-password"
          value={password}
          visibilityToggleButtonProps={{ 'aria-label': t('entrance.showPassword') }}
          onChange={event => setPassword(event.currentTarget.value)}
        />
        {problem && (
          <div role="alert">
            <Note tone="rose">{problem}</Note>
          </div>
        )}
        <Button type="submit" loading={busy} leftSection={<LogIn size={16} className="follows" />}>
          {t('entrance.enter')}
        </Button>
      </form>
      {forbidden === 'secure' && <p className="quiet">{t('entrance.passkey_secure')}</p>}
      {(data?.features.passkeys || (data?.features.oidc.length ?? 0) > 0) && (
        <div className="stack entrance-other">
          <span className="or">{t('entrance.or')}</span>
          {data?.features.passkeys && (
            <Button
              variant="default"
              disabled={forbidden !== undefined}
              leftSection={<Fingerprint size={16} />}
              onClick={() => void withPasskey()}
            >
              {t('entrance.passkey')}
            </Button>
          )}
          {data?.features.passkeys && forbidden && <p className="quiet">{t(`entrance.passkey_${forbidden}`)}</p>}
          {data?.features.oidc.map(({ id, name }) => (
            <Button
              key={id}
              variant="default"
              onClick={() =>
                void attempt(() =>
                  settled(auth.signIn.social({ provider: id, callbackURL: '/', errorCallbackURL: '/sign-in' })),
                )
              }
            >
              {t('entrance.with', { name })}
            </Button>
          ))}
        </div>
      )}
    </SignInFrame>
  )
}
