import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Note } from '../../parts/states.tsx'
import { AccountForm, codeOf } from './account-form.tsx'
import { SignInFrame } from './sign-in-frame.tsx'

export default function Invite() {
  const { t } = useTranslation()
  const [code] = useState(codeOf)
  return (
    <SignInFrame title={t('signIn.invite')} lead={t('signIn.inviteLead')}>
      {code ? (
        <AccountForm path="/api/invite" code={code} withEmail={false} act={t('signIn.inviteAct')} />
      ) : (
        <Note tone="rose">{t('signIn.inviteNoCode')}</Note>
      )}
    </SignInFrame>
  )
}
