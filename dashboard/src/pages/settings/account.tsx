import { Button, PasswordInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { strength } from '#protocol/password.ts'
import { auth, settled } from '../../auth.ts'
import { Form, useSubmit } from '../../parts/form.tsx'
import { Card } from '../../parts/page.tsx'
import { toast } from '../../parts/toast.tsx'
import { NewPassword } from '../sign-in/password.tsx'
import { Passkeys } from './passkeys.tsx'
import { ProviderLinks } from './provider-links.tsx'
import { Sessions } from './sessions.tsx'
import { TwoFactor } from './two-factor.tsx'

/** The settings of one's own account. */
export default function Account() {
  return (
    <>
      <Password />
      <TwoFactor />
      <Passkeys />
      <ProviderLinks />
      <Sessions />
    </>
  )
}

function Password() {
  const { t } = useTranslation()
  // Undefined until the form is first opened. After that, a closed form returns the focus to its button.
  const [open, setOpen] = useState<boolean>()
  const [now, setNow] = useState('')
  const [next, setNext] = useState('')
  const { busy, submit } = useSubmit()
  const change = () =>
    submit(async () => {
      await settled(auth.changePassword({ currentPassword: now, newPassword: next, revokeOtherSessions: true }))
      toast({ tone: 'leaf', text: t('account.passwordChanged') })
      setOpen(false)
      setNow('')
      setNext('')
    })
  return (
    <Card
      title={t('account.password')}
      lead={t('account.passwordLead')}
      aside={
        !open && (
          <Button variant="default" autoFocus={open === false} onClick={() => setOpen(true)}>
            {t('act.change')}
          </Button>
        )
      }
    >
      {open && (
        <Form onSubmit={change}>
          <PasswordInput
            label={t('account.passwordNow')}
            required
            autoFocus
            autoComplete="current-password"
            value={now}
            visibilityToggleButtonProps={{ 'aria-label': t('signIn.showPassword') }}
            onChange={event => setNow(event.currentTarget.value)}
          />
          <NewPassword label={t('account.passwordNext')} value={next} onChange={setNext} />
          <div className="buttons">
            <Button variant="default" onClick={() => setOpen(false)}>
              {t('act.cancel')}
            </Button>
            <Button type="submit" loading={busy} disabled={strength(next) === 0}>
              {t('act.save')}
            </Button>
          </div>
        </Form>
      )}
    </Card>
  )
}
