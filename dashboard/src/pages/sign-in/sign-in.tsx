import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Fingerprint, LogIn } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { me, refreshMe } from '../../api/queries.ts'
import { auth, passkeysForbidden, settled } from '../../auth.ts'
import { Form, Problem } from '../../parts/form.tsx'
import { SecondFactor } from './second-factor.tsx'
import { SignInFrame } from './sign-in-frame.tsx'
import { useSignInSubmit } from './use-sign-in-submit.ts'

/** A provider that refuses a sign-in redirects here with a reason in `error`; the page shows a sentence of its own. */
const refusedByProvider = (): boolean => new URLSearchParams(location.search).has('error')

export default function SignIn() {
  const { t } = useTranslation()
  const { data } = useQuery(me)
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [step, setStep] = useState<'password' | 'second'>('password')
  const { busy, problem, submit } = useSignInSubmit(refusedByProvider() ? t('signIn.provider') : undefined)
  const forbidden = passkeysForbidden()

  const withPassword = () =>
    submit(async () => {
      const answer = await settled<{ twoFactorRedirect?: boolean }>(
        auth.signIn.email({ email: email.trim(), password }),
      )
      if (answer.twoFactorRedirect) setStep('second')
      else await refreshMe()
    })
  const withPasskey = () =>
    submit(async () => {
      await settled(auth.signIn.passkey())
      await refreshMe()
    })

  if (step === 'second') return <SecondFactor onBack={() => setStep('password')} />
  return (
    <SignInFrame title={t('signIn.signIn')} lead={t('signIn.signInLead')}>
      <Form onSubmit={withPassword}>
        <TextInput
          label={t('signIn.email')}
          type="email"
          dir="ltr"
          required
          autoComplete="username webauthn"
          value={email}
          onChange={event => setEmail(event.currentTarget.value)}
        />
        <PasswordInput
          label={t('signIn.password')}
          required
          autoComplete="current-password"
          value={password}
          visibilityToggleButtonProps={{ 'aria-label': t('signIn.showPassword') }}
          onChange={event => setPassword(event.currentTarget.value)}
        />
        <Problem text={problem} />
        <Button type="submit" loading={busy} leftSection={<LogIn size={16} className="follows" />}>
          {t('signIn.enter')}
        </Button>
      </Form>
      {forbidden === 'secure' && <p className="quiet">{t('signIn.passkey_secure')}</p>}
      {(data?.features.passkeys || (data?.features.oidc.length ?? 0) > 0) && (
        <div className="stack sign-in-other">
          <span className="or">{t('signIn.or')}</span>
          {data?.features.passkeys && (
            <Button
              variant="default"
              disabled={forbidden !== undefined}
              leftSection={<Fingerprint size={16} />}
              onClick={() => void withPasskey()}
            >
              {t('signIn.passkey')}
            </Button>
          )}
          {data?.features.passkeys && forbidden && <p className="quiet">{t(`signIn.passkey_${forbidden}`)}</p>}
          {data?.features.oidc.map(({ id, name }) => (
            <Button
              key={id}
              variant="default"
              onClick={() =>
                void submit(() =>
                  settled(auth.signIn.social({ provider: id, callbackURL: '/', errorCallbackURL: '/sign-in' })),
                )
              }
            >
              {t('signIn.with', { name })}
            </Button>
          ))}
        </div>
      )}
    </SignInFrame>
  )
}
