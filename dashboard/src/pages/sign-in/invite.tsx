import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Note } from '../../parts/states.tsx'
import { AccountForm, codeOf } from './account-form.tsx'
import { SignInFrame } from './sign-in-frame.tsx'

export default function Invite() {
  const { t } = useTranslation()
  const [code] = useState(codeOf)
  return (
    <SignInFrame title={t('entrance.invite')} lead={t('entrance.inviteLead')}>
      {code ? (
        <AccountForm path="/api/invite" code={code} withEmail={false} act={t('entrance.inviteAct')} />
      ) : (
        <Note tone="rose">{t('entrance.inviteNoCode')}</Note>
      )}
    </SignInFrame>
  )
}
